-- The history of one or many hosts. Every key begins with the host.
CREATE TABLE store_format (
  version INT NOT NULL
);

-- Flat tables under the SHA-256 of the logical table. Without base, data holds all rows; with
-- base, the keys removed from that table (which has no base itself) and then the rows put into it.
-- spent: bytes of deltas written against that base so far. Layout of data: PackingStream.
CREATE TABLE content (
  host VARCHAR(64) NOT NULL,
  digest BINARY(32) NOT NULL,
  key_size INT NOT NULL,
  value_size INT NOT NULL,
  entries BIGINT NOT NULL,
  base BINARY(32),
  removed BIGINT NOT NULL,
  upserted BIGINT NOT NULL,
  spent BIGINT NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (host, digest)
);

-- Facts of all maps and programs of a snapshot, under the SHA-256 of their bytes: ManifestCodec.
CREATE TABLE manifest (
  host VARCHAR(64) NOT NULL,
  digest BINARY(32) NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (host, digest)
);

-- link: place in the hash chain of the host, which snapshots and baselines share.
-- windows: when each map of the manifest was read: ReadingWindows.
CREATE TABLE snapshot (
  host VARCHAR(64) NOT NULL,
  number BIGINT NOT NULL,
  link BIGINT NOT NULL,
  taken_at TIMESTAMP(9) WITH TIME ZONE NOT NULL,
  boottime BIGINT NOT NULL,
  host_name VARCHAR NOT NULL,
  kernel VARCHAR NOT NULL,
  boot_id VARCHAR NOT NULL,
  possible_cpus INT NOT NULL,
  maps BIGINT NOT NULL,
  unread BIGINT NOT NULL,
  manifest BINARY(32) NOT NULL,
  windows BLOB NOT NULL,
  previous BINARY(32) NOT NULL,
  hash BINARY(32) NOT NULL,
  PRIMARY KEY (host, number)
);

CREATE TABLE baseline (
  host VARCHAR(64) NOT NULL,
  link BIGINT NOT NULL,
  number BIGINT NOT NULL,
  snapshot_hash BINARY(32) NOT NULL,
  set_at TIMESTAMP(9) WITH TIME ZONE NOT NULL,
  previous BINARY(32) NOT NULL,
  hash BINARY(32) NOT NULL,
  PRIMARY KEY (host, link)
);
