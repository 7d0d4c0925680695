"""Let a language model write one line of plain English for each declaration.

Most theorems have no docstring, and what is embedded decides what is found. Any server that speaks
the OpenAI chat-completions protocol will do: vLLM, SGLang, llama.cpp, or a hosted one.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mathlib_index.declaration import Declaration
from mathlib_index.descriptions import (
    INSTRUCTIONS,
    Description,
    DescriptionWriter,
    question,
    request_hash,
    statement_hash,
)
from mathlib_index.errors import MathlibIndexError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

LONGEST_DESCRIPTION = 300
"""Characters. A longer answer is refused: it is an essay, not a line."""
_LONGEST_ANSWER = 400  # tokens
_USUAL_ANSWER = 45  # tokens: a sentence of 30 words or so
_BYTES_A_TOKEN = 3.0  # of Lean with its symbols, in UTF-8; prose has 4
_MESSAGE_TOKENS = 12  # that a chat template puts around two messages
_REQUEST_SECONDS = 120.0
_SPEC = re.compile(r"(?:openai:)?(?P<model>.+?)(?:@(?P<url>https?://\S+))?")
_THOUGHTS = re.compile(r"^.*?</think>|<think>.*$", re.DOTALL)
_LABEL = re.compile(
    r"^(?:[-*]\s+|(?:\*\*)?(?:description|answer|summary)(?:\*\*)?:(?:\*\*)?\s*)", re.I
)
_QUOTES = {'"': '"', "“": "”", "`": "`", "'": "'"}
# What a server says of one request that it would not say of the next.
_REFUSES_THIS_REQUEST = {400, 413, 422}
_REFUSALS = 5  # with no answer in between, from the start: it would not take any


class LanguageModelUnavailable(MathlibIndexError):
    """The server of the language model cannot be had, or its name cannot be read."""


class _RequestRefused(Exception):
    """The server would not take this request; another might do."""


class AnswerRefused(ValueError):
    """An answer that is of no use as a description; its text says why."""


@dataclass(frozen=True)
class Usage:
    """Tokens."""

    prompt: int
    completion: int

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.prompt + other.prompt, self.completion + other.completion)


@dataclass(frozen=True)
class Progress:
    """How far a run has come; counts are of this run alone."""

    described: int = 0
    refused: int = 0
    """Answers of no use."""
    unanswered: int = 0
    """Requests that the server would not take."""
    usage: Usage = Usage(0, 0)
    """As the server counts."""
    seconds: float = 0.0
    """From the first request to the last answer."""

    @property
    def done(self) -> int:
        """Declarations that were asked about."""
        return self.described + self.refused + self.unanswered

    def __add__(self, other: Progress) -> Progress:
        return Progress(
            self.described + other.described,
            self.refused + other.refused,
            self.unanswered + other.unanswered,
            self.usage + other.usage,
            self.seconds + other.seconds,
        )


class Describer:
    """A language model behind a server, named `MODEL@URL`, or `MODEL` for OpenAI's own.

    The key comes from OPENAI_API_KEY; local servers need none. Lost connections, 429 and 5xx are
    tried again with growing pauses, `retries` times. To be used within one event loop.
    Raises `LanguageModelUnavailable` where the name cannot be read.
    """

    def __init__(self, spec: str, retries: int = 6) -> None:
        named = _SPEC.fullmatch(spec)
        if named is None or ("@" in named["model"] and named["url"] is None):
            raise LanguageModelUnavailable(
                f"cannot read the model {spec!r}: write NAME@URL, "
                "for example Qwen/Qwen3-8B@http://127.0.0.1:8000/v1, or a name of OpenAI's."
            )
        self.model: str = named["model"]
        self._url: str | None = named["url"]
        self._retries = retries

    async def run(
        self,
        declarations: Sequence[Declaration],
        writer: DescriptionWriter,
        *,
        concurrency: int,
        on_answer: Callable[[Progress], None],
    ) -> Progress:
        """Describe all of `declarations`, `concurrency` at a time, each answer written at once.

        Raises `LanguageModelUnavailable` where the server fails for good; what was answered until
        then is in the file.
        """
        from openai import AsyncOpenAI  # takes seconds to import, which is no answering time

        progress = Progress()
        waiting = iter(declarations)
        started = time.monotonic()

        async def work(client: AsyncOpenAI) -> None:
            nonlocal progress
            for declaration in waiting:
                try:
                    description = await self._ask(client, declaration)
                except _RequestRefused as error:
                    progress += Progress(unanswered=1)
                    if progress.unanswered == progress.done == _REFUSALS:
                        raise LanguageModelUnavailable(str(error)) from error
                else:
                    writer.add(description)
                    progress += _progress_of(description)
                on_answer(progress)

        client = AsyncOpenAI(
            base_url=self._url,
            api_key=os.environ.get("OPENAI_API_KEY") or "none",
            max_retries=self._retries,
            timeout=_REQUEST_SECONDS,
        )
        async with client:
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(min(concurrency, len(declarations))):
                        group.create_task(work(client))
            except ExceptionGroup as failures:
                raise failures.exceptions[0] from failures
        return replace(progress, seconds=time.monotonic() - started)

    async def _ask(self, client: AsyncOpenAI, declaration: Declaration) -> Description:
        """The model's answer, of use or not."""
        import openai

        messages: Any = [
            {"role": "system", "content": INSTRUCTIONS},
            {"role": "user", "content": question(declaration)},
        ]
        try:
            answer = await client.chat.completions.create(
                model=self.model, messages=messages, temperature=0, max_tokens=_LONGEST_ANSWER
            )
        except openai.APIStatusError as error:
            refused = error.status_code in _REFUSES_THIS_REQUEST
            kind = _RequestRefused if refused else LanguageModelUnavailable
            raise kind(f"{self.model} at {client.base_url}: {error.message}") from error
        except openai.APIConnectionError as error:
            why = f"{error.message} {error.__cause__ or ''}".strip()
            raise LanguageModelUnavailable(f"{self.model} at {client.base_url}: {why}") from error
        except ValueError as error:
            raise LanguageModelUnavailable(
                f"{self.model} at {client.base_url}: its answer is not JSON ({error})."
            ) from error
        text, useless = "", ""
        try:
            text = clean(_content(answer))
        except AnswerRefused as error:
            useless = str(error)
        usage = getattr(answer, "usage", None)
        return Description(
            name=declaration.name,
            statement=statement_hash(declaration),
            request=request_hash(self.model, declaration),
            model=self.model,
            text=text,
            refused=useless,
            prompt_tokens=getattr(usage, "prompt_tokens", None) or 0,
            completion_tokens=getattr(usage, "completion_tokens", None) or 0,
        )


