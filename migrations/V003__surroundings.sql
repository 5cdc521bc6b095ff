-- What was found about the host besides its maps, under the SHA-256 of its bytes:
-- SurroundingsCodec. What of it stays the same from snapshot to snapshot has a row of its own.
CREATE TABLE surroundings (
  host VARCHAR(64) NOT NULL,
  digest BINARY(32) NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (host, digest)
);

-- Null in a snapshot that was stored before.
ALTER TABLE snapshot ADD COLUMN surroundings BINARY(32);
