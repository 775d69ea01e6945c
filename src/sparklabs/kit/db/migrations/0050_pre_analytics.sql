-- What the dashboard reads by time. None of these columns is ever updated, so that updates stay within their page.
CREATE INDEX conversations_created ON conversations (tenant_id, created_at);
CREATE INDEX runs_started ON runs (tenant_id, started_at);
-- Carries what is counted along, so that a quarter's messages are counted without touching their texts.
CREATE INDEX messages_created ON messages (tenant_id, created_at) INCLUDE (conversation_id, role);
CREATE INDEX handoffs_created ON handoffs (tenant_id, created_at);
CREATE INDEX handoffs_waiting ON handoffs (tenant_id, conversation_id) WHERE status = 'waiting';
CREATE INDEX tickets_urgent ON tickets (tenant_id, created_at) WHERE status = 'open' AND priority IN ('urgent', 'high');

-- The events that people are told of; each message and each answer is one as well, and would have to be skipped.
CREATE INDEX events_told ON events (tenant_id, seq) WHERE type IN (
    'dev.sparklabs.agent.published', 'dev.sparklabs.agent.version_added', 'dev.sparklabs.agent.rolled_back',
    'dev.sparklabs.agent.draft', 'dev.sparklabs.agent.testing', 'dev.sparklabs.agent.active',
    'dev.sparklabs.agent.paused', 'dev.sparklabs.agent.archived', 'dev.sparklabs.conversation.opened',
    'dev.sparklabs.conversation.turn.failed', 'dev.sparklabs.conversation.closed');
