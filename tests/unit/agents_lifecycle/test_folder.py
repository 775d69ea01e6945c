"""Which files of a folder count, and reading one only when nobody writes it."""

import asyncio
from pathlib import Path

import pytest

from sparklabs.agents.folder import UnreadableFileError, find_beside, list_files, read_settled


def test_only_plain_names_with_the_right_ending_count(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yml", "c.json", "d.toml", ".e.yaml", "#f.yaml", "g.yaml~", "readme.md"):
        (tmp_path / name).touch()
    (tmp_path / "h.yaml").mkdir()
    listing = list_files(tmp_path)
    assert list(listing.file_by_slug) == ["a", "b", "c"]
    assert listing.fault_by_name == {}


def test_two_files_for_one_slug_are_both_left_out(tmp_path: Path) -> None:
    for name in ("a.yaml", "a.json", "b.yaml"):
        (tmp_path / name).touch()
    listing = list_files(tmp_path)
    assert list(listing.file_by_slug) == ["b"]
    assert "a.json and a.yaml" in listing.fault_by_name["a"].message


@pytest.mark.parametrize("name", ["/etc/passwd", "../x.csv", "data/../../x.csv", "link.csv", "folder", "gone.csv"])
def test_nothing_outside_the_folder_is_found_beside_a_file(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "agents"
    (inside / "folder").mkdir(parents=True)
    (tmp_path / "x.csv").touch()
    (inside / "link.csv").symlink_to(tmp_path / "x.csv")
    with pytest.raises(UnreadableFileError):
        find_beside(inside, name)


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "x.csv").touch()
    (tmp_path / "link.csv").symlink_to("x.csv")
    assert find_beside(tmp_path, "link.csv") == (tmp_path / "x.csv").resolve()


async def test_a_file_that_is_being_written_is_read_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"")

    async def write() -> None:
        with file.open("ab", buffering=0) as out:
            for _ in range(6):
                out.write(b"x" * 10)
                await asyncio.sleep(0.03)

    writing = asyncio.create_task(write())
    content, signature = await read_settled(tmp_path, file)
    await writing
    assert (len(content), signature.size) == (60, 60)


async def test_at_most_one_byte_more_than_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"x" * 1000)
    content, _ = await read_settled(tmp_path, tmp_path / "a.yaml", most_bytes=10)
    assert len(content) == 11
