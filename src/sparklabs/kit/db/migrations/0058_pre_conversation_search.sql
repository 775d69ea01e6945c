-- The list of conversations in its default order. None for `updated_at`: it would cost every turn its in-place update.
CREATE INDEX conversations_newest ON conversations (tenant_id, created_at DESC, id DESC);

-- Full text of what was said, of any language. An index on the expression, for a stored column would be written twice.
CREATE INDEX messages_words ON messages USING gin (to_tsvector('simple'::regconfig, left(content, 200000)));

-- `@@` is not leakproof, so behind row-level security it may not use an index: the rows of every tenant would be read.
-- The owner, who could lift the wall anyway, looks the index up and keeps to the tenant by the same rule as the wall.
CREATE POLICY owner_search ON messages FOR SELECT TO CURRENT_USER USING (true);
CREATE FUNCTION conversations_saying(words tsquery) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET work_mem = '64MB' AS $$
    SELECT DISTINCT conversation_id FROM public.messages
    WHERE tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
      AND to_tsvector('simple'::regconfig, left(content, 200000)) @@ words
$$;
REVOKE EXECUTE ON FUNCTION conversations_saying(tsquery) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION conversations_saying(tsquery) TO :app;
