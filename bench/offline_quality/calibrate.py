"""Fits the chooser's weights on the development set: a conditional logit over the bound tools and "none of them"."""

import argparse
from pathlib import Path

import numpy as np

from bench.offline_quality.scoring import toolset_of
from bench.offline_quality.sets import Sample, load_samples
from sparklabs.models.embeddings import get_embedder
from sparklabs.models.offline.choosing import features, weights
from sparklabs.models.offline.choosing.cards import build_deck
from sparklabs.models.offline.reading.utterance import read_utterance

PAGE = Path("src/sparklabs/models/offline/choosing/weights.py")
# Negated and foreign sentences are told by rules before the weights are asked.
BY_RULE = frozenset({"negated", "language"})
STEPS = 1500
RATE = 0.05
Row = tuple[np.ndarray, np.ndarray]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--ridge", type=float, default=0.005, help="how strongly weights are pulled to the hand-set start"
    )
    ridge = parser.parse_args().ridge
    samples = [sample for sample in load_samples("dev") if sample.kind not in BY_RULE]
    rows = [(sample, read_row(sample)) for sample in samples]
    for name in dict.fromkeys(sample.toolset for sample in samples):
        inside = [row for sample, row in rows if sample.toolset != name]
        outside = [row for sample, row in rows if sample.toolset == name]
        print(f"without {name}: {accuracy(outside, fit(inside, ridge)):.3f}")
    fitted = fit([row for _, row in rows], ridge)
    print(f"all: {accuracy([row for _, row in rows], fitted):.3f}")
    write(fitted)


def read_row(sample: Sample) -> Row:
    """Features of every tool and, last, of none; and which of these choices are right."""
    deck = build_deck(toolset_of(sample.toolset).model.tools)
    utterance = read_utterance(sample.say)
    vector = get_embedder().embed([features.strip_entities(utterance.text)])[0]
    table = np.array(features.compute(utterance, vector, deck))
    table = np.hstack([table, np.zeros((len(table), 1))])
    none = np.zeros((1, table.shape[1]))
    none[0, -1] = 1
    right = [
        card.name == sample.tool or (sample.tool is None and utterance.question and card.tool.role == "knowledge")
        for card in deck.cards
    ]
    return np.vstack([table, none]), np.array([*right, sample.tool is None])


def fit(rows: list[Row], ridge: float) -> np.ndarray:
    """Gradient descent (Adam) on the log-likelihood of the right choices, from the present weights."""
    start = np.array([*START, 4.2])
    current, first, second = start.copy(), np.zeros_like(start), np.zeros_like(start)
    most = max(len(table) for table, _ in rows)
    tables = np.array([np.pad(table, ((0, most - len(table)), (0, 0))) for table, _ in rows])
    rights = np.array([np.pad(right, (0, most - len(right))) for _, right in rows])
    there = np.array([[index < len(table) for index in range(most)] for table, _ in rows])
    for step in range(1, STEPS + 1):
        scores = np.where(there, tables @ current, -1e9)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        wanted = shares * rights
        surplus = shares - wanted / wanted.sum(axis=1, keepdims=True)
        gradient = ridge * (current - start) + np.einsum("nt,ntf->f", surplus, tables) / len(rows)
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        current = current - RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return current


START = (
    6.0, 3.0, 2.0, 0.7, 0.7, -1.0, 2.0, 2.5, 0.8, 0.5, 0.3,
    0.5, 0.3, 0.5, 1.0, -1.0,
    1.0, 1.0, -0.5, -0.8, -2.0, 0.0, 0.5, -0.5, 3.2,
    2.0, -1.0, 1.0, 2.0, -1.5,
    -1.5, 8.0, 2.5,
)  # fmt: skip


def accuracy(rows: list[Row], fitted: np.ndarray) -> float:
    return float(np.mean([right[int((table @ fitted).argmax())] for table, right in rows]))


def write(fitted: np.ndarray) -> None:
    lines = [f"    {value:.3f},  # {name}" for name, value in zip(features.NAMES, fitted, strict=False)]
    PAGE.write_text(
        '"""The chooser\'s weights, fitted by `bench.offline_quality.calibrate` on the development set."""\n\n'
        "WEIGHTS: tuple[float, ...] = (\n" + "\n".join(lines) + "\n)\n"
        f"NONE_SCORE = {fitted[-1]:.3f}\n"
        f"LEAST_PROBABILITY = {weights.LEAST_PROBABILITY}\n"
        f"LEAST_PROBABILITY_ACTION = {weights.LEAST_PROBABILITY_ACTION}\n"
    )


if __name__ == "__main__":
    main()