def _progress_of(description: Description) -> Progress:
    usage = Usage(description.prompt_tokens, description.completion_tokens)
    if description.refused:
        return Progress(refused=1, usage=usage)
    return Progress(described=1, usage=usage)


def _content(answer: Any) -> str:
    """The client checks nothing of an answer's shape, so this does."""
    choices = getattr(answer, "choices", None) or []
    if not choices:
        raise AnswerRefused("it holds no choices")
    if choices[0].finish_reason == "length":
        raise AnswerRefused(f"it was cut off at {_LONGEST_ANSWER} tokens")
    content = getattr(choices[0].message, "content", None)
    return content if isinstance(content, str) else ""


def clean(answer: str) -> str:
    """The answer on one line, without what models put around it.

    Raises `AnswerRefused` where nothing is left, or more than `LONGEST_DESCRIPTION` characters.
    """
    text = " ".join(_THOUGHTS.sub("", answer).split())
    text = _LABEL.sub("", text)
    if len(text) > 1 and _QUOTES.get(text[0]) == text[-1] and text[0] not in text[1:-1]:
        text = text[1:-1].strip()
    if not text:
        raise AnswerRefused("it is empty")
    if len(text) > LONGEST_DESCRIPTION:
        raise AnswerRefused(f"it has {len(text)} characters, more than {LONGEST_DESCRIPTION}")
    return text


def undescribed(
    declarations: Iterable[Declaration], model: str, known: Iterable[Description]
) -> Iterator[Declaration]:
    """The declarations that this model has not yet been asked about in these very words.

    Private ones are left out, as an index leaves them out.
    """
    asked = {description.request for description in known}
    for declaration in declarations:
        request = request_hash(model, declaration)
        if request not in asked and not declaration.private:
            asked.add(request)
            yield declaration


@dataclass(frozen=True)
class Estimate:
    """What describing some declarations takes, about."""

    requests: int
    usage: Usage
    seconds: float | None = None
    """At the rate of the first answers; None before there were any."""

    def cost(self, prompt_price: float, completion_price: float) -> float:
        """At these prices per million tokens, in their currency."""
        return (self.usage.prompt * prompt_price + self.usage.completion * completion_price) / 1e6


def estimate(declarations: Sequence[Declaration]) -> Estimate:
    """From the lengths of the prompts alone."""
    prompts = sum(_prompt_tokens(declaration) for declaration in declarations)
    return Estimate(len(declarations), Usage(prompts, _USUAL_ANSWER * len(declarations)))


def estimate_from(
    first: Sequence[Declaration], measured: Progress, rest: Sequence[Declaration]
) -> Estimate:
    """What the rest takes, given what the first ones took; lengths of prompts tell them apart."""
    by_length = estimate(rest)
    seconds = measured.seconds / len(first) * len(rest)
    if measured.usage.prompt == 0:  # a server that counts no tokens
        return Estimate(len(rest), by_length.usage, seconds)
    guessed = estimate(first).usage
    return Estimate(
        len(rest),
        Usage(
            round(by_length.usage.prompt * measured.usage.prompt / guessed.prompt),
            round(measured.usage.completion / len(first) * len(rest)),
        ),
        seconds,
    )


def _prompt_tokens(declaration: Declaration) -> int:
    size = len(INSTRUCTIONS) * 0.75 + len(question(declaration).encode())
    return round(size / _BYTES_A_TOKEN) + _MESSAGE_TOKENS
