"""The workspace's events, as a list and as a stream; what is worth a notification is the room's own matter."""
