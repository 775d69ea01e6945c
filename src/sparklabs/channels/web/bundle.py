"""The widget's built files, held in memory with their hash and a compressed copy; building them is widget/'s matter."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from sparklabs.channels.web.errors import BundleMissingError

_MEDIA_TYPES = {
    "widget.js": "text/javascript; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "mark.svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, ready to be sent."""

    body: bytes
    compressed: bytes
    etag: str
    media_type: str
    modified_ns: int


class WidgetBundle:
    """Reads `dist/` of the widget; a new build is seen by its time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._assets: dict[str, Asset] = {}

    def get(self, name: str) -> Asset:
        """A file of the bundle; raises BundleMissingError."""
        path = self._folder / name
        try:
            modified_ns = path.stat().st_mtime_ns
            known = self._assets.get(name)
            if known is None or known.modified_ns != modified_ns:
                known = self._assets[name] = _read(path, modified_ns=modified_ns)
        except FileNotFoundError as error:
            raise BundleMissingError(
                f"The chat's file {name} was not built.", hint="Run `make install`, then load the page again."
            ) from error
        return known


def _read(path: Path, *, modified_ns: int) -> Asset:
    body = path.read_bytes()
    return Asset(
        body=body,
        compressed=gzip.compress(body, 9, mtime=0),
        etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"',
        media_type=_MEDIA_TYPES[path.name],
        modified_ns=modified_ns,
    )
