"""The numpy forward pass of MiniLM."""

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from sparklabs.models.embeddings import DIMENSIONS, EmbeddingsMissingError, MiniLmEmbedder, get_embedder


def test_vectors_have_unit_length_and_the_models_width() -> None:
    vectors = get_embedder().embed(["one", "two words", ""])
    assert vectors.shape == (3, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_vectors() -> None:
    assert get_embedder().embed([]).shape == (0, DIMENSIONS)


def test_the_published_similarity_of_the_model_is_met() -> None:
    vectors = get_embedder().embed(["That is a happy person", "That is a very happy person"])
    # The model's published card gives 0.943 for this pair.
    assert float(vectors[0] @ vectors[1]) == pytest.approx(0.943, abs=0.001)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("I want my money back", "please refund my purchase"),
        ("book a table for two", "reserve a table for 2 people"),
        ("my order has not arrived", "the parcel is late"),
        ("talk to a human", "connect me with a real person"),
    ],
)
def test_paraphrases_beat_the_unrelated(left: str, right: str) -> None:
    vectors = get_embedder().embed([left, right, "the moon orbits the earth"])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_a_text_has_the_same_vector_alone_and_in_a_batch() -> None:
    texts = [f"a text with {'many ' * count}words" for count in range(40)]
    batch = MiniLmEmbedder().embed(texts)
    assert np.allclose(batch[7], MiniLmEmbedder().embed([texts[7]])[0], atol=1e-5)


def test_words_past_the_cut_do_not_count() -> None:
    long = "word " * 400
    vectors = MiniLmEmbedder().embed([long, long + "elephant"])
    assert np.allclose(vectors[0], vectors[1], atol=1e-6)


def test_many_threads_share_one_loading() -> None:
    embedder = MiniLmEmbedder()
    results: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: results.append(embedder.embed(["hello"]))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    assert all(np.allclose(result, results[0]) for result in results)


async def test_vectors_are_computed_off_the_loop() -> None:
    assert (await get_embedder().aembed(["hello"])).shape == (1, DIMENSIONS)


def test_missing_weights_are_told_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sparklabs.models.embeddings.PACKAGE", "no_such_package_here")
    with pytest.raises(EmbeddingsMissingError, match="not installed"):
        MiniLmEmbedder().embed(["hello"])


def test_importing_the_module_loads_neither_numpy_nor_the_tokenizer() -> None:
    source = Path(__file__).parents[3] / "src"
    code = (
        f"import sys; sys.path.insert(0, {str(source)!r}); import sparklabs.models.embeddings; "
        "print([name for name in ('numpy', 'tokenizers', 'huggingface_hub') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
