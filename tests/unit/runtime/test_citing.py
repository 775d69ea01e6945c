"""An answer names the passages it used, not all that were found."""

from sparklabs.runtime.citing import used
from sparklabs.tools.schemas import Citation

BACKUPS = Citation("Security", "security.md", "Backups are encrypted with keys of their own. Kept for 35 days.")
TRANSIT = Citation("Security", "security.md", "All data is encrypted in transit and at rest.\n\nWe use TLS 1.3.")


def test_only_the_quoted_passage_is_cited() -> None:
    assert used([BACKUPS, TRANSIT], "“All data is encrypted in transit and at rest.” (from Security)") == (TRANSIT,)


def test_a_sentence_taken_over_without_marks_counts_as_quoted() -> None:
    assert used([BACKUPS, TRANSIT], "Yes: backups are encrypted with keys of their own.") == (BACKUPS,)


def test_an_answer_in_its_own_words_cites_everything_found_once() -> None:
    assert used([BACKUPS, TRANSIT, BACKUPS], "Yes, everything is protected.") == (BACKUPS, TRANSIT)
