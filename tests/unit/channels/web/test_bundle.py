"""The widget's built files."""

import gzip
import os
from pathlib import Path

import pytest

from sparklabs.channels.web.bundle import WidgetBundle
from sparklabs.channels.web.errors import BundleMissingError

DIST = Path(__file__).parents[4] / "widget" / "dist"


def test_a_missing_bundle_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(BundleMissingError) as raised:
        WidgetBundle(tmp_path).get("widget.js")
    assert raised.value.hint is not None
    assert "make install" in raised.value.hint


def test_a_new_build_is_served_with_a_new_tag(tmp_path: Path) -> None:
    file = tmp_path / "widget.js"
    file.write_text("one")
    bundle = WidgetBundle(tmp_path)
    first = bundle.get("widget.js")
    assert bundle.get("widget.js") is first
    file.write_text("two")
    os.utime(file, ns=(first.modified_ns + 1, first.modified_ns + 1))
    second = bundle.get("widget.js")
    assert second.etag != first.etag
    assert gzip.decompress(second.compressed) == b"two"


def test_the_widget_is_under_40_kb_gzipped_and_never_parses_markup() -> None:
    asset = WidgetBundle(DIST).get("widget.js")
    assert len(asset.compressed) < 40_000
    for sink in (b"innerHTML", b"outerHTML", b"insertAdjacentHTML", b"document.write", b"eval(", b"new Function"):
        assert sink not in asset.body
