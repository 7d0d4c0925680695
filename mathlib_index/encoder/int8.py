"""Models of the BERT family on the CPU in 8 bits, run by CTranslate2.

Weights and activations are 8-bit integers, activations with a scale for each token (Dettmers et al.
2022, arXiv 2208.07339, vector-wise quantisation), so a vector hardly depends on the texts that
share its batch. A model is converted once and kept in the user's cache folder, with its tokenizer:
from then on neither torch nor sentence-transformers is imported.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from pydantic import BaseModel

from mathlib_index.cache import cache_folder
from mathlib_index.encoder.backend import Vectors, unit_rows, usable_cpus
from mathlib_index.encoder.model_files import ModelFiles
from mathlib_index.errors import ModelUnavailable

_log = logging.getLogger(__name__)

_CONVERSION = 1
"""Raised when a change here makes earlier conversions unfit."""
_ARCHITECTURES = ("bert", "xlm-roberta")
_MODULES = ("Transformer", "Pooling", "Normalize")
_LEAST_COSINE = 0.97
_LEAST_MEAN_COSINE = 0.99
_MOST_TEXTS_PER_JOB = 256
_TOKENS_PER_BATCH = 1024
_SAMPLES = (
    "the sum of two even numbers is even",
    "continuous image of a compact set",
    "Is Compact.image {s : Set X} (hs : IsCompact s) (hf : Continuous f) : IsCompact (f '' s)",
    "∀ ε > 0, ∃ δ > 0, |x - a| < δ → |f x - f a| < ε",
    "Every FINITE integral domain is a Field.",
    "mul comm",
    "Fermat's little theorem for primes p: a ^ p ≡ a [ZMOD p]\n" * 30,
)


class NotConvertible(Exception):
    """The model is of a kind, or the machine of one, that this way does not serve."""


class _Settings(BaseModel):
    """What the converted weights do not say."""

    pooling: Literal["mean", "cls"]
    max_tokens: int
    dimension: int


class Int8Backend:
    """A converted model."""

    precision = f"int8-{_CONVERSION}"

    def __init__(self, folder: Path) -> None:
        """Raises OSError, RuntimeError or ValueError where the folder is damaged."""
        import ctranslate2
        from tokenizers import Tokenizer

        settings = _Settings.model_validate_json((folder / "encoder.json").read_bytes())
        self.dimension = settings.dimension
        self._pooling = settings.pooling
        self._workers = usable_cpus()
        # A replica with one thread for each CPU, all on the same weights: no waiting for each other
        # inside a layer, and a query is too short to share out anyway.
        self._model = ctranslate2.Encoder(
            str(folder),
            device="cpu",
            compute_type="int8",
            inter_threads=self._workers,
            intra_threads=1,
        )
        tokenizer = (folder / "tokenizer.json").read_text(encoding="utf-8")
        self._tokenizer: Any = Tokenizer.from_str(tokenizer)
        self._tokenizer.enable_truncation(settings.max_tokens)
        self._tokenizer.no_padding()

    def encode(
        self, texts: Sequence[str], prompt: str, on_batch: Callable[[int, int], None]
    ) -> Vectors:
        """See `Backend.encode`."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        # Texts of like length go together, so that little is spent on padding.
        order = np.argsort([-len(text) for text in texts], kind="stable")
        size = min(_MOST_TEXTS_PER_JOB, max(32, len(order) // (4 * self._workers)))
        jobs = [order[start : start + size] for start in range(0, len(order), size)]

        def run(job: NDArray[np.int64]) -> None:
            vectors[job] = self._encode([prompt + texts[i] for i in job])

        if len(jobs) == 1:
            run(jobs[0])
            on_batch(len(texts), len(texts))
            return unit_rows(vectors)
        pool = ThreadPoolExecutor(self._workers)
        try:
            done = 0
            for job, _ in zip(jobs, pool.map(run, jobs), strict=True):
                done += len(job)
                on_batch(done, len(texts))
        finally:
            pool.shutdown(cancel_futures=True)
        return unit_rows(vectors)

    def _encode(self, texts: list[str]) -> Vectors:
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for batch in _batches([len(ids) for ids in tokens]):
            output = self._model.forward_batch([tokens[i] for i in batch])
            states = np.asarray(output.last_hidden_state)
            vectors[batch] = self._pool(states, [len(tokens[i]) for i in batch])
        return vectors

    def _pool(self, states: Vectors, lengths: list[int]) -> Vectors:
        """One vector a text from its tokens' states (texts, tokens, dimension)."""
        if self._pooling == "cls":
            return states[:, 0]
        inside = np.arange(states.shape[1])[None, :] < np.array(lengths)[:, None]
        weights = inside / inside.sum(axis=1, keepdims=True)
        pooled: Vectors = np.matmul(weights[:, None, :].astype(np.float32), states)[:, 0]
        return pooled


def _batches(lengths: list[int]) -> Iterator[list[int]]:
    """Positions, longest text first, in batches that padded hold at most so many tokens."""
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > _TOKENS_PER_BATCH:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def open_int8(files: ModelFiles) -> Int8Backend:
    """The model in 8 bits: from the cache folder, or converted into it now (some seconds, once).

    Raises `NotConvertible` for models of other families, and where the vectors of a few sample
    texts differ too much from the model's own; `ModelUnavailable` where the model does not load.
    """
    try:
        import ctranslate2
    except ImportError as error:
        raise NotConvertible("CTranslate2 is not installed here") from error
    if "int8" not in ctranslate2.get_supported_compute_types("cpu"):
        raise NotConvertible("this CPU has no 8-bit arithmetic that CTranslate2 knows")
    key = f"{files.checksum[:32]}-{_CONVERSION}-{ctranslate2.__version__}"
    folder = cache_folder() / "models" / key
    try:
        return Int8Backend(folder)
    except (OSError, RuntimeError, ValueError):
        pass  # not there, or damaged
    _check_family(files)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f"{key}.lock")):
            try:
                return Int8Backend(folder)  # another process was first
            except (OSError, RuntimeError, ValueError):
                shutil.rmtree(folder, ignore_errors=True)
            refused = folder.with_name(f"{key}.refused")
            if refused.exists():
                raise NotConvertible(refused.read_text(encoding="utf-8"))
            unfinished = folder.with_name(f"{key}.unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            try:
                _convert(files, unfinished)
                unfinished.rename(folder)
            except NotConvertible as reason:
                # Finding this out took as long as a conversion.
                refused.write_text(str(reason), encoding="utf-8")
                raise
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
            return Int8Backend(folder)
    except OSError as error:
        raise ModelUnavailable(
            f"cannot keep the converted model {files.name!r} in {folder.parent}: {error}. "
            "Set LEAN_AGENT_CACHE to a folder that can be written."
        ) from error


def _check_family(files: ModelFiles) -> None:
    """Raise `NotConvertible` early for the models of which no conversion is tried."""
    try:
        config = json.loads((files.folder / "config.json").read_text(encoding="utf-8"))
        modules = json.loads((files.folder / "modules.json").read_text(encoding="utf-8"))
        kinds = [module["type"].rpartition(".")[2] for module in modules]
        architecture = config["model_type"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotConvertible("it has no config.json and modules.json") from error
    if architecture not in _ARCHITECTURES:
        raise NotConvertible(f"models of the kind {architecture} are not converted")
    if tuple(kinds) not in (_MODULES, _MODULES[:2]):
        raise NotConvertible(f"it has the modules {', '.join(kinds)}")


def _convert(files: ModelFiles, folder: Path) -> None:
    """Write the model in 8 bits to `folder`, and compare it with the original."""
    from ctranslate2.converters import TransformersConverter

    from mathlib_index.encoder.plain import PlainBackend, quiet_loading

    _log.info("converting %s to 8 bits, once", files.name)
    original = PlainBackend(files, "cpu")
    transformer, pooling = original.model[0], original.model[1]
    mode = _pooling_mode(pooling.get_config_dict())
    tokenizer = transformer.tokenizer.backend_tokenizer
    try:
        with quiet_loading():
            TransformersConverter(str(files.folder)).convert(str(folder), quantization="int8")
    except OSError:
        raise
    except Exception as error:  # whatever a model is like that is not quite of its family
        raise NotConvertible(f"it does not convert ({error})") from error
    settings = _Settings(
        pooling=mode,
        max_tokens=original.model.max_seq_length,
        dimension=original.dimension,
    )
    (folder / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    (folder / "encoder.json").write_text(settings.model_dump_json(), encoding="utf-8")
    cosines = _cosines(original, Int8Backend(folder))
    if min(cosines) < _LEAST_COSINE or sum(cosines) / len(cosines) < _LEAST_MEAN_COSINE:
        raise NotConvertible(
            f"in 8 bits its vectors have a cosine as low as {min(cosines):.3f} to its own"
        )


def _pooling_mode(settings: dict[str, Any]) -> Literal["mean", "cls"]:
    """From the settings of sentence-transformers' Pooling, of version 6 or before."""
    modes = settings.get("pooling_mode") or [
        name.removeprefix("pooling_mode_").removesuffix("_token").removesuffix("_tokens")
        for name, value in settings.items()
        if name.startswith("pooling_mode_") and value
    ]
    if not settings.get("include_prompt", True):
        raise NotConvertible("its pooling leaves the prompt out")
    if modes in ("mean", ["mean"], ("mean",)):
        return "mean"
    if modes in ("cls", ["cls"], ("cls",)):
        return "cls"
    raise NotConvertible(f"its pooling ({modes}) is not served")


def _cosines(original: Any, converted: Int8Backend) -> list[float]:
    wanted, got = (
        backend.encode(_SAMPLES, "", lambda _done, _total: None)
        for backend in (original, converted)
    )
    return [float(cosine) for cosine in (wanted * got).sum(axis=1)]
