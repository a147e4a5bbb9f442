-- When the object store says that the current generation's bytes came, in milliseconds since 1970; null where a
-- generation did not begin with an upload.
ALTER TABLE assets ADD COLUMN uploaded_milliseconds bigint;

-- When it was put there; `committed` moves on with each attempt to send it.
ALTER TABLE outbox ADD COLUMN written timestamptz NOT NULL DEFAULT clock_timestamp();
