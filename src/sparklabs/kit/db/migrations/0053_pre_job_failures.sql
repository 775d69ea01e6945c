-- Why a job failed: the queue itself keeps no reason. A code and its title, never the sentence of an error, which may
-- quote what a customer said; so there is nothing of a tenant in here, as in the queue's own tables.
CREATE TABLE job_failures (
    job_id bigint PRIMARY KEY REFERENCES procrastinate_jobs ON DELETE CASCADE,
    code text NOT NULL,
    summary text NOT NULL,
    failed_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON job_failures TO :app, :system;
INSERT INTO data_classes (table_name, column_name, class)
SELECT 'job_failures', named, 'internal' FROM unnest(ARRAY['job_id', 'code', 'summary', 'failed_at']) AS named;
