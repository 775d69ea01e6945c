"""Values for parameters out of sentences; nothing here chooses a tool."""
