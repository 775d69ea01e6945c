-- The id that the request behind a key gives to what it makes. It is kept before anything is made, so that whoever
-- repeats the request of a process that died half-way finds what was made instead of making it a second time.
ALTER TABLE idempotency_keys ADD COLUMN made_id uuid;
INSERT INTO data_classes (table_name, column_name, class) VALUES ('idempotency_keys', 'made_id', 'internal');
