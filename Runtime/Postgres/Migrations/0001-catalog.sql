-- The catalog. A session sees and writes the rows of one tenant: the one that it has set as media.tenant.

CREATE TABLE assets (
    tenant text COLLATE "C" NOT NULL,
    asset uuid NOT NULL,
    -- The order of registration.
    number bigint GENERATED ALWAYS AS IDENTITY,
    generation integer NOT NULL CHECK (generation > 0),
    published_generation integer,
    bucket text NOT NULL,
    key text NOT NULL,
    byte_count bigint NOT NULL,
    content_type text,
    digest text COLLATE "C" NOT NULL,
    version_id text,
    sequencer text,
    state text NOT NULL CHECK (state IN ('processing', 'complete', 'partial', 'failed', 'removed')),
    reason text,
    copy_of uuid,
    kind text,
    duration_milliseconds bigint,
    -- json and not jsonb: the text stays as it was written.
    details json,
    registered timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, asset),
    UNIQUE (tenant, bucket, key),
    -- The same bytes have one original. Checked at the end, so that a transaction may pass the part on in any order.
    CONSTRAINT one_original EXCLUDE USING btree (tenant WITH =, digest WITH =)
        WHERE (copy_of IS NULL AND byte_count > 0 AND state NOT IN ('removed', 'failed'))
        DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX assets_by_digest ON assets (tenant, digest);
CREATE INDEX assets_by_original ON assets (tenant, copy_of, number) WHERE copy_of IS NOT NULL;
CREATE INDEX assets_by_number ON assets (tenant, number);

-- The ledger. Generation 0 holds what comes before there is an asset.
CREATE TABLE stage_runs (
    tenant text COLLATE "C" NOT NULL,
    asset uuid NOT NULL,
    generation integer NOT NULL,
    stage text COLLATE "C" NOT NULL,
    part text COLLATE "C" NOT NULL,
    -- The order of planning.
    number bigint GENERATED ALWAYS AS IDENTITY,
    after_stage text COLLATE "C",
    after_part text COLLATE "C",
    state text NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'running', 'done', 'empty', 'skipped', 'failed', 'stale')),
    fence bigint NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    -- Until then nobody else may claim it.
    held_until timestamptz,
    progress double precision,
    fault_class text,
    reason text,
    build text,
    started timestamptz,
    ended timestamptz,
    PRIMARY KEY (tenant, asset, generation, stage, part)
);

CREATE TABLE outputs (
    tenant text COLLATE "C" NOT NULL,
    asset uuid NOT NULL,
    generation integer NOT NULL,
    stage text COLLATE "C" NOT NULL,
    part text COLLATE "C" NOT NULL,
    ordinal integer NOT NULL,
    name text NOT NULL,
    identity text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    content_type text NOT NULL,
    start_milliseconds bigint,
    PRIMARY KEY (tenant, asset, generation, stage, part, ordinal)
);

CREATE TABLE moments (
    tenant text COLLATE "C" NOT NULL,
    asset uuid NOT NULL,
    generation integer NOT NULL,
    stage text COLLATE "C" NOT NULL,
    part text COLLATE "C" NOT NULL,
    ordinal integer NOT NULL,
    kind text NOT NULL,
    start_milliseconds bigint NOT NULL,
    end_milliseconds bigint NOT NULL,
    text text NOT NULL,
    words json NOT NULL,
    box json,
    confidence double precision,
    lexemes tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('english', text)) STORED,
    PRIMARY KEY (tenant, asset, generation, stage, part, ordinal)
);
CREATE INDEX moments_by_lexeme ON moments USING gin (lexemes);

-- Models are nobody's data.
CREATE TABLE models (
    model integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    revision text NOT NULL,
    UNIQUE (name, revision)
);

-- One partition per model, each with its own index, so that several models live side by side.
CREATE TABLE vectors (
    model integer NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    asset uuid NOT NULL,
    generation integer NOT NULL,
    stage text COLLATE "C" NOT NULL,
    part text COLLATE "C" NOT NULL,
    -- The moment that it is of.
    moment_stage text COLLATE "C" NOT NULL,
    moment_part text COLLATE "C" NOT NULL,
    ordinal integer NOT NULL,
    embedding halfvec(384) NOT NULL,
    PRIMARY KEY (model, tenant, asset, generation, stage, part, moment_stage, moment_part, ordinal)
) PARTITION BY LIST (model);
CREATE INDEX vectors_by_meaning ON vectors USING hnsw (embedding halfvec_cosine_ops)
    WITH (m = 16, ef_construction = 64);

