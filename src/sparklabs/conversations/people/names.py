"""How sealed names are found: keyed hashes of the beginnings of their words, so that `ada l` finds Ada Lovelace."""

import unicodedata
from uuid import UUID

from sparklabs.kit.crypto import Sealer

INDEX_VERSION = 1
"""Grows when names are read another way; the background job then indexes every contact anew."""

LONGEST_PREFIX = 24
MOST_WORDS = 12
_SHORTEST_PREFIX = 2
_PURPOSE = "contact-name"


def words_of(text: str) -> list[str]:
    """The words of a name or a search: case and accents folded, split at anything but letters and digits."""
    # ß, ø and the like have no decomposition; casefold turns the first into ss, the others stay as they are.
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    spaced = "".join(letter if letter.isalnum() else " " for letter in plain)
    return list(dict.fromkeys(spaced.split()))[:MOST_WORDS]


def beginnings_of(name: str) -> set[str]:
    """What a name can be found by: each word's beginnings of two letters or more, and a one-letter word itself."""
    return {
        word[:length]
        for word in words_of(name)
        for length in range(min(_SHORTEST_PREFIX, len(word)), min(len(word), LONGEST_PREFIX) + 1)
    }


def index_hashes(sealer: Sealer, tenant_id: UUID, name: str) -> list[bytes]:
    """What to store for a name."""
    return [sealer.blind_index(_PURPOSE, tenant_id, each) for each in sorted(beginnings_of(name))]


def search_hashes(sealer: Sealer, tenant_id: UUID, text: str) -> list[bytes]:
    """What a contact must have, all of it, for its name to fit the text; empty when the text has no words."""
    return [sealer.blind_index(_PURPOSE, tenant_id, word[:LONGEST_PREFIX]) for word in words_of(text)]
