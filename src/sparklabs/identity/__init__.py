"""Who may do what: tenants, accounts, tokens, API keys and secrets."""
