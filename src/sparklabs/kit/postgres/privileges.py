"""As whom the server runs: PostgreSQL refuses root, so root maps or drops its user; a plain user needs neither.

As root, in this order:
1. `namespace`: a user namespace in which root is seen as 65534. To the kernel the server still is root without any
   capability, so folders of mode 700 that root owns stay open to it and nothing has to change hands.
2. `dropped`: uid 65534, to which the data folder is given. One capability (read and search anywhere, or Docker's
   default override) carries it through parents of mode 700 and into a virtual environment that only root may read.
A data folder that already belongs to another user than root keeps that user.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sparklabs.kit.postgres.errors import USE_ANOTHER_DATABASE, PrivilegesError

NOBODY = 65534
_PROBE_SECONDS = 5
# linux/capability.h; the first that the bounding set holds is taken.
_SEARCH_CAPABILITIES = (("dac_read_search", 2), ("dac_override", 1))


@dataclass(frozen=True, slots=True)
class Privileges:
    """How to start the server's programs: what stands before the command, and who owns the data folder."""

    mode: str
    prefix: tuple[str, ...]
    owner_uid: int

    def command(self, program: Path, arguments: Sequence[str]) -> list[str]:
        """The whole command line."""
        return [*self.prefix, str(program), *arguments]

    def give(self, path: Path) -> None:
        """Hands a file or folder with all it holds to the owner; the top goes last, so a crash is made good next time.

        A folder that is whole already costs one stat.
        """
        if os.geteuid() != 0 or path.lstat().st_uid == self.owner_uid:
            return
        for folder, folders, files in os.walk(path):
            for name in (*folders, *files):
                os.chown(Path(folder) / name, self.owner_uid, self.owner_uid, follow_symlinks=False)
        os.chown(path, self.owner_uid, self.owner_uid, follow_symlinks=False)


def choose_privileges(data: Path) -> Privileges:
    """How the server over this data folder, which need not exist yet, is to be started by the calling user.

    Raises:
        PrivilegesError: root may neither map nor drop its user here.
    """
    if os.geteuid() != 0:
        return Privileges("direct", (), os.geteuid())
    owner = data.stat().st_uid if data.exists() else 0
    if owner == 0 and _works(prefix := _namespace_prefix()):
        return Privileges("namespace", prefix, 0)
    uid = owner or NOBODY
    for prefix in _dropping_prefixes(uid):
        if _works(prefix):
            return Privileges("dropped", prefix, uid)
    raise PrivilegesError(
        "PostgreSQL refuses to run as root, and this machine lets root neither map nor drop its user.",
        hint=f"Run the platform as a plain user, or install util-linux (unshare, setpriv), or: {USE_ANOTHER_DATABASE}",
    )


def _namespace_prefix() -> tuple[str, ...]:
    return (shutil.which("unshare") or "unshare", "--user", f"--map-user={NOBODY}", "--")


def _dropping_prefixes(uid: int) -> list[tuple[str, ...]]:
    setpriv = shutil.which("setpriv") or "setpriv"
    drop = (setpriv, f"--reuid={uid}", f"--regid={uid}", "--clear-groups")
    bounding = _bounding_set()
    with_search = [
        (*drop, f"--inh-caps=+{name}", f"--ambient-caps=+{name}", "--")
        for name, bit in _SEARCH_CAPABILITIES
        if bounding >> bit & 1
    ]
    return [*with_search, (*drop, "--")]


def _bounding_set() -> int:
    if sys.platform != "linux":
        return 0
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapBnd:"):
            return int(line.split()[1], 16)
    return 0


@cache
def _works(prefix: tuple[str, ...]) -> bool:
    # `id` proves that the user really changed: some sandboxes accept the call and ignore it.
    try:
        probe = subprocess.run(  # noqa: S603 - our own programs
            [*prefix, shutil.which("id") or "id", "-u"],
            check=False,
            capture_output=True,
            timeout=_PROBE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0 and probe.stdout.strip() not in {b"", b"0"}
