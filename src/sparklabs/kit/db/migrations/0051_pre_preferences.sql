-- What a person chose to see in a workspace: put away, remembered, arranged. Nothing depends on it but the console.
CREATE TABLE preferences (
    tenant_id uuid NOT NULL,
    account_id uuid NOT NULL,
    data jsonb NOT NULL DEFAULT '{}',
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, account_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES memberships ON DELETE CASCADE
);
SELECT wall('preferences'::regclass);
GRANT SELECT, INSERT, UPDATE, DELETE ON preferences TO :app;

INSERT INTO data_classes (table_name, column_name, class, on_erasure) VALUES
    ('preferences', 'tenant_id', 'internal', NULL),
    ('preferences', 'account_id', 'internal', NULL),
    ('preferences', 'data', 'internal', NULL),
    ('preferences', 'updated_at', 'internal', NULL);
