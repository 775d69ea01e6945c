"""The same processes, model and agent as the conversations' tests have."""

from tests.integration.conversations.conftest import begin, model, one, service, settings, two

__all__ = ["begin", "model", "one", "service", "settings", "two"]
