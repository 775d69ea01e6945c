-- The first shape of everything.
-- Every tenant table carries tenant_id and stands behind forced row-level security (the loop at the end);
-- composite foreign keys (tenant_id, id) make a reference across tenants impossible.

CREATE EXTENSION IF NOT EXISTS vector;

-- ── People and tenants ───────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE tenants (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name text NOT NULL,
    plan text NOT NULL DEFAULT 'free',
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'closed')),
    timezone text NOT NULL DEFAULT 'UTC',
    settings jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

-- A person, once for the whole platform; what they may do where is a membership.
CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    password_hash text,
    name text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
    failed_sign_ins int NOT NULL DEFAULT 0,
    locked_until timestamptz,
    last_login_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX accounts_email ON accounts (lower(email));

CREATE TABLE memberships (
    tenant_id uuid NOT NULL REFERENCES tenants,
    account_id uuid NOT NULL REFERENCES accounts,
    role text NOT NULL CHECK (role IN
        ('owner', 'admin', 'team_lead', 'developer', 'operator', 'analyst', 'viewer', 'support')),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, account_id)
);
CREATE INDEX memberships_account ON memberships (account_id);

-- One row per refresh token ever given; a family is one sign-in. A token used twice ends its family.
CREATE TABLE refresh_tokens (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    account_id uuid NOT NULL REFERENCES accounts,
    family_id uuid NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    user_agent text NOT NULL DEFAULT '',
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX refresh_tokens_family ON refresh_tokens (family_id);
CREATE INDEX refresh_tokens_account ON refresh_tokens (tenant_id, account_id);

CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    name text NOT NULL,
    prefix text NOT NULL UNIQUE,
    key_hash bytea NOT NULL,
    scopes text[] NOT NULL DEFAULT '{}',
    role text NOT NULL DEFAULT 'developer',
    created_by uuid,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL
);

-- Keys that sign tokens; the private part is sealed with the platform's secret key.
CREATE TABLE signing_keys (
    id text PRIMARY KEY,
    algorithm text NOT NULL,
    public_key bytea NOT NULL,
    private_key_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    retired_at timestamptz
);

-- What the platform must remember about itself (the fingerprint of its secret key, for one).
CREATE TABLE platform_facts (
    name text PRIMARY KEY,
    value text NOT NULL,
    updated_at timestamptz NOT NULL
);

-- A tenant's named secrets: what `${NAME}` in an agent file stands for.
CREATE TABLE secrets (
    tenant_id uuid NOT NULL REFERENCES tenants,
    name text NOT NULL CHECK (name ~ '^[A-Za-z_][A-Za-z0-9_]{0,127}$'),
    value_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

-- ── Agents ───────────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE agents (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    name text NOT NULL,
    type text NOT NULL DEFAULT 'custom',
    status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'testing', 'active', 'paused', 'archived')),
    active_version_id uuid,
    latest_version int NOT NULL DEFAULT 0,
    revision int NOT NULL DEFAULT 1,
    source_file text,
    imported_hash text,
    import_faults jsonb,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (tenant_id, slug),
    UNIQUE (tenant_id, id)
);

-- Immutable: no role has an update or delete grant.
CREATE TABLE agent_versions (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    number int NOT NULL,
    content_hash text NOT NULL,
    source text NOT NULL,
    spec jsonb NOT NULL,
    warnings jsonb NOT NULL DEFAULT '[]',
    author text NOT NULL,
    reason text NOT NULL DEFAULT '',
    base_dir text,
    created_at timestamptz NOT NULL,
    UNIQUE (agent_id, number),
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id)
);

-- What an agent names and the tenant has not got; one GitHub issue each, opened once.
CREATE TABLE agent_gaps (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('tool', 'integration', 'secret')),
    name text NOT NULL,
    agent_ids uuid[] NOT NULL DEFAULT '{}',
    description text NOT NULL DEFAULT '',
    interface jsonb NOT NULL DEFAULT '{}',
    issue_state text NOT NULL DEFAULT 'none' CHECK (issue_state IN ('none', 'opening', 'open', 'failed')),
    issue_number int,
    issue_url text,
    issue_error text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (tenant_id, kind, name)
);

-- Data tables of agents (catalogues, price lists, calendars): what a `database` tool reads and writes.
CREATE TABLE records (
    tenant_id uuid NOT NULL REFERENCES tenants,
    collection text NOT NULL,
    key text NOT NULL,
    data jsonb NOT NULL,
    origin text NOT NULL DEFAULT 'tool' CHECK (origin IN ('file', 'tool', 'api')),
    position int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, collection, key)
);

CREATE TABLE record_imports (
    tenant_id uuid NOT NULL REFERENCES tenants,
    collection text NOT NULL,
    file text NOT NULL,
    content_hash text NOT NULL,
    imported_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, collection, file)
);