CREATE TABLE duplicates (
    tenant text COLLATE "C" NOT NULL,
    asset uuid NOT NULL,
    generation integer NOT NULL,
    duplicate_of uuid NOT NULL,
    relation text NOT NULL,
    PRIMARY KEY (tenant, asset)
);
CREATE INDEX duplicates_by_original ON duplicates (tenant, duplicate_of);

CREATE TABLE costs (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant text COLLATE "C" NOT NULL,
    asset uuid NOT NULL,
    generation integer NOT NULL,
    stage text COLLATE "C" NOT NULL,
    part text COLLATE "C" NOT NULL,
    attempt integer NOT NULL,
    model text NOT NULL,
    revision text NOT NULL,
    request_count bigint NOT NULL,
    units double precision NOT NULL,
    recorded timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX costs_by_asset ON costs (tenant, asset);

-- One chain per tenant: each row holds the hash of the one before it.
CREATE TABLE audit (
    tenant text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    recorded timestamptz NOT NULL DEFAULT now(),
    asset uuid NOT NULL,
    generation integer NOT NULL,
    stage text COLLATE "C" NOT NULL,
    part text COLLATE "C" NOT NULL,
    -- How the run ended.
    state text NOT NULL,
    -- The kinds of its writes, in their order.
    writes text[] NOT NULL,
    build text,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (tenant, number)
);

CREATE FUNCTION audit_hash(entry audit) RETURNS bytea LANGUAGE sql STABLE
    RETURN sha256(entry.previous || convert_to(
        jsonb_build_array(entry.tenant, entry.number, extract(epoch FROM entry.recorded), entry.asset, entry.generation,
            entry.stage, entry.part, entry.state, entry.writes, entry.build)::text, 'UTF8'));

CREATE FUNCTION chain_audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last audit;
BEGIN
    -- Until the transaction's end: the next in the chain must see this one.
    PERFORM pg_advisory_xact_lock(hashtextextended('audit ' || NEW.tenant, 0));
    SELECT * INTO last FROM audit WHERE tenant = NEW.tenant ORDER BY number DESC LIMIT 1;
    NEW.number := coalesce(last.number, 0) + 1;
    NEW.previous := coalesce(last.hash, '');
    NEW.hash := audit_hash(NEW);
    RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION chain_audit();

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is only ever added to' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Of all tenants: the sender serves them all.
CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY,
    tenant text COLLATE "C" NOT NULL,
    stage text NOT NULL,
    body bytea NOT NULL,
    -- When it was committed, or last taken by a sweeper.
    committed timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_by_age ON outbox (committed);

-- The owner is no exception: the product itself connects as the owner.
CREATE FUNCTION isolate_tenants(tenant_table regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY of_tenant ON %s USING (tenant = current_setting(''media.tenant'', true))',
        tenant_table);
END $$;

SELECT isolate_tenants(name::regclass)
FROM unnest(ARRAY['assets', 'stage_runs', 'outputs', 'moments', 'vectors', 'duplicates', 'costs', 'audit']) AS name;

-- The number of a model; a new one gets its partition.
CREATE FUNCTION add_model(model_name text, model_revision text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    known integer;
    partition text;
BEGIN
    SELECT model INTO known FROM models WHERE name = model_name AND revision = model_revision;
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('models', 0));
    SELECT model INTO known FROM models WHERE name = model_name AND revision = model_revision;
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    INSERT INTO models (name, revision) VALUES (model_name, model_revision) RETURNING model INTO known;
    partition := 'vectors_' || known;
    EXECUTE format('CREATE TABLE %I PARTITION OF vectors FOR VALUES IN (%s)', partition, known);
    -- A policy of the parent does not hold for who asks the partition.
    PERFORM isolate_tenants(partition::regclass);
    RETURN known;
END $$;
