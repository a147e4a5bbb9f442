-- What was under way in a restored catalog begins again. Done by the owner, a member of it or a superuser, once, before
-- the workers run: infra/restore does it; after a service's own restore it is done by hand, see runbooks/backup-restore.md.
-- Row-level security is let off for the owner meanwhile: tenant by tenant it would be many commands.
BEGIN;
ALTER TABLE assets NO FORCE ROW LEVEL SECURITY;
ALTER TABLE stage_runs NO FORCE ROW LEVEL SECURITY;
INSERT INTO outbox (id, tenant, stage, lane, body)
SELECT gen_random_uuid(), tenant, 'ingest', CASE WHEN starts_with(key, 'bulk/') THEN 'bulk' ELSE 'interactive' END,
    convert_to(json_build_object('detail-type', 'Object Created', 'source', 'media.restore', 'detail',
        json_build_object('bucket', json_build_object('name', bucket), 'object',
            json_build_object('key', key, 'size', byte_count, 'etag', 'restore-' || gen_random_uuid())))::text, 'UTF8')
FROM assets WHERE state = 'processing' ORDER BY number;
UPDATE stage_runs r SET state = 'stale', reason = 'restored from a backup', ended = now()
FROM assets a WHERE a.tenant = r.tenant AND a.asset = r.asset AND a.state = 'processing' AND r.generation = a.generation
    AND r.state IN ('pending', 'running');
UPDATE assets SET state = 'failed', reason = 'restored from a backup while it was at work; it begins again'
WHERE state = 'processing';
SELECT format('        %s assets, %s of them begin again; %s messages wait in the outbox',
    (SELECT count(*) FROM assets), (SELECT count(*) FROM assets WHERE reason LIKE 'restored from a backup%'),
    (SELECT count(*) FROM outbox));
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE assets FORCE ROW LEVEL SECURITY;
ALTER TABLE stage_runs FORCE ROW LEVEL SECURITY;
COMMIT;
