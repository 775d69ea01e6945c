-- What a person must see. A row takes further occurrences of the same thing (its key) until somebody has seen it; what
-- each reader has read, and which kinds a reader does not want, stand apart. A reader is an account or an API key.
CREATE TABLE notifications (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    kind text NOT NULL CHECK (kind ~ '^[a-z][a-z_]{0,62}$'),
    severity text NOT NULL CHECK (severity IN ('info', 'warning', 'grave')),
    dedupe_key text NOT NULL,
    subject text NOT NULL,
    data jsonb NOT NULL DEFAULT '{}',
    occurrences int NOT NULL DEFAULT 1,
    seen boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (tenant_id, id)
);
CREATE UNIQUE INDEX notifications_unseen ON notifications (tenant_id, dedupe_key) WHERE NOT seen;
CREATE INDEX notifications_newest ON notifications (tenant_id, updated_at DESC, id DESC);
CREATE INDEX notifications_age ON notifications (updated_at);

CREATE TABLE notification_reads (
    tenant_id uuid NOT NULL,
    notification_id uuid NOT NULL,
    reader_id uuid NOT NULL,
    read_at timestamptz NOT NULL,
    PRIMARY KEY (notification_id, reader_id),
    FOREIGN KEY (tenant_id, notification_id) REFERENCES notifications (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE notification_mutes (
    tenant_id uuid NOT NULL REFERENCES tenants,
    reader_id uuid NOT NULL,
    kind text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, reader_id, kind)
);

SELECT wall(name::regclass) FROM unnest(ARRAY['notifications', 'notification_reads', 'notification_mutes']) AS name;
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications, notification_reads, notification_mutes TO :app;

-- The maintenance job removes what is old, over all tenants.
SELECT door('notifications', 'SELECT'), door('notifications', 'DELETE');
GRANT SELECT (id, tenant_id, updated_at), DELETE ON notifications TO :system;

INSERT INTO data_classes (table_name, column_name, class)
SELECT each.in_table, named, 'internal'
FROM (VALUES
    ('notifications', 'id tenant_id kind severity dedupe_key subject data occurrences seen created_at updated_at'),
    ('notification_reads', 'tenant_id notification_id reader_id read_at'),
    ('notification_mutes', 'tenant_id reader_id kind created_at')
) AS each (in_table, columns), unnest(string_to_array(each.columns, ' ')) AS named;
