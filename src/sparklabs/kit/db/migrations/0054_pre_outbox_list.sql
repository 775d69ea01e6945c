-- People look through the outbox, the newest first.
CREATE INDEX outbox_messages_newest ON outbox_messages (tenant_id, created_at DESC, id DESC);
