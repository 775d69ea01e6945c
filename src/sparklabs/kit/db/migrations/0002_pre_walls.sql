-- Walls: who may touch what. :app is the application's role, :system the role for look-ups before the tenant is known,
-- for timers, the reaper and relays. Neither owns a table, is superuser or has BYPASSRLS.

-- Makes a table a tenant table: forced row-level security, no tenant set means no rows.
CREATE FUNCTION wall(target regclass, tenant_column text DEFAULT 'tenant_id') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY tenant_wall ON %s USING (%I = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)'
        ' WITH CHECK (%I = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)',
        target, tenant_column, tenant_column);
END $$;

-- Lets the second role past the wall of one table; which columns it sees is a matter of its grants.
CREATE FUNCTION door(target regclass, command text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE POLICY system_%s ON %s FOR %s TO :system %s %s', lower(command), target, command,
        CASE WHEN command = 'INSERT' THEN '' ELSE 'USING (true)' END,
        CASE WHEN command IN ('SELECT', 'DELETE') THEN '' ELSE 'WITH CHECK (true)' END);
END $$;

-- Months of the big append-only tables are made ahead by the worker; a row of any other time falls into the default part.
CREATE FUNCTION ensure_partitions(upto timestamptz) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    parent text; month timestamptz; part text; made int := 0;
BEGIN
    FOREACH parent IN ARRAY ARRAY['steps', 'events', 'audit'] LOOP
        month := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
        WHILE month <= upto LOOP
            part := format('%s_%s', parent, to_char(month AT TIME ZONE 'UTC', 'YYYY_MM'));
            IF to_regclass(part) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', part, parent, month,
                    (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
                PERFORM wall(part::regclass);
                made := made + 1;
            END IF;
            month := (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
        END LOOP;
    END LOOP;
    RETURN made;
END $$;

-- Ends the transaction of a holder whose lease another has taken, and renews it otherwise.
CREATE FUNCTION hold_lease(conversation uuid, held_token bigint, seconds double precision) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE conversation_leases SET until = clock_timestamp() + make_interval(secs => seconds)
    WHERE conversation_id = conversation AND token = held_token AND owner IS NOT NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'lease_lost' USING ERRCODE = 'SL001';
    END IF;
END $$;

SELECT wall(name::regclass) FROM unnest(ARRAY[
    'memberships', 'refresh_tokens', 'api_keys', 'secrets', 'agents', 'agent_versions', 'agent_gaps', 'records',
    'record_imports', 'contacts', 'contact_handles', 'conversations', 'conversation_leases', 'messages', 'inbox', 'runs',
    'steps', 'run_checkpoints', 'events', 'audit', 'idempotency_keys', 'embed_keys', 'visitors',
    'socket_tickets', 'files', 'tickets', 'outbox_messages', 'scheduled_actions', 'handoffs', 'memories',
    'knowledge_documents', 'knowledge_passages']) AS name;
SELECT wall('tenants', 'id');

CREATE TABLE steps_default PARTITION OF steps DEFAULT;
CREATE TABLE events_default PARTITION OF events DEFAULT;
CREATE TABLE audit_default PARTITION OF audit DEFAULT;
SELECT wall(name::regclass) FROM unnest(ARRAY['steps_default', 'events_default', 'audit_default']) AS name;
SELECT ensure_partitions(now() + interval '2 months');

-- ── The application's role ───────────────────────────────────────────────────────────────────────────────────────────
GRANT USAGE ON SCHEMA public TO :app, :system;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION wall(regclass, text), door(regclass, text), ensure_partitions(timestamptz) FROM PUBLIC;

GRANT SELECT, UPDATE ON tenants TO :app;
GRANT SELECT, INSERT, UPDATE, DELETE ON memberships, refresh_tokens, api_keys, secrets, agents, agent_gaps, records,
    record_imports, contacts, contact_handles, conversations, conversation_leases, messages, inbox, runs, run_checkpoints,
    idempotency_keys, embed_keys, visitors, socket_tickets, files, tickets, outbox_messages,
    scheduled_actions, handoffs, memories, knowledge_documents, knowledge_passages TO :app;
GRANT SELECT, INSERT ON agent_versions, events, audit TO :app;
GRANT USAGE ON SEQUENCE event_seq TO :app;
GRANT SELECT, INSERT, UPDATE ON steps TO :app;

-- ── The second role: each grant is a look-up that must happen before the tenant is known ─────────────────────────────
-- accounts and signing keys belong to no tenant; only this role sees them.
GRANT SELECT, INSERT, UPDATE ON accounts, signing_keys, platform_facts TO :system;
GRANT EXECUTE ON FUNCTION ensure_partitions(timestamptz) TO :system;

SELECT door('tenants', 'SELECT'), door('tenants', 'INSERT');
GRANT SELECT (id, slug, name, plan, status, timezone, created_at), INSERT ON tenants TO :system;

SELECT door('memberships', 'SELECT'), door('memberships', 'INSERT');
GRANT SELECT, INSERT ON memberships TO :system;

SELECT door('refresh_tokens', 'SELECT');
GRANT SELECT (id, tenant_id, account_id, family_id, token_hash, expires_at, used_at, revoked_at) ON refresh_tokens TO :system;

SELECT door('api_keys', 'SELECT');
GRANT SELECT (id, tenant_id, prefix, key_hash, scopes, role, expires_at, revoked_at) ON api_keys TO :system;

SELECT door('embed_keys', 'SELECT');
GRANT SELECT (id, tenant_id, agent_id, key, allowed_origins, revoked_at) ON embed_keys TO :system;

SELECT door('agents', 'SELECT');
GRANT SELECT (id, tenant_id, slug, status) ON agents TO :system;

SELECT door('visitors', 'SELECT');
GRANT SELECT (id, tenant_id, agent_id, contact_id, secret_hash) ON visitors TO :system;

SELECT door('socket_tickets', 'SELECT'), door('socket_tickets', 'DELETE');
GRANT SELECT, DELETE ON socket_tickets TO :system;

-- The reaper looks for conversations with open messages and no living holder.
SELECT door('inbox', 'SELECT'), door('conversation_leases', 'SELECT');
GRANT SELECT (message_id, tenant_id, conversation_id, seq, state, not_before, created_at) ON inbox TO :system;
GRANT SELECT (conversation_id, tenant_id, token, owner, until) ON conversation_leases TO :system;

SELECT door('agent_gaps', 'SELECT');
GRANT SELECT (id, tenant_id, kind, name, issue_state, updated_at) ON agent_gaps TO :system;

SELECT door('scheduled_actions', 'SELECT');
GRANT SELECT (id, tenant_id, scheduled_for, status) ON scheduled_actions TO :system;

SELECT door('idempotency_keys', 'SELECT'), door('idempotency_keys', 'DELETE');
GRANT SELECT (tenant_id, created_at), DELETE ON idempotency_keys TO :system;

-- It also ends the leases of a process on its own machine that is known to be dead.
SELECT door('conversation_leases', 'UPDATE');
GRANT UPDATE (until) ON conversation_leases TO :system;
