"""Cutting documents into passages."""

from sparklabs.knowledge.passages import MOST_CHARACTERS, split

TEXT = """---
owner: ann
---
# Returns

You may return goods within 30 days.

## Exceptions

- Opened software
- Gift cards

```python
# not a heading
```

## Refunds

| Way | Days |
|---|---|
| Card | 5 |
"""


def test_passages_follow_headings_and_carry_their_path() -> None:
    title, chunks = split(TEXT, markdown=True)
    assert title == "Returns"
    assert [chunk.heading for chunk in chunks] == ["Returns", "Returns > Exceptions", "Returns > Refunds"]
    assert "Gift cards" in chunks[1].content
    assert "# not a heading" in chunks[1].content
    assert "| Card | 5 |" in chunks[2].content


def test_no_passage_is_longer_than_the_limit_and_no_word_is_lost() -> None:
    words = [f"word{n}." for n in range(2000)]
    _, chunks = split("# T\n\n" + " ".join(words) + "\n\nshort end", markdown=True)
    assert all(len(chunk.content) <= MOST_CHARACTERS + 1 for chunk in chunks)
    assert " ".join(chunk.content for chunk in chunks).split() == [*words, "short", "end"]


def test_plain_text_is_cut_at_empty_lines_and_has_no_title() -> None:
    title, chunks = split("# one\n\ntwo", markdown=False)
    assert title is None
    assert [chunk.content for chunk in chunks] == ["# one\n\ntwo"]


def test_an_empty_document_has_no_passages() -> None:
    assert split("", markdown=True) == (None, [])
