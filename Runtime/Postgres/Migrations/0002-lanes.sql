-- A message takes the lane that the message came by whose run wrote it.
ALTER TABLE outbox ADD COLUMN lane text NOT NULL DEFAULT 'interactive' CHECK (lane IN ('interactive', 'bulk'));
