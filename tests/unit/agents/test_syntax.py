"""The syntax level: what is no YAML, no text, too much, or more than YAML should do."""

import json

import pytest

from tests.unit.agents.reading_aid import HEAD, codes, only_fault, read, read_sections


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        (b"", "empty_file", 1),
        (b"# nothing but a comment\n", "empty_file", 1),
        (b"- a\n- b\n", "not_a_mapping", 1),
        (b"\njust words\n", "not_a_mapping", 2),
        (HEAD.encode("utf-16"), "wrong_encoding", 1),
        (HEAD.encode("utf-16-le"), "wrong_encoding", 1),
        (HEAD.encode("utf-32"), "wrong_encoding", 1),
        ((HEAD + "id: caf\u00e9\n").encode("latin-1"), "wrong_encoding", 5),
        (HEAD.encode() + b"id: a\x00b\n", "control_character", 5),
        (HEAD.encode() + b"id: a\x1bb\n", "control_character", 5),
        (HEAD.encode() + b'id: "a\\0b"\n', "control_character", 5),
        (HEAD.encode() + b"---\nversion: x\n", "several_documents", 5),
        (HEAD.encode() + b'id: !!python/object/apply:os.system ["true"]\n', "tag", 5),
        (HEAD.encode() + b"id: !secret x\n", "tag", 5),
        (HEAD.encode() + b"id: !!binary aGVsbG8=\n", "tag", 5),
        (HEAD.encode() + b"tools: *nowhere\n", "unknown_anchor", 5),
        (HEAD.encode() + b"tools: &t [*t]\n", "recursive_alias", 5),
        (HEAD.encode() + b"id: x\nid: y\n", "duplicate_key", 6),
        (HEAD.encode() + b"  name: Bob\n", "duplicate_key", 5),
        (HEAD.encode() + b"channels: {input: [web_chat]}\nchannels: {output: []}\n", "duplicate_key", 6),
        (HEAD.encode() + b"? [a, b]\n: c\n", "bad_key", 5),
        (HEAD.encode() + b"<<: [1, 2]\n", "bad_merge", 5),
        (HEAD.encode() + b"id: a: b\n", "yaml", 5),
        (HEAD.encode() + b"tools: [a\n", "yaml", 6),
        (HEAD.encode() + b"\tid: x\n", "yaml", 5),
        (HEAD.encode() + b'id: "open\n', "yaml", 6),
        (HEAD.encode() + b"tools: " + b"[" * 60 + b"]" * 60, "too_deep", 5),
        (bomb().encode(), "expands_too_far", 5),
    ],
)
def test_unreadable_source_is_refused_with_its_code_and_line(source: bytes, code: str, line: int) -> None:
    reading = read(source)
    assert reading.spec is None
    assert [(fault.level, fault.line) for fault in reading.faults if fault.code == code] in (
        [("syntax", line)],
        [("syntax", line)] * 2,
    )
    assert all(fault.cure and fault.message for fault in reading.faults)


def test_ten_megabytes_are_refused_before_they_are_parsed() -> None:
    fault = only_fault(read(b"[" * 10_000_000))
    assert fault.code == "file_too_large"
    assert "10,000,000" in fault.message


def test_a_long_text_repeated_by_aliases_is_refused() -> None:
    text = "a: &a " + "x" * 500_000 + "\nb: [" + ", ".join(["*a"] * 20) + "]\n"
    assert codes(read(text).faults) == ["expands_too_far"]


def test_anchors_and_aliases_out_of_hand_are_refused() -> None:
    anchors = "tools:\n" + "".join(f"- &a{n} t{n}\n" for n in range(200))
    assert codes(read(HEAD + anchors).faults) == ["too_many_anchors"]
    aliases = "agent: &a x\ntools:\n" + "- *a\n" * 300
    assert codes(read(aliases).faults) == ["too_many_aliases"]


def test_depth_that_is_built_out_of_aliases_is_refused() -> None:
    levels = [f"a{n}: &a{n} " + "[" * 20 + (f"*a{n - 1}" if n else "x") + "]" * 20 for n in range(50)]
    assert "too_deep" in codes(read("\n".join(levels)).faults)


def test_a_few_anchors_and_merge_keys_are_fine() -> None:
    reading = read_sections("""
        tools:
          - &base {name: first, type: api, risk: low}
          - <<: *base
            name: second
    """)
    assert reading.spec is not None
    assert [(tool.name, tool.type) for tool in reading.spec.tools] == [("first", "api"), ("second", "api")]


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    source = b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode()
    assert read(source).spec is not None
    assert only_fault(read(source + b"id: caf\xe9")).column == 8


def test_json_is_read_with_places_and_with_characters_beyond_the_basic_plane() -> None:
    data = {"version": "1.0", "agent": {"name": "Maya \U0001f600", "system_prompt": "Say \\ud83d and / and \t."}}
    for text in (json.dumps(data), json.dumps(data, indent="\t"), json.dumps(data, ensure_ascii=False)):
        reading = read(text)
        assert reading.spec is not None, reading.faults
        assert reading.spec.agent.name == "Maya \U0001f600"
        assert reading.spec.agent.system_prompt == data["agent"]["system_prompt"]
    fault = only_fault(read('{"version": "1.0",\n "agent": {"name": "M", "system_prompt": "x", "nmae": 1}}'))
    assert (fault.line, fault.column, fault.path) == (2, 47, "agent.nmae")


def test_a_lone_half_of_a_surrogate_pair_is_refused() -> None:
    assert read('{"version": "1.0", "agent": {"name": "\\ud83d", "system_prompt": "x"}}').spec is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("12:30", "12:30"),
        ("2026-01-31", "2026-01-31"),
        ("+14155550100", "+14155550100"),
        ("007", "007"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("12345678901234567890", "12345678901234567890"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("12", 12),
        ("-3", -3),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("true", True),
        ("~", None),
        ("", None),
        ("!!str 12", "12"),
        ("'12'", "12"),
    ],
)
def test_unquoted_words_mean_what_they_say(written: str, meant: object) -> None:
    reading = read_sections(f"""
        tools:
          - name: t
            config:
              value: {written}
    """)
    assert reading.spec is not None, reading.faults
    value = reading.spec.tools[0].config["value"]
    assert value == meant
    assert type(value) is type(meant)


def test_norwegian_is_a_language_and_the_word_is_pointed_out() -> None:
    reading = read_sections(agent="language: no\n")
    assert reading.spec is not None
    assert reading.spec.agent.languages == ["no"]
    assert [(w.code, w.line, w.cure) for w in reading.warnings] == [
        ("ambiguous_word", 5, "Write 'no' in quotes, or true or false.")
    ]


def test_yes_and_off_switch_what_is_a_switch_without_a_warning() -> None:
    reading = read_sections("memory: {summary: off, long_term: yes}")
    assert reading.spec is not None
    assert (reading.spec.memory.summary, reading.spec.memory.long_term) == (False, True)
    assert not reading.warnings


def test_a_fault_prints_as_one_line_with_place_path_message_and_cure() -> None:
    fault = only_fault(read(HEAD + "id: x\nid: y\n"))
    assert str(fault) == "a.yaml:6:1  id  `id` stands here and at line 5 already.  Keep one of the two."
    assert fault.as_dict()["line"] == 6
