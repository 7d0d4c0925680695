"""Any model, run by sentence-transformers: on the GPU, and on the CPU where int8 cannot."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np

from mathlib_index.encoder.backend import Vectors, unit_rows, usable_cpus
from mathlib_index.encoder.model_files import DEFAULT_MODEL, ModelFiles
from mathlib_index.errors import ModelUnavailable

_BATCH_SIZE = {"cpu": 32, "cuda": 512}
_FEW_TEXTS = 4


class PlainBackend:
    """A sentence-transformers model: float32 on the CPU, 16 bits on the GPU."""

    def __init__(self, files: ModelFiles, device: Literal["cpu", "cuda"]) -> None:
        self._device = device
        self._lock = threading.Lock()
        try:
            with quiet_loading():
                self.model = load_model(files, device)
        except (OSError, ValueError, RuntimeError) as error:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise ModelUnavailable(
                f"cannot load the embedding model {files.name!r}: {reason} Give the name of a "
                f"sentence-transformers model or the path of one, or use {DEFAULT_MODEL}."
            ) from error
        self.precision = _halve(self.model) if device == "cuda" else "float32"
        self.dimension = len(self.model.encode("dimension", show_progress_bar=False))

    def encode(
        self, texts: Sequence[str], prompt: str, on_batch: Callable[[int, int], None]
    ) -> Vectors:
        """See `Backend.encode`."""
        import torch

        # For a few short texts one thread is quicker than waking two (10 ms against 14 ms).
        threads = 1 if len(texts) <= _FEW_TEXTS else usable_cpus()
        # Texts of like length share a batch, so that little is spent on padding.
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        size = _BATCH_SIZE[self._device]
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        with self._lock:
            torch.set_num_threads(threads)
            for start in range(0, len(order), size):
                batch = order[start : start + size]
                rows[batch] = self.model.encode(
                    [texts[i] for i in batch],
                    prompt=prompt,
                    batch_size=size,
                    convert_to_numpy=True,
                    show_progress_bar=False,
                )
                on_batch(start + len(batch), len(order))
        return unit_rows(rows)


def load_model(files: ModelFiles, device: Literal["cpu", "cuda"]) -> Any:
    """The sentence-transformers model itself, in float32. Raises `ModelUnavailable`."""
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ModelUnavailable(
            f"cannot import {error.name}. Install it: pip install sentence-transformers torch"
        ) from error
    return SentenceTransformer(str(files.folder), device=device, local_files_only=True)


@contextmanager
def quiet_loading() -> Iterator[None]:
    """Keep transformers from drawing its own bar, and from remarks, while it reads weights."""
    import transformers

    logging: Any = transformers.utils.logging
    was_shown, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if was_shown:
            logging.enable_progress_bar()


def _halve(model: Any) -> str:
    """Turn the weights to 16 bits, in the kind that the GPU computes with; say which."""
    import torch

    if torch.cuda.is_bf16_supported():
        model.bfloat16()
        return "bfloat16"
    model.half()
    return "float16"
