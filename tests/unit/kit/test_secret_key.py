"""The platform's secret key: from the environment, else from a file that is made once."""

import base64
import multiprocessing
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sparklabs.kit.secret_key import SecretKeyError, load_secret_key

KEY = bytes(range(200, 232))


def test_the_environment_gives_the_key_in_hex_or_base64(tmp_path: Path) -> None:
    for written in (
        KEY.hex(),
        KEY.hex().upper(),
        base64.b64encode(KEY).decode(),
        base64.urlsafe_b64encode(KEY).decode(),
    ):
        assert load_secret_key(tmp_path, f" {written}\n") == KEY
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_mode_600_is_made_once_and_read_ever_after(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    key = load_secret_key(home, None)
    assert len(key) == 32
    assert load_secret_key(home, "  ") == key
    assert stat.S_IMODE((home / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert [entry.name for entry in home.iterdir()] == ["secret.key"]


def test_processes_that_start_at_once_get_one_key(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    with context.Pool(8) as pool:
        keys = pool.starmap(load_secret_key, [(tmp_path / "home", None)] * 64, chunksize=1)
    assert len(set(keys)) == 1
    assert [entry.name for entry in (tmp_path / "home").iterdir()] == ["secret.key"]


@pytest.mark.parametrize("value", ["not a key at all!", "abcd", "zz" * 32 + "!", KEY[:31].hex(), "ключ" * 20])
def test_a_bad_key_in_the_environment_is_refused_without_showing_it(tmp_path: Path, value: str) -> None:
    with pytest.raises(SecretKeyError) as caught:
        load_secret_key(tmp_path, value)
    assert caught.value.code == "secret_key_invalid"
    assert value not in f"{caught.value.detail} {caught.value.hint}"


@pytest.mark.parametrize("content", ["", "garbage\n", "\x00" * 64])
def test_a_damaged_file_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    path = tmp_path / "secret.key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(SecretKeyError) as caught:
        load_secret_key(tmp_path, None)
    assert caught.value.code == "secret_key_invalid"
    assert path.read_text() == content


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret.key"
    path.write_text(KEY.hex())
    path.chmod(mode)
    with pytest.raises(SecretKeyError) as caught:
        load_secret_key(tmp_path, None)
    assert caught.value.code == "secret_key_exposed"


def test_a_folder_in_place_of_the_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "secret.key").mkdir()
    with pytest.raises(SecretKeyError) as caught:
        load_secret_key(tmp_path, None)
    assert caught.value.code == "secret_key_unreadable"


def test_a_home_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(SecretKeyError) as caught:
        load_secret_key(tmp_path / "home", None)
    assert caught.value.code in ("secret_key_unreadable", "secret_key_unwritable")


def test_a_home_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    """Run as an ordinary user, for root may write anywhere."""
    tmp_path.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir(mode=0o555)
    program = (
        "import os, sys; from pathlib import Path; from sparklabs.kit.secret_key import *\n"
        "if os.getuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try: load_secret_key(Path(sys.argv[1]), None)\n"
        "except SecretKeyError as error: print(error.code)\n"
    )
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path(folder.anchor) and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    done = subprocess.run(
        [sys.executable, "-c", program, str(home)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout.strip() == "secret_key_unwritable"
