"""What messages and prompts say, as data; nothing here decides."""
