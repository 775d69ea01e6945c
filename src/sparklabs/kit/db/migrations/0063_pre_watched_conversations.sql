-- Until when a watcher in some process counts as new. Whoever begins a turn reads it under the row's lock: the notice of
-- that watcher may still be on its way, and the first events of the turn would be missed.
ALTER TABLE conversations ADD COLUMN watched_until timestamptz;
INSERT INTO data_classes (table_name, column_name, class) VALUES ('conversations', 'watched_until', 'internal');
