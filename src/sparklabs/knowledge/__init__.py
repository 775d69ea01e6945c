"""What an agent knows: documents, passages and their retrieval."""
