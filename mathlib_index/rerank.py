"""Optional second opinions on the order of hits: a cross-encoder, or a language model.

Off by default. A reranker can make a ranking worse, and small ones often do: `mathlib-index
evaluate --reranker` measures one against the order without it.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError

from mathlib_index.declaration import Declaration
from mathlib_index.encoder.model_files import find_model
from mathlib_index.errors import MathlibIndexError, ModelUnavailable
from mathlib_index.index import Hit

Search = Callable[[Sequence[str], int], list[list[Hit]]]
"""From queries and k to the k best hits of each query, as `SearchIndex.search_many` gives them."""

KNOWN = "cross-encoder:NAME_OR_PATH, openai:MODEL or openai:MODEL@URL"
_SHOWN_CHARACTERS = 600
_REQUESTS_AT_ONCE = 8
_TIMEOUT_S = 120.0


class RerankerUnavailable(MathlibIndexError):
    """The reranker is not known, cannot be loaded, or its server does not answer."""


class Reranker(Protocol):
    """Puts the best hits of a query into a better order."""

    depth: int
    """How many hits of a query it reads; those beyond keep their places."""
    malformed: int
    """Queries so far for which it gave no order that could be read; their hits kept theirs."""

    def rerank(self, queries: Sequence[str], hits: Sequence[Sequence[Hit]]) -> list[list[Hit]]:
        """The same hits of each query in a new order, ranks counted anew.

        A score goes with the place, not with the declaration: a reranker gives an order, and what
        it computes cannot be compared with the scores of the hits that it did not read. Raises
        `RerankerUnavailable`.
        """


def open_reranker(spec: str) -> Reranker:
    """The reranker that a command line names: `cross-encoder:NAME_OR_PATH`, `openai:MODEL@URL`.

    Raises `RerankerUnavailable`.
    """
    kind, _, name = spec.partition(":")
    match kind:
        case "cross-encoder" if name:
            return CrossEncoderReranker(name)
        case "openai" if name:
            return LanguageModelReranker(name)
    raise RerankerUnavailable(f"unknown reranker {spec!r}. Known are {KNOWN}.")


def reranked(search: Search, reranker: Reranker) -> Search:
    """The search whose best hits the reranker has put in order."""

    def search_and_rerank(queries: Sequence[str], k: int) -> list[list[Hit]]:
        hits = search(queries, max(k, reranker.depth))
        return [row[:k] for row in reranker.rerank(queries, hits)]

    return search_and_rerank


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder, which reads query and declaration together.

    `name` is any model or path that sentence-transformers takes; it runs on the GPU if torch sees
    one. May be called from several threads, which wait for each other.
    """

    malformed = 0

    def __init__(self, name: str, depth: int = 50) -> None:
        self.depth = depth
        folder = _cross_encoder_folder(name)
        try:
            import transformers
            from sentence_transformers import CrossEncoder
        except ImportError as error:
            raise RerankerUnavailable(
                f"cannot import {error.name}. Install it: pip install sentence-transformers torch"
            ) from error
        logging: Any = transformers.utils.logging
        logging.disable_progress_bar()
        try:
            self._model: Any = CrossEncoder(str(folder), local_files_only=True)
        except (OSError, ValueError, RuntimeError) as error:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise RerankerUnavailable(
                f"cannot load the cross-encoder {name!r}: {reason}"
            ) from error
        labels = self._model.num_labels
        if labels != 1:
            raise RerankerUnavailable(
                f"{name} sorts pairs into {labels} classes. Give a cross-encoder with one score."
            )
        self._lock = threading.Lock()

    def rerank(self, queries: Sequence[str], hits: Sequence[Sequence[Hit]]) -> list[list[Hit]]:
        """See `Reranker`."""
        import torch

        pairs = [
            (query, _shown(hit.declaration))
            for query, row in zip(queries, hits, strict=True)
            for hit in row[: self.depth]
        ]
        if not pairs:
            return [list(row) for row in hits]
        with self._lock:
            # Without the sigmoid, which in float32 is 1 for every score above 17.
            scores = self._model.predict(
                pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False
            )
        remaining = iter(scores.tolist())
        result: list[list[Hit]] = []
        for row in hits:
            read = [next(remaining) for _ in row[: self.depth]]
            result.append(_in_order(row, sorted(range(len(read)), key=lambda i: -read[i])))
        return result


