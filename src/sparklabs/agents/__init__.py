"""Agent files: from YAML to validated, immutable, published versions."""
