"""What a model wants to read before a query and before a passage."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from mathlib_index.encoder.model_files import ModelFiles


class Prompts(NamedTuple):
    """Put before each text; empty for none."""

    query: str
    passage: str


_WEB_SEARCH = "Given a web search query, retrieve relevant passages that answer the query"
_FAMILIES = (
    (r"(multilingual-)?e5-(small|base|large)(-v2|-unsupervised)?", Prompts("query: ", "passage: ")),
    (r"(multilingual-)?e5-.*instruct", Prompts(f"Instruct: {_WEB_SEARCH}\nQuery: ", "")),
    (
        r"bge-(small|base|large)-en(-v1\.5)?",
        Prompts("Represent this sentence for searching relevant passages: ", ""),
    ),
    (r"qwen3-embedding-.*", Prompts(f"Instruct: {_WEB_SEARCH}\nQuery:", "")),
)


def find_prompts(model: ModelFiles) -> Prompts:
    """The prompts in the model's own settings, else those that the cards of its family ask for.

    | family | query | passage | source |
    |---|---|---|---|
    | E5 | `query: ` | `passage: ` | https://huggingface.co/intfloat/e5-base-v2 |
    | E5 instruct | task in words | none | https://huggingface.co/intfloat/multilingual-e5-large-instruct |
    | BGE, English | instruction | none | https://huggingface.co/BAAI/bge-small-en-v1.5 |
    | Qwen3-Embedding | task in words | none | https://huggingface.co/Qwen/Qwen3-Embedding-0.6B |

    MiniLM and all others: none. The settings are `prompts` and `default_prompt_name` in
    `config_sentence_transformers.json`; sentence-transformers writes empty ones for a model that
    states none. A family is known by the model's name, or that of its folder.
    """  # noqa: E501
    own = _own_prompts(model)
    if own != Prompts("", ""):
        return own
    name = model.name.rstrip("/").rpartition("/")[2].lower()
    for pattern, prompts in _FAMILIES:
        if re.fullmatch(pattern, name):
            return prompts
    return own


def _own_prompts(model: ModelFiles) -> Prompts:
    try:
        text = (model.folder / "config_sentence_transformers.json").read_text(encoding="utf-8")
        settings = json.loads(text)
    except (OSError, ValueError):
        return Prompts("", "")
    named = settings.get("prompts") or {}
    default = named.get(settings.get("default_prompt_name"), "")
    passage = next((named[key] for key in ("document", "passage", "corpus") if key in named), None)
    return Prompts(
        query=named.get("query", default), passage=default if passage is None else passage
    )
