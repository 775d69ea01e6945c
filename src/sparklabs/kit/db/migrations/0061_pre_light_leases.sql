-- A lease is taken, held twice or more and given back in every turn. While an index named its end or its owner, each of
-- these wrote new index entries; without one they stay on their page (heap-only updates). The reaper finds holders by
-- the open messages they hold, of which there are few.
DROP INDEX conversation_leases_held;