-- ── Contacts and conversations ───────────────────────────────────────────────────────────────────────────────────────
-- Identifying columns are sealed with the contact's own key, itself sealed with the tenant's: erasing the key erases the person.
CREATE TABLE contacts (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    external_id text,
    name_sealed bytea,
    key_sealed bytea,
    preferences jsonb NOT NULL DEFAULT '{}',
    context jsonb NOT NULL DEFAULT '{}',
    timezone text,
    locale text,
    source_channel text NOT NULL DEFAULT 'api',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (tenant_id, id)
);
CREATE UNIQUE INDEX contacts_external ON contacts (tenant_id, external_id) WHERE external_id IS NOT NULL;

-- value_hash is a keyed hash (blind index), so that a handle is found without being readable.
CREATE TABLE contact_handles (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    kind text NOT NULL,
    value_hash bytea NOT NULL,
    value_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (tenant_id, kind, value_hash),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX contact_handles_contact ON contact_handles (contact_id);

CREATE TABLE conversations (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    channel text NOT NULL,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'handed_off', 'closed')),
    last_seq int NOT NULL DEFAULT 0,
    summary text,
    summary_seq int NOT NULL DEFAULT 0,
    context jsonb NOT NULL DEFAULT '{}',
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    ended_at timestamptz,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id)
) WITH (fillfactor = 70);
CREATE INDEX conversations_contact ON conversations (contact_id);
CREATE INDEX conversations_agent ON conversations (tenant_id, agent_id, id DESC);

-- Who runs the conversation's turn now. The token only grows: a holder that was paused finds its token stale and stops.
CREATE TABLE conversation_leases (
    conversation_id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    token bigint NOT NULL DEFAULT 0,
    owner text,
    until timestamptz,
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE
) WITH (fillfactor = 50);
CREATE INDEX conversation_leases_held ON conversation_leases (until) WHERE owner IS NOT NULL;

CREATE TABLE messages (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    seq int NOT NULL,
    role text NOT NULL CHECK (role IN ('user', 'assistant', 'tool', 'system')),
    content text NOT NULL,
    run_id uuid,
    extra jsonb,
    created_at timestamptz NOT NULL,
    UNIQUE (conversation_id, seq),
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE
);

-- What was accepted and must be answered, in order, once. A redelivery meets the unique key.
CREATE TABLE inbox (
    message_id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    seq int NOT NULL,
    idempotency_key text,
    body_hash bytea,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'skipped')),
    attempts int NOT NULL DEFAULT 0,
    not_before timestamptz,
    run_id uuid,
    reply_id uuid,
    problem jsonb,
    created_at timestamptz NOT NULL,
    UNIQUE (conversation_id, seq),
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX inbox_key ON inbox (conversation_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX inbox_open ON inbox (conversation_id, seq) WHERE state IN ('waiting', 'running');

-- ── Runs and their ledger ────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE runs (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    agent_version_id uuid NOT NULL,
    conversation_id uuid,
    message_id uuid,
    kind text NOT NULL DEFAULT 'turn',
    state text NOT NULL CHECK (state IN ('queued', 'running', 'waiting', 'completed', 'failed', 'cancelled')),
    cancel_requested boolean NOT NULL DEFAULT false,
    prompt jsonb,
    input_tokens int NOT NULL DEFAULT 0,
    output_tokens int NOT NULL DEFAULT 0,
    cached_tokens int NOT NULL DEFAULT 0,
    cost_micros bigint NOT NULL DEFAULT 0,
    currency text NOT NULL DEFAULT 'USD',
    problem jsonb,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    UNIQUE (tenant_id, id)
) WITH (fillfactor = 70);
CREATE INDEX runs_conversation ON runs (conversation_id, id) WHERE conversation_id IS NOT NULL;
CREATE INDEX runs_open ON runs (tenant_id, id) WHERE state IN ('queued', 'running', 'waiting');

-- The ledger, which is also the trace. A decision stands here before it is acted on; a tool call before it starts.
CREATE TABLE steps (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    seq int NOT NULL,
    kind text NOT NULL CHECK (kind IN ('decision', 'tool', 'human', 'note')),
    state text NOT NULL CHECK (state IN ('started', 'done', 'error', 'outcome_unknown')),
    name text NOT NULL,
    call_id text,
    input jsonb,
    output jsonb,
    verdict jsonb,
    usage jsonb,
    message_id uuid,
    duration_ms int,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (run_id, seq, created_at)
) PARTITION BY RANGE (created_at);

-- LangGraph's state of a run that waits: one row while it waits, none after.
CREATE TABLE run_checkpoints (
    run_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    namespace text NOT NULL DEFAULT '',
    checkpoint_id text NOT NULL,
    checkpoint bytea NOT NULL,
    metadata jsonb NOT NULL,
    writes bytea,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (run_id, namespace)
);

-- ── Events: CloudEvents envelope, written in the transaction they tell of ────────────────────────────────────────────
-- Numbers grow within a tenant, with gaps. A counter row per tenant would make every turn of a tenant wait for the commit
-- of another (measured: a third of the throughput); a reader that must miss nothing stays behind pg_snapshot_xmin.
CREATE SEQUENCE event_seq;

CREATE TABLE events (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    seq bigint NOT NULL DEFAULT nextval('event_seq'),
    type text NOT NULL,
    source text NOT NULL,
    subject text,
    schema_version smallint NOT NULL DEFAULT 1,
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, seq, created_at)
) PARTITION BY RANGE (created_at);

