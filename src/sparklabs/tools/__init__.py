"""What an agent can do: registry, schemas and execution of tools."""
