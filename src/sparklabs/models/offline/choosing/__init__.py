"""Which tool a clause asks for; nothing here fills an argument."""
