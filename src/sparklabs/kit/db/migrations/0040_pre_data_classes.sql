-- What every column holds, as an erasure, an export and a reader of logs must know it:
--   public    may be shown to visitors          internal  of the tenant or the platform, about no person
--   personal  about a person                     secret    opens something; never shown, never logged
-- A personal column says what becomes of it when the person is erased:
--   sealed    unreadable without the person's (or tenant's) key       hashed   a keyed hash, gone with its row
--   deleted   free text or a value, deleted or emptied with them      expires  gone by itself within a day
--   account   of a member of staff, kept as long as the account
-- A migration that adds a column adds its line here too; partitions inherit their parent's. A test holds this whole.
CREATE TABLE data_classes (
    table_name text NOT NULL,
    column_name text NOT NULL,
    class text NOT NULL CHECK (class IN ('public', 'internal', 'personal', 'secret')),
    on_erasure text CHECK (on_erasure IN ('sealed', 'hashed', 'deleted', 'expires', 'account')),
    PRIMARY KEY (table_name, column_name),
    CHECK ((class = 'personal') = (on_erasure IS NOT NULL))
);
GRANT SELECT ON data_classes TO :app, :system;

INSERT INTO data_classes (table_name, column_name, class, on_erasure)
SELECT each.in_table, named, each.class, each.on_erasure
FROM (VALUES
    ('tenants', 'public', NULL, 'slug name'),
    ('tenants', 'internal', NULL, 'id plan status timezone settings created_at updated_at'),
    ('accounts', 'personal', 'account', 'email name last_login_at'),
    ('accounts', 'secret', NULL, 'password_hash'),
    ('accounts', 'internal', NULL, 'id status failed_sign_ins locked_until created_at updated_at'),
    ('memberships', 'internal', NULL, 'tenant_id account_id role created_at'),
    ('refresh_tokens', 'secret', NULL, 'token_hash'),
    ('refresh_tokens', 'personal', 'account', 'user_agent'),
    ('refresh_tokens', 'internal', NULL,
        'id tenant_id account_id family_id expires_at used_at revoked_at created_at'),
    ('api_keys', 'secret', NULL, 'key_hash'),
    ('api_keys', 'internal', NULL,
        'id tenant_id name prefix scopes role created_by expires_at last_used_at revoked_at created_at'),
    ('signing_keys', 'public', NULL, 'id algorithm public_key'),
    ('signing_keys', 'secret', NULL, 'private_key_sealed'),
    ('signing_keys', 'internal', NULL, 'created_at retired_at'),
    ('platform_facts', 'internal', NULL, 'name value updated_at'),
    ('secrets', 'secret', NULL, 'value_sealed'),
    ('secrets', 'internal', NULL, 'tenant_id name created_at updated_at'),

    ('agents', 'public', NULL, 'slug name'),
    ('agents', 'internal', NULL, 'id tenant_id type status active_version_id latest_version revision source_file'
        ' imported_hash import_faults created_at updated_at'),
    ('agent_versions', 'internal', NULL,
        'id tenant_id agent_id number content_hash source spec warnings author reason base_dir created_at'),
    ('agent_gaps', 'internal', NULL, 'id tenant_id kind name agent_ids description interface issue_state issue_number'
        ' issue_url issue_error created_at updated_at'),
    ('records', 'personal', 'deleted', 'data'),
    ('records', 'internal', NULL,
        'tenant_id collection key origin position created_at updated_at file created_call changed_call'),
    ('record_imports', 'internal', NULL, 'tenant_id collection file content_hash imported_at'),

    ('contacts', 'personal', 'sealed', 'name_sealed'),
    ('contacts', 'secret', NULL, 'key_sealed'),
    ('contacts', 'personal', 'deleted', 'external_id preferences context timezone locale'),
    ('contacts', 'internal', NULL, 'id tenant_id source_channel created_at updated_at'),
    ('contact_handles', 'personal', 'sealed', 'value_sealed'),
    ('contact_handles', 'personal', 'hashed', 'value_hash'),
    ('contact_handles', 'internal', NULL, 'id tenant_id contact_id kind created_at'),
    ('conversations', 'personal', 'deleted', 'summary context metadata'),
    ('conversations', 'internal', NULL, 'id tenant_id agent_id contact_id channel status last_seq summary_seq'
        ' created_at updated_at ended_at'),
    ('conversation_leases', 'internal', NULL, 'conversation_id tenant_id token owner until'),
    ('messages', 'personal', 'deleted', 'content extra'),
    ('messages', 'internal', NULL, 'id tenant_id conversation_id seq role run_id created_at'),
    ('inbox', 'personal', 'deleted', 'body_hash problem'),
    ('inbox', 'internal', NULL, 'message_id tenant_id conversation_id seq idempotency_key state attempts not_before'
        ' run_id reply_id created_at'),

    ('runs', 'personal', 'deleted', 'problem'),
    ('runs', 'internal', NULL, 'id tenant_id agent_id agent_version_id conversation_id message_id kind state'
        ' cancel_requested prompt input_tokens output_tokens cached_tokens cost_micros currency started_at ended_at'),
    ('steps', 'personal', 'deleted', 'input output'),
    ('steps', 'internal', NULL,
        'id tenant_id run_id seq kind state name call_id verdict usage message_id duration_ms created_at'),
    ('run_checkpoints', 'personal', 'deleted', 'checkpoint metadata writes'),
    ('run_checkpoints', 'internal', NULL, 'run_id tenant_id namespace checkpoint_id updated_at'),
    ('events', 'internal', NULL, 'id tenant_id seq type source subject schema_version data created_at'),
    ('audit', 'internal', NULL, 'id tenant_id actor action subject data request_id created_at'),
    ('idempotency_keys', 'personal', 'expires', 'answer'),
    ('idempotency_keys', 'internal', NULL, 'tenant_id scope key body_hash status created_at'),

    ('embed_keys', 'public', NULL, 'key'),
    ('embed_keys', 'internal', NULL, 'id tenant_id agent_id allowed_origins created_at revoked_at'),
    ('visitors', 'secret', NULL, 'secret_hash'),
    ('visitors', 'internal', NULL, 'id tenant_id agent_id contact_id created_at last_seen_at'),
    ('socket_tickets', 'secret', NULL, 'ticket_hash'),
    ('socket_tickets', 'internal', NULL, 'tenant_id conversation_id principal expires_at'),
    ('files', 'personal', 'deleted', 'name'),
    ('files', 'internal', NULL,
        'id tenant_id conversation_id content_type size sha256 storage_key created_by created_at'),

    ('tickets', 'personal', 'deleted', 'title description'),
    ('tickets', 'internal', NULL, 'id tenant_id number conversation_id contact_id agent_slug priority status call_key'
        ' created_at updated_at'),
    ('outbox_messages', 'personal', 'sealed', 'recipient_sealed'),
    ('outbox_messages', 'personal', 'deleted', 'subject body'),
    ('outbox_messages', 'internal', NULL,
        'id tenant_id conversation_id contact_id channel state call_key created_at sent_at'),
    ('scheduled_actions', 'personal', 'deleted', 'payload result'),
    ('scheduled_actions', 'internal', NULL, 'id tenant_id conversation_id contact_id action_type scheduled_for status'
        ' call_key executed_at created_at'),
    ('handoffs', 'personal', 'deleted', 'reason summary'),
    ('handoffs', 'internal', NULL, 'id tenant_id conversation_id department status call_key created_at updated_at'),
    ('memories', 'personal', 'deleted', 'name content embedding source'),
    ('memories', 'internal', NULL, 'id tenant_id agent_id contact_id kind pinned created_at updated_at'),
    ('knowledge_documents', 'internal', NULL,
        'id tenant_id collection path title content_hash created_at updated_at'),
    ('knowledge_passages', 'internal', NULL,
        'id tenant_id document_id collection position heading content embedding search'),

    ('schema_migrations', 'internal', NULL, 'name checksum applied_at'),
    ('data_classes', 'internal', NULL, 'table_name column_name class on_erasure')
) AS each (in_table, class, on_erasure, columns), unnest(string_to_array(each.columns, ' ')) AS named;
