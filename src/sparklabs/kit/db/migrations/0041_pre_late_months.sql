-- A platform that was off for months writes its first rows into the default part, which would keep their month from
-- ever being made: such rows now move into it. One maker at a time, for two would make the same month.
CREATE OR REPLACE FUNCTION ensure_partitions(upto timestamptz) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    parent text; month timestamptz; following timestamptz; part text; made int := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('ensure_partitions', 0));
    FOREACH parent IN ARRAY ARRAY['steps', 'events', 'audit'] LOOP
        month := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
        WHILE month <= upto LOOP
            following := (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
            part := format('%s_%s', parent, to_char(month AT TIME ZONE 'UTC', 'YYYY_MM'));
            IF to_regclass(part) IS NULL THEN
                EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, parent);
                -- The owner may be no superuser, and then the default part's wall would hide its rows from this move.
                EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', parent || '_default');
                EXECUTE format('WITH moved AS (DELETE FROM %I WHERE created_at >= %L AND created_at < %L RETURNING *)'
                    ' INSERT INTO %I SELECT * FROM moved', parent || '_default', month, following, part);
                EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', parent || '_default');
                PERFORM wall(part::regclass);
                EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, part, month,
                    following);
                made := made + 1;
            END IF;
            month := following;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
