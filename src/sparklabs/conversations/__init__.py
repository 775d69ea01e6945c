"""Contacts, conversations and messages: accepts what a customer says and calls the runtime for a turn."""
