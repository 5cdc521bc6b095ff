-- Whether writes were watched before a snapshot, and what was seen, under the SHA-256 of their
-- bytes: TracingCodec. What of it stays the same from drain to drain has a row of its own.
CREATE TABLE tracing (
  host VARCHAR(64) NOT NULL,
  digest BINARY(32) NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (host, digest)
);

-- All three are null in a snapshot that was stored before. Which drain of which tracer belongs to
-- it; empty and 0 if none does.
ALTER TABLE snapshot ADD COLUMN tracing BINARY(32);
ALTER TABLE snapshot ADD COLUMN installation VARBINARY(16);
ALTER TABLE snapshot ADD COLUMN generation BIGINT;
