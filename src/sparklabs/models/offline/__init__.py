"""The offline model: a modest English dialogue model of rules and embeddings that needs no network; large
models live in `providers`."""

from sparklabs.models.offline.model import OfflineChatModel

__all__ = ["OfflineChatModel"]
