"""Passwords: the rule they meet and their argon2id hashes, worked out on threads of their own; not whose they are."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple, Unpack

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sparklabs.identity.errors import PasswordTooWeakError

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 512
# OWASP Password Storage Cheat Sheet's argon2id setting: about 30 ms and 19 MiB on the machine it was measured on.
_MEMORY_KIB, _PASSES, _LANES = 19_456, 2, 1
_THREADS = 2
A = TypeVarTuple("A")
T = TypeVar("T")


def check_password(password: str, *, field: str = "password") -> None:
    """Raises PasswordTooWeakError for a length outside 8 to 512 (NIST SP 800-63B: no composition rules)."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise PasswordTooWeakError(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.",
            field=field,
            hint="A few unrelated words make a good one.",
        )


class Passwords:
    """Hashes and verifies off the event loop, at most two at once, so that a burst costs 40 MiB and not the machine."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)
        self._threads = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="argon2")

    async def hash(self, password: str) -> str:
        """The encoded argon2id hash to store."""
        return await self._on_thread(self._hash, password)

    async def verify(self, password: str, stored: str | None) -> bool:
        """Whether it is the password; without a stored hash the same work is done, so that the time tells nothing."""
        if len(password) > LONGEST_PASSWORD:
            password, stored = "", None
        if stored is None:
            await self._on_thread(self._hash, password)
            return False
        return await self._on_thread(self._verify, password, stored)

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _on_thread(self, work: Callable[[Unpack[A]], T], *arguments: *A) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    def _hash(self, password: str) -> str:
        return self._hasher.hash(_normalised(password))

    def _verify(self, password: str, stored: str) -> bool:
        try:
            return self._hasher.verify(stored, _normalised(password))
        except (VerificationError, InvalidHashError):
            return False


def _normalised(password: str) -> str:
    """The same password typed on two keyboards is the same bytes (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
