-- Conversations of the playground: pinned to a version and a model, playing a channel, and restarted from a message.
-- A fork holds copies of what was said in the conversation it came from, and goes when that goes.
ALTER TABLE conversations
    ADD COLUMN pinned_version_id uuid,
    ADD COLUMN model text,
    ADD COLUMN simulated_channel text,
    ADD COLUMN forked_from uuid,
    ADD FOREIGN KEY (tenant_id, pinned_version_id) REFERENCES agent_versions (tenant_id, id),
    ADD FOREIGN KEY (tenant_id, forked_from) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE;
CREATE INDEX conversations_forks ON conversations (forked_from) WHERE forked_from IS NOT NULL;

INSERT INTO data_classes (table_name, column_name, class, on_erasure)
SELECT 'conversations', name, 'internal', NULL
FROM unnest(ARRAY['pinned_version_id', 'model', 'simulated_channel', 'forked_from']) AS name;
