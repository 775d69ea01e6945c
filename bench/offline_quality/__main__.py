"""Measures the offline model on the set that its rules were not written on and writes the page of figures."""

import argparse
import platform
import statistics
from datetime import UTC, datetime
from pathlib import Path

from bench.offline_quality.scoring import Score, Tally, score_dialogues, score_samples
from bench.offline_quality.sets import load_dialogues, load_samples

PAGE = Path("docs/reference/offline-quality.md")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--dev", action="store_true", help="show what goes wrong on the development set; writes no page"
    )
    if parser.parse_args().dev:
        show_dev()
        return
    text = page(
        {"Held-out": score_samples(load_samples("held_out")), "Development": score_samples(load_samples("dev"))},
        {
            "Held-out": score_dialogues(load_dialogues("dialogues_held_out")),
            "Development": score_dialogues(load_dialogues("dialogues_dev")),
        },
    )
    print(text)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text)


def show_dev() -> None:
    score, dialogues = score_samples(load_samples("dev")), score_dialogues(load_dialogues("dialogues_dev"))
    for title, tally in (
        ("tool", score.tool),
        ("arguments", score.arguments),
        ("quiet", score.quiet),
        ("dialogues", dialogues),
    ):
        print(f"{title}: {tally.right}/{tally.total}")
        print("\n".join(f"   {note}" for note in tally.wrong))


def page(scores: dict[str, Score], dialogues: dict[str, Tally]) -> str:
    """The page as Markdown."""
    lines = [
        "# How good the offline model is",
        "",
        "Measured by `python -m bench.offline_quality`, which writes this page. The held-out set was "
        "written before the",
        "rules and weights were tuned, in another style, and nothing was tuned on it; two of its five tool "
        "sets (hotel,",
        "library) are of domains that the development set does not touch and give no example utterances.",
        "",
        "| Figure | " + " | ".join(scores) + " |",
        "|---|" + "---|" * len(scores),
    ]
    rows: list[tuple[str, list[str]]] = [
        ("Right tool (or rightly none)", [_share(score.tool) for score in scores.values()]),
        ("Right tool and all arguments exact", [_share(score.arguments) for score in scores.values()]),
        ("False actions (a changing tool begun unasked)", [_false(score.quiet) for score in scores.values()]),
        ("Dialogues of several turns completed", [_share(tally) for tally in dialogues.values()]),
        ("A decision, p50", [f"{statistics.median(score.milliseconds):.0f} ms" for score in scores.values()]),
        (
            "A decision, p95",
            [f"{statistics.quantiles(score.milliseconds, n=20)[-1]:.0f} ms" for score in scores.values()],
        ),
    ]
    lines += [f"| {name} | {' | '.join(cells)} |" for name, cells in rows]
    lines += ["", "Right tool by tool set (held-out):", "", "| Tool set | Right tool |", "|---|---|"]
    lines += [f"| {name} | {_share(tally)} |" for name, tally in scores["Held-out"].by_toolset.items()]
    lines += [
        "",
        "An argument set is exact when every argument that the utterance gives is there with the right "
        "value and no other",
        "is. A dialogue is completed when exactly the right calls were made, in order, with exact arguments. For an",
        "utterance that must begin no action, asking the documents or a person counts as right.",
        "",
        f"Machine: {platform.machine()}, Python {platform.python_version()}, one thread for the arithmetic,",
        f"{datetime.now(UTC):%d %B %Y}.",
        "",
    ]
    return "\n".join(lines)


def _share(tally: Tally) -> str:
    return f"{tally.share:.1%} ({tally.right} of {tally.total})"


def _false(tally: Tally) -> str:
    return f"{1 - tally.share:.1%} ({tally.total - tally.right} of {tally.total})"


if __name__ == "__main__":
    main()
