"""Settings: names people know, faults told without values."""

from pathlib import Path

import pytest

from sparklabs.kit.errors import InvalidError
from sparklabs.kit.settings import load_settings


def test_a_wrong_value_is_told_by_the_variable_that_holds_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("SPARKLABS_HOME", str(tmp_path))
    monkeypatch.setenv("SPARKLABS_PORT", "many")
    with pytest.raises(InvalidError, match="SPARKLABS_PORT"):
        load_settings()


def test_a_list_that_is_no_json_is_refused_with_the_cure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("SPARKLABS_HOME", str(tmp_path))
    monkeypatch.setenv("SPARKLABS_TOOLS_ALLOWED_HOSTS", "inner.example")
    with pytest.raises(InvalidError, match="tools_allowed_hosts") as raised:
        load_settings()
    assert "JSON" in (raised.value.hint or "")


def test_the_environment_comes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "sparklabs.toml").write_text('port = 9001\nlog_level = "error"\n')
    monkeypatch.setenv("SPARKLABS_HOME", str(tmp_path))
    monkeypatch.setenv("SPARKLABS_PORT", "9002")
    settings = load_settings()
    assert (settings.port, settings.log_level) == (9002, "error")


def test_an_unknown_name_in_the_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "sparklabs.toml").write_text("prot = 9001\n")
    monkeypatch.setenv("SPARKLABS_HOME", str(tmp_path))
    with pytest.raises(InvalidError, match="prot"):
        load_settings()
