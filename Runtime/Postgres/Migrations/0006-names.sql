-- What of a key, or of a question, names a file: "harbour tour mp4" of uploads/harbour-tour.mp4. Whether it was put among
-- the interactive uploads or the bulk ones says nothing of it.
CREATE FUNCTION name_words(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN translate(regexp_replace(name, '^(uploads|bulk)/', ''), '/._-', '    ');

-- A column and not an index of the expression: row-level security lets an index look up nothing that functions make of
-- a row unless all of them are leakproof, and of these only ts_match_vq may be declared so. Where it is not, a search by
-- name goes through the names of the tenant's assets. Names are in no language: words are taken as they are.
ALTER TABLE assets ADD COLUMN name_lexemes tsvector NOT NULL
    GENERATED ALWAYS AS (to_tsvector('simple', name_words(key))) STORED;
CREATE INDEX assets_by_name ON assets USING gin (name_lexemes);
