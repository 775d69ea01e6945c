"""Chat models and embeddings: providers, prices, fallbacks and the offline model."""
