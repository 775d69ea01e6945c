"""The data folder: made whole or not at all, and looked at before a server is let near it."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from sparklabs.kit.postgres.configuration import append_includes, write_settings
from sparklabs.kit.postgres.diagnosis import diagnose
from sparklabs.kit.postgres.errors import (
    USE_ANOTHER_DATABASE,
    DataCorruptError,
    DataVersionError,
    PostgresError,
)
from sparklabs.kit.postgres.programs import Programs

SUPERUSER = "postgres"
_INITDB_SECONDS = 120
_BUILDING = ".building-"
_VITAL = ("PG_VERSION", "postgresql.conf", "global/pg_control", "pg_wal", "base")


def read_or_make_password(path: Path) -> tuple[str, bool]:
    """The superuser's password and whether it was made just now."""
    try:
        password = path.read_text().strip()
    except FileNotFoundError:
        password = ""
    if password:
        return password, False
    password = secrets.token_urlsafe(32)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(password + "\n")
        file.flush()
        os.fsync(descriptor)
    fresh.replace(path)
    return password, True


def check_data(data: Path, *, major: int) -> bool:
    """True when the folder holds a whole cluster of this major version, False when there is nothing yet.

    Raises:
        DataVersionError: it was written by another major version.
        DataCorruptError: something lies there that is no whole cluster.
    """
    if not data.exists() or (data.is_dir() and not any(data.iterdir())):
        others = _other_majors(data)
        if others:
            raise DataVersionError(
                f"{data.parent} holds data of PostgreSQL {', '.join(others)} and none of {major}.",
                hint="Carry it over with pg_dump and pg_restore, or start with an empty SPARKLABS_HOME.",
            )
        return False
    absent = [name for name in _VITAL if not (data / name).exists()]
    if absent:
        raise DataCorruptError(
            f"{data} is not a whole PostgreSQL data folder: {', '.join(absent)} missing.",
            hint=f"Put a backup back in its place, or move the folder away to start empty. {USE_ANOTHER_DATABASE}",
        )
    found = (data / "PG_VERSION").read_text().strip()
    if found != str(major):
        raise DataVersionError(
            f"{data} was written by PostgreSQL {found or 'of unknown version'}; the embedded server is {major}.",
            hint="Carry it over with pg_dump and pg_restore, or start with an empty SPARKLABS_HOME.",
        )
    return True


def make_data(data: Path, *, programs: Programs, password: str) -> None:
    """Builds a cluster beside its place and renames it in: a crash in between leaves nothing half made."""
    for leftover in data.parent.glob(f"{_BUILDING}*"):
        shutil.rmtree(leftover)
    building = data.parent / f"{_BUILDING}{data.name}-{secrets.token_hex(4)}"
    try:
        building.mkdir(mode=0o700)
        programs.privileges.give(building)
        _initdb(building, programs=programs, password=password)
        append_includes(building)
        write_settings(building)
        if data.exists():
            data.rmdir()
        building.rename(data)
        _sync_folder(data.parent)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def reset_password(data: Path, *, programs: Programs, password: str) -> None:
    """Gives the superuser a new password while no server runs: for a home whose password file was lost."""
    done = programs.run(
        programs.binaries.postgres,
        ["--single", "-D", str(data), "-c", "exit_on_error=on", "postgres"],
        text_in=f"ALTER ROLE {SUPERUSER} PASSWORD '{password}'\n",
        timeout_seconds=_INITDB_SECONDS,
    )
    if done.returncode != 0:
        raise diagnose("The superuser's password could not be set anew.", done.stdout, data)


def _initdb(building: Path, *, programs: Programs, password: str) -> None:
    # Through a pipe: the password is in no argument list and in no second file.
    reader, writer = os.pipe()
    try:
        os.write(writer, password.encode() + b"\n")
        os.close(writer)
        if os.geteuid() == 0:
            os.fchown(reader, programs.privileges.owner_uid, -1)
        done = programs.run(
            programs.binaries.initdb,
            [
                f"--pgdata={building}",
                f"--username={SUPERUSER}",
                f"--pwfile=/dev/fd/{reader}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--data-checksums",
                *_locale_options(programs.binaries.major),
            ],
            timeout_seconds=_INITDB_SECONDS,
            pass_fds=(reader,),
        )
    except subprocess.TimeoutExpired as late:
        raise PostgresError(f"initdb took longer than {late.timeout:.0f} s.", hint="Is the disk very slow?") from late
    finally:
        os.close(reader)
    if done.returncode != 0:
        raise diagnose("A new data folder could not be made.", done.stdout, building.parent)


def _locale_options(major: int) -> list[str]:
    # Nothing of the machine's locale gets in: a data folder sorts alike wherever it is carried.
    if major >= 17:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C"]


def _other_majors(data: Path) -> list[str]:
    found = [entry for entry in data.parent.glob("[0-9]*") if entry != data and (entry / "PG_VERSION").is_file()]
    return sorted(entry.name for entry in found)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
