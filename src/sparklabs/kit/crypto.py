"""Sealing of columns, blind indexes and contacts' own keys, all derived from the platform's secret key."""

import hmac
import secrets
from collections import OrderedDict
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sparklabs.kit.errors import SparkError
from sparklabs.kit.secret_key import SECRET_KEY_BYTES, SecretKeyError, load_secret_key

__all__ = ["DataKey", "SealedValueError", "Sealer", "load_secret_key"]

KEY_VERSION = 1
_VERSION = bytes([KEY_VERSION])
_NONCE_BYTES = 12
_TAG_BYTES = 16
_DATA_KEY_BYTES = 32
_DATA_KEY_PURPOSE = "contact-key"


class SealedValueError(SparkError):
    """A sealed value was changed, moved to another row or sealed with another key."""

    code = "sealed_value_unreadable"
    title = "A stored value cannot be decrypted"


class DataKey:
    """One contact's key; what it sealed is unreadable for ever once its sealed form is deleted."""

    __slots__ = ("_cipher", "_raw")

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._cipher = AESGCM(raw)

    def __repr__(self) -> str:
        return "DataKey(...)"

    def seal(self, text: str, column: str) -> bytes:
        """Seals a value for one column, named `table.column`."""
        return _seal(self._cipher, text.encode(), column.encode())

    def open(self, sealed: bytes, column: str) -> str:
        """The value again; raises SealedValueError when it was sealed elsewhere or changed."""
        return _open(self._cipher, sealed, column.encode()).decode()


class Sealer:
    """AES-256-GCM under keys derived per purpose and tenant (HKDF-SHA256, RFC 5869).

    A sealed value is `version byte | 12-byte nonce | ciphertext | 16-byte tag`; the version byte lets a later secret
    key open what an earlier one sealed. Random nonces are safe up to 2^32 values per purpose and tenant
    (NIST SP 800-38D, 8.3).
    """

    def __init__(self, secret_key: bytes, *, cached_data_keys: int = 10_000) -> None:
        if len(secret_key) < SECRET_KEY_BYTES:
            raise SecretKeyError(f"A secret key has at least {SECRET_KEY_BYTES} bytes, this one {len(secret_key)}.")
        self._secret_key = secret_key
        self._cipher = lru_cache(maxsize=4096)(self._derive_cipher)
        self._index_key = lru_cache(maxsize=4096)(self._derive_index_key)
        self._data_keys: OrderedDict[tuple[UUID, UUID, bytes], DataKey] = OrderedDict()
        self._cached_data_keys = cached_data_keys

    def __repr__(self) -> str:
        return "Sealer(...)"

    def seal(self, value: bytes, *, purpose: str, tenant_id: UUID | None, about: str) -> bytes:
        """Seals a value for one place: `about` names table, column and row, and must be the same to open it."""
        return _seal(self._cipher(purpose, tenant_id), value, _place(tenant_id, about))

    def open(self, sealed: bytes, *, purpose: str, tenant_id: UUID | None, about: str) -> bytes:
        """The value again; raises SealedValueError when anything about it differs."""
        return _open(self._cipher(purpose, tenant_id), sealed, _place(tenant_id, about))

    def blind_index(self, purpose: str, tenant_id: UUID | None, value: str) -> bytes:
        """A keyed hash (HMAC-SHA256, 32 bytes), by which a value is found without being readable."""
        return hmac.digest(self._index_key(purpose, tenant_id), value.encode(), "sha256")

    def new_data_key(self) -> DataKey:
        """A fresh random key for one contact."""
        return DataKey(secrets.token_bytes(_DATA_KEY_BYTES))

    def seal_key(self, key: DataKey, *, tenant_id: UUID, contact_id: UUID) -> bytes:
        """What to store as contacts.key_sealed."""
        raw = key._raw  # pyright: ignore[reportPrivateUsage] - the two classes are one lock
        return self.seal(raw, purpose=_DATA_KEY_PURPOSE, tenant_id=tenant_id, about=f"contacts.key_sealed:{contact_id}")

    def open_key(self, key_sealed: bytes, *, tenant_id: UUID, contact_id: UUID) -> DataKey:
        """The contact's key, from a cache when it was opened before; raises SealedValueError."""
        slot = (tenant_id, contact_id, bytes(key_sealed))
        found = self._data_keys.get(slot)
        if found is not None:
            self._data_keys.move_to_end(slot)
            return found
        about = f"contacts.key_sealed:{contact_id}"
        key = DataKey(self.open(slot[2], purpose=_DATA_KEY_PURPOSE, tenant_id=tenant_id, about=about))
        self._data_keys[slot] = key
        if len(self._data_keys) > self._cached_data_keys:
            self._data_keys.popitem(last=False)
        return key

    def _derive_cipher(self, purpose: str, tenant_id: UUID | None) -> AESGCM:
        return AESGCM(self._derive("seal", purpose, tenant_id))

    def _derive_index_key(self, purpose: str, tenant_id: UUID | None) -> bytes:
        return self._derive("index", purpose, tenant_id)

    def _derive(self, use: str, purpose: str, tenant_id: UUID | None) -> bytes:
        info = "\0".join(("sparklabs", str(KEY_VERSION), use, purpose, str(tenant_id or "")))
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info.encode()).derive(self._secret_key)


def _place(tenant_id: UUID | None, about: str) -> bytes:
    return f"{tenant_id or ''}\0{about}".encode()


def _seal(cipher: AESGCM, value: bytes, place: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _VERSION + nonce + cipher.encrypt(nonce, value, _VERSION + place)


def _open(cipher: AESGCM, sealed: bytes, place: bytes) -> bytes:
    sealed = bytes(sealed)
    if len(sealed) < 1 + _NONCE_BYTES + _TAG_BYTES or sealed[0] != KEY_VERSION:
        raise SealedValueError(
            "A sealed value is cut short or of an unknown key version.", hint="Was it written by a later release?"
        )
    try:
        return cipher.decrypt(sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :], _VERSION + place)
    except InvalidTag as error:
        raise SealedValueError(
            "A sealed value was changed, or belongs to another place or key.",
            hint="Is SPARKLABS_SECRET_KEY (or secret.key) the one it was sealed with?",
        ) from error