CREATE TABLE audit (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text,
    data jsonb NOT NULL DEFAULT '{}',
    request_id text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id, created_at)
) PARTITION BY RANGE (created_at);

-- Answers to POSTs that carried an Idempotency-Key, kept for a day.
CREATE TABLE idempotency_keys (
    tenant_id uuid NOT NULL REFERENCES tenants,
    scope text NOT NULL,
    key text NOT NULL,
    body_hash bytea NOT NULL,
    status int,
    answer jsonb,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, scope, key)
);

-- ── Web chat ─────────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE embed_keys (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    key text NOT NULL UNIQUE,
    allowed_origins text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id)
);
CREATE UNIQUE INDEX embed_keys_agent ON embed_keys (agent_id) WHERE revoked_at IS NULL;

CREATE TABLE visitors (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    secret_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE socket_tickets (
    ticket_hash bytea PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    conversation_id uuid NOT NULL,
    principal jsonb NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE files (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    conversation_id uuid,
    name text NOT NULL,
    content_type text NOT NULL,
    size bigint NOT NULL,
    sha256 bytea NOT NULL,
    storage_key text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX files_conversation ON files (conversation_id) WHERE conversation_id IS NOT NULL;

-- ── What tools leave behind ──────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE tickets (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    number bigint NOT NULL,
    conversation_id uuid,
    contact_id uuid,
    agent_slug text NOT NULL,
    title text NOT NULL,
    description text NOT NULL DEFAULT '',
    priority text NOT NULL DEFAULT 'medium' CHECK (priority IN ('urgent', 'high', 'medium', 'low')),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'pending', 'resolved', 'closed')),
    call_key text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (tenant_id, number),
    UNIQUE (tenant_id, call_key)
);

-- Messages that leave the platform; without a provider they stay here, for people to see.
CREATE TABLE outbox_messages (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    conversation_id uuid,
    contact_id uuid,
    channel text NOT NULL,
    recipient_sealed bytea NOT NULL,
    subject text NOT NULL DEFAULT '',
    body text NOT NULL,
    state text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'sending', 'sent', 'failed')),
    call_key text NOT NULL,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    UNIQUE (tenant_id, call_key)
);

CREATE TABLE scheduled_actions (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    conversation_id uuid,
    contact_id uuid,
    action_type text NOT NULL,
    scheduled_for timestamptz NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'scheduled' CHECK (status IN ('scheduled', 'executed', 'cancelled', 'failed')),
    call_key text NOT NULL,
    executed_at timestamptz,
    result jsonb,
    created_at timestamptz NOT NULL,
    UNIQUE (tenant_id, call_key)
);
CREATE INDEX scheduled_actions_due ON scheduled_actions (scheduled_for) WHERE status = 'scheduled';

CREATE TABLE handoffs (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    conversation_id uuid NOT NULL,
    reason text NOT NULL,
    department text,
    summary text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'accepted', 'handed_back', 'expired')),
    call_key text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (tenant_id, call_key)
);

-- ── Memory and knowledge ─────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE memories (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    agent_id uuid,
    contact_id uuid,
    kind text NOT NULL DEFAULT 'fact',
    name text,
    content text NOT NULL,
    source jsonb NOT NULL DEFAULT '{}',
    embedding vector(384),
    pinned boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX memories_contact ON memories (contact_id, updated_at DESC) WHERE contact_id IS NOT NULL;
CREATE UNIQUE INDEX memories_named ON memories (tenant_id, contact_id, name) WHERE name IS NOT NULL;

CREATE TABLE knowledge_documents (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    collection text NOT NULL,
    path text NOT NULL,
    title text NOT NULL,
    content_hash text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (tenant_id, collection, path),
    UNIQUE (tenant_id, id)
);

CREATE TABLE knowledge_passages (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    document_id uuid NOT NULL,
    collection text NOT NULL,
    position int NOT NULL,
    heading text NOT NULL DEFAULT '',
    content text NOT NULL,
    embedding vector(384) NOT NULL,
    search tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('english', heading), 'A') || setweight(to_tsvector('english', content), 'B')) STORED,
    FOREIGN KEY (tenant_id, document_id) REFERENCES knowledge_documents (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX knowledge_passages_search ON knowledge_passages USING gin (search);
CREATE INDEX knowledge_passages_document ON knowledge_passages (document_id);
CREATE INDEX knowledge_passages_collection ON knowledge_passages (tenant_id, collection);
