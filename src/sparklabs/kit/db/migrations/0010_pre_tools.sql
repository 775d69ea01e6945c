-- Rows remember the file they came from and the calls that made and last changed them, so that a re-import leaves
-- booked slots alone and a repeated call finds its own work instead of doing it twice.
ALTER TABLE records ADD COLUMN file text, ADD COLUMN created_call text, ADD COLUMN changed_call text;
CREATE UNIQUE INDEX records_created_call ON records (tenant_id, collection, created_call) WHERE created_call IS NOT NULL;
CREATE INDEX records_changed_call ON records (tenant_id, collection, changed_call) WHERE changed_call IS NOT NULL;
CREATE INDEX records_search ON records USING gin (jsonb_to_tsvector('simple', data, '["string", "numeric"]'));
