-- Of a document, from 1; null where it has no pages.
ALTER TABLE moments ADD COLUMN page integer CHECK (page > 0);

-- Until when a derived object holds; null where it is of one moment, or about all of the asset.
ALTER TABLE outputs ADD COLUMN end_milliseconds bigint;
