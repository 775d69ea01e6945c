-- Names are sealed, so they are found by a blind index: keyed hashes of the beginnings of their words. The hashes are a
-- tenant's own, say nothing without the platform's key, and go with the contact.
CREATE TABLE contact_name_tokens (
    tenant_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    PRIMARY KEY (tenant_id, token_hash, contact_id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX contact_name_tokens_contact ON contact_name_tokens (contact_id);
SELECT wall('contact_name_tokens'::regclass);
GRANT SELECT, INSERT, DELETE ON contact_name_tokens TO :app;

-- Which reading of names a contact was indexed with: 0 until the background job (or a change of the name) indexes it.
ALTER TABLE contacts ADD COLUMN name_index smallint NOT NULL DEFAULT 0;
CREATE INDEX contacts_unindexed ON contacts (tenant_id, name_index) WHERE name_sealed IS NOT NULL;
CREATE INDEX contacts_created ON contacts (tenant_id, created_at, id);

INSERT INTO data_classes (table_name, column_name, class, on_erasure) VALUES
    ('contact_name_tokens', 'tenant_id', 'internal', NULL),
    ('contact_name_tokens', 'contact_id', 'internal', NULL),
    ('contact_name_tokens', 'token_hash', 'personal', 'hashed'),
    ('contacts', 'name_index', 'internal', NULL);