def _cross_encoder_folder(name: str) -> Path:
    """Its files; of a name on the Hugging Face Hub, from the Hub's cache or downloaded to it."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    if name.startswith((".", "/", "~")):
        raise RerankerUnavailable(f"no model folder at {name}.")
    instead = "Give the path of one, or a name such as cross-encoder/ms-marco-MiniLM-L6-v2."
    if "/" not in name:
        raise RerankerUnavailable(f"{name!r} is no folder here, nor a name OWNER/MODEL. {instead}")
    try:
        return find_model(name).folder
    except ModelUnavailable as error:
        reason = (str(error.__cause__).strip().splitlines() or ["the Hub does not answer"])[0]
        raise RerankerUnavailable(
            f"cannot download the cross-encoder {name!r}, which is not on this machine yet: "
            f"{reason.rstrip('.')}. {instead}"
        ) from error


class LanguageModelReranker:
    """A language model behind any OpenAI-compatible server, asked to order the hits of a query.

    One prompt holds the query and all hits (listwise, as in Sun et al., "Is ChatGPT good at
    search?", arXiv 2304.09542). The answer must be a JSON list of different numbers of hits; those
    that it leaves out follow in the order that they had. Any other answer is counted in
    `malformed` and changes nothing. `name` is `MODEL` or `MODEL@URL`; without a URL, that of
    OPENAI_BASE_URL or OpenAI itself. The key comes from OPENAI_API_KEY; local servers need none.
    """

    def __init__(self, name: str, depth: int = 20) -> None:
        from openai import OpenAI

        named = re.fullmatch(r"(?P<model>[^@]+)(?:@(?P<url>https?://\S+))?", name)
        if named is None:
            raise RerankerUnavailable(
                f"cannot read openai:{name}: write openai:MODEL or openai:MODEL@URL, "
                "for example openai:Qwen/Qwen3-8B@http://127.0.0.1:8000/v1"
            )
        self.depth = depth
        self.malformed = 0
        self._model: str = named["model"]
        self._client = OpenAI(
            base_url=named["url"],
            api_key=os.environ.get("OPENAI_API_KEY") or "none",
            timeout=_TIMEOUT_S,
        )

    def rerank(self, queries: Sequence[str], hits: Sequence[Sequence[Hit]]) -> list[list[Hit]]:
        """See `Reranker`. Several queries are asked at once."""
        with ThreadPoolExecutor(_REQUESTS_AT_ONCE) as requests:
            orders = list(requests.map(self._order, queries, hits))
        self.malformed += orders.count(None)
        return [_in_order(row, order or []) for row, order in zip(hits, orders, strict=True)]

    def _order(self, query: str, hits: Sequence[Hit]) -> list[int] | None:
        shown = hits[: self.depth]
        if len(shown) < 2:
            return []
        import openai

        try:
            answer = self._client.chat.completions.create(
                model=self._model,
                messages=[{"role": "user", "content": _prompt(query, shown)}],
                temperature=0,
            )
        except openai.APIConnectionError as error:
            why = f"{error.message} {error.__cause__ or ''}".strip()
            raise RerankerUnavailable(f"{self._where}: {why}") from error
        except openai.APIError as error:
            raise RerankerUnavailable(f"{self._where}: {error.message}") from error
        choices = answer.choices or []
        return read_order(choices[0].message.content or "" if choices else "", len(shown))

    @property
    def _where(self) -> str:
        return f"{self._model} at {self._client.base_url}"


def read_order(answer: str, count: int) -> list[int] | None:
    """Positions (from 0) that a model's answer puts first, or None if it is malformed.

    Well-formed is a JSON list of at least one number from 1 to `count`, none twice, after an
    optional block of thoughts that `</think>` ends.
    """
    try:
        numbers = _NUMBERS.validate_json(answer.rpartition("</think>")[2].strip())
    except ValidationError:
        return None
    distinct = len(set(numbers)) == len(numbers)
    if not numbers or not distinct or not all(1 <= number <= count for number in numbers):
        return None
    return [number - 1 for number in numbers]


_NUMBERS = TypeAdapter(list[int], config={"strict": True})


def _prompt(query: str, hits: Sequence[Hit]) -> str:
    listed = "\n\n".join(
        f"[{number}] {_shown(hit.declaration)}" for number, hit in enumerate(hits, start=1)
    )
    return (
        "Someone searches a library of formal mathematics in Lean 4 for the declaration that "
        f"this query describes:\n\n{query}\n\nThe search found:\n\n{listed}\n\n"
        "Which of these state exactly what the query describes, and which come close? A more "
        "general fact answers better than one that only shares its words. Answer with a JSON "
        "list of the numbers of the ten best, the best first, such as [3, 1, 7], and nothing else."
    )


def _shown(declaration: Declaration) -> str:
    docstring = " ".join(declaration.docstring.split())
    # What is cut off, should the text be too long, is the end of the signature.
    parts = (f"{declaration.kind} {declaration.name}", docstring, declaration.signature)
    return "\n".join(part for part in parts if part)[:_SHOWN_CHARACTERS]


def _in_order(hits: Sequence[Hit], first: Sequence[int]) -> list[Hit]:
    """The hits at the positions `first`, then the others; each place keeps its score."""
    named = set(first)
    order = [*first, *(position for position in range(len(hits)) if position not in named)]
    return [
        hits[position].model_copy(update={"rank": place.rank, "score": place.score})
        for position, place in zip(order, hits, strict=True)
    ]
