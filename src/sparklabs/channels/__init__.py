"""The edges of a conversation: how a customer's words come in and an answer goes out."""
