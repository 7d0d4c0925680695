"""Makes answers that models might write on a bad day, and reads them in every dialect.

Each begins as a good answer in some dialect and is then spoilt: cut, spliced with another
dialect's, its marks doubled, its characters changed, its values replaced.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from lean_agent.calls import judge
from lean_agent.chat import CallError, Completion, FinishReason, ToolCall, ToolSchema
from lean_agent.dialects import DIALECTS, dialect_named
from lean_agent.dialects.base import Dialect, Piece
from lean_agent.models.base import read_completion

SEED = 5

TOOLS = (
    ToolSchema(
        name="search_mathlib",
        description="",
        parameters={
            "type": "object",
            "properties": {"query": {"type": "string"}, "k": {"type": "integer"}},
            "required": ["query"],
            "additionalProperties": False,
        },
    ),
    ToolSchema(
        name="check_lean",
        description="",
        parameters={
            "type": "object",
            "properties": {"code": {"type": "string", "minLength": 1}},
            "required": ["code"],
        },
    ),
)

_CODE = "theorem t (a b : ℕ) : a + b = b + a := by\n  simp [Nat.add_comm (n := a)] <;> {ring}"
_ANSWERS: tuple[tuple[str, tuple[ToolCall, ...]], ...] = tuple(
    (content, tuple(ToolCall(id="", name=name, arguments=given) for name, given in calls))
    for content, calls in (
        ("", [("search_mathlib", {"query": "sums commute", "k": 5})]),
        ("I look it up.", [("search_mathlib", {"query": 'the "first" isomorphism'})]),
        ("<think>\nHm.\n</think>", [("check_lean", {"code": _CODE})]),
        (
            "<think>a {set}</think>\nBoth.",
            [("search_mathlib", {"query": "ideal", "k": -1}), ("check_lean", {"code": _CODE})],
        ),
        (
            "",
            [
                ("check_lean", {"code": ""}),
                ("check_lean", {}),
                ("unknown", {"x": [1, {"y": None}]}),
            ],
        ),
        (f"The proof is:\n```lean4\n{_CODE}\n```", []),
        ("So I would call", []),
    )
)
GOOD = [
    (name, DIALECTS[name]().render(content, calls))
    for name in DIALECTS
    for content, calls in _ANSWERS
]

MARKS = [
    "[THINK]", "[/THINK]", "<|python_start|>", "<|python_end|>",
    "<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "<|python_tag|>",
    "<|eot_id|>", "</s>", "```", "```json", "[TOOL_CALLS]", "[ARGS]", "[CALL_ID]",
    "[TOOL_RESULTS]", "<function=check_lean>", "</function>", "<parameter=code>", "</parameter>",
    "<｜tool▁calls▁begin｜>", "<｜tool▁call▁begin｜>", "<｜tool▁sep｜>", "<｜tool▁call▁end｜>",
    "<｜tool▁calls▁end｜>", "[search_mathlib(", "search_mathlib(query=", '{"name":"check_lean",',
]  # fmt: skip
ODDITIES = [
    "\ud800", "\udfff", "\x00", "\x1b", "｜", "▁", "\u2028", "\ufeff", "\u202e", "é", "e\u0301",
    "𝔽", "\\", "\\u12", "\\ud83d", '"', "'", "`", "\r\n", "\t", "\u200b",
]  # fmt: skip
VALUES = [
    "null", "None", "true", "True", "[]", "{}", "3", "-0", "1e999", "NaN", "Infinity", "9" * 5000,
    "0x" + "f" * 5000, "1.5", '""', "'x'", '"5"', '{"a": {"b": []}}', "f(x)", "(1, 2)", "b'x'",
    "...", "lambda: 0", "[0] * 10**9", "**{}", "*[]", '"a" "b"', "f'{x}'", "r'\\'", '"""x"""', "1j",
]  # fmt: skip
FRAGMENTS = [
    *"{[()]}\"'\\ \n<`x-9é｜", '"""', "'''", '\\"', "\n ", "<|", "a.", "a=", "a,", "f(", "f()",
    "[f()", "[f(),", "[f(),[", "1,", "+1", "\\n", '"a":', '{"a":', '{"name":', '{"name":"f"', "; ",
    ",\n", '{"name":"f","parameters":{}};', "[f(a=1),", "\x00",
]  # fmt: skip


def fuzz(batch: int, size: int) -> Counter[str]:
    """Spoil and read `size` answers; the same batch is the same answers.

    Returns how many fell under each kind of error, and under "called". Raises AssertionError with
    the answer that was read wrong.
    """
    rng = random.Random(f"{SEED}, {batch}")
    kinds: Counter[str] = Counter()
    for number in range(size):
        name, text = spoilt(rng)
        lenient = rng.random() < 0.3
        reason: FinishReason = "length" if rng.random() < 0.2 else "stop"
        try:
            kinds.update(_classified(text, dialect_named(name, lenient), reason))
            if number % 10 == 0:
                _chunks_make_no_difference(rng, text, dialect_named(name, lenient), reason)
        except Exception as error:
            what = f"{name}{', lenient' * lenient}, {reason}: {text!r}"
            raise AssertionError(what) from error
    return kinds


def spoilt(rng: random.Random) -> tuple[str, str]:
    """A dialect and a spoilt answer to be read in it."""
    name, text = rng.choice(GOOD)
    for _ in range(rng.choice((1, 1, 2, 3, 5))):
        text = rng.choice(_WAYS)(rng, text)
    return name, text


def _cut(rng: random.Random, text: str) -> str:
    start, end = sorted((rng.randint(0, len(text)), rng.randint(0, len(text))))
    return rng.choice((text[:end], text[start:], text[:start] + text[end:], text[start:end]))


def _splice(rng: random.Random, text: str) -> str:
    _, other = rng.choice(GOOD)
    return text[: rng.randint(0, len(text))] + other[rng.randint(0, len(other)) :]


def _join(rng: random.Random, text: str) -> str:
    return text + rng.choice(("", "\n", "; ", ", ", "<think>")) + rng.choice(GOOD)[1]


def _go_on_and_on(rng: random.Random, text: str) -> str:
    times = range(rng.choice((3, 20)))
    return rng.choice(("", "\n")).join(text.replace("comm", f"comm{n}") for n in times)


def _double_a_mark(rng: random.Random, text: str) -> str:
    there = [mark for mark in MARKS if mark in text]
    mark = rng.choice(there or MARKS)
    return text.replace(mark, mark * rng.choice((0, 2, 3)), rng.choice((1, -1)))


def _insert(rng: random.Random, text: str) -> str:
    at = rng.randint(0, len(text))
    return text[:at] + rng.choice(rng.choice((MARKS, ODDITIES, VALUES))) + text[at:]


def _delete(rng: random.Random, text: str) -> str:
    at = rng.randint(0, len(text))
    return text[:at] + text[at + rng.randint(1, 3) :]


def _flip(rng: random.Random, text: str) -> str:
    at = rng.randint(0, len(text))
    return (
        text[:at] + chr(rng.choice((rng.randrange(128), rng.randrange(0x11000)))) + text[at + 1 :]
    )


def _replace_a_value(rng: random.Random, text: str) -> str:
    return _one(rng, r'"[^"]*"|\d+', text, rng.choice(VALUES))


def _repeat_a_key(rng: random.Random, text: str) -> str:
    found = list(re.finditer(r'"\w++": ?|\b\w++=', text))
    if not found:
        return text
    key = rng.choice(found)
    return f"{text[: key.start()]}{key[0]}{rng.choice(VALUES)}, {text[key.start() :]}"


def _rename_a_key(rng: random.Random, text: str) -> str:
    key = rng.choice(("name", "arguments", "parameters", "query", "type", ""))
    return _one(rng, r'(?<=")\w++(?=":)|\b\w++(?==)', text, key)


def _nest(rng: random.Random, text: str) -> str:
    opening, closing = rng.choice((("[", "]"), ('{"a":', "}"), ("(", ")"), ("<think>", "</think>")))
    depth = rng.choice((3, 3, 70, 300, 2000))
    closings = closing * rng.choice((depth, depth, 0))
    return _one(rng, r'"[^"]*"|\d+|$', text, opening * depth + "1" + closings)


def _swap_quotes(rng: random.Random, text: str) -> str:
    return (
        text.translate(str.maketrans("\"'", "'\"")) if rng.random() < 0.5 else text.replace('"', "")
    )


def _one(rng: random.Random, pattern: str, text: str, new: str) -> str:
    found = list(re.finditer(pattern, text))
    if not found:
        return text
    old = rng.choice(found)
    return text[: old.start()] + new + text[old.end() :]


_WAYS: Sequence[Callable[[random.Random, str], str]] = (
    _cut, _splice, _join, _go_on_and_on, _double_a_mark, _insert, _delete, _flip, _replace_a_value,
    _repeat_a_key, _rename_a_key, _nest, _swap_quotes,
)  # fmt: skip


def _classified(text: str, dialect: Dialect, reason: FinishReason) -> list[str]:
    """The kinds of error found in the answer, and "called" where it has a call to carry out."""
    completion = read_completion(text, dialect, TOOLS, finish_reason=reason)
    judged = judge(completion, TOOLS, dialect, dialect.lenient)
    message = judged.completion.message
    called = [call for call in message.tool_calls if call.id not in judged.refused]
    kinds = [error.kind.value for error in judged.errors]
    assert called or kinds, "neither a call nor an error"
    assert [call.id for call in message.tool_calls] == [
        f"call_{n}" for n in range(1, len(message.tool_calls) + 1)
    ]
    for error in completion.errors:
        assert error.text
        assert error.text in completion.raw
        assert error.detail
    if not message.tool_calls:
        assert message.content == completion.raw.strip(), "something of the text is lost"
    if not dialect.lenient:
        assert not judged.completion.repairs
    written = judged.completion.model_dump_json()
    assert Completion.model_validate_json(written) == judged.completion
    return ["called"] * bool(called) + kinds


def _chunks_make_no_difference(
    rng: random.Random, text: str, dialect: Dialect, reason: FinishReason
) -> None:
    reader = dialect.reader(TOOLS)
    at, shown = 0, list[Piece]()
    while at < len(text):
        size = rng.choice((1, 2, 7, 50, 500))
        shown += reader.feed(text[at : at + size])
        at += size
    reply = reader.finish(reason)
    assert reply == dialect.read(text, TOOLS, reason)
    for found, kind in ((reply.calls, ToolCall), (reply.errors, CallError)):
        seen = [piece for piece in shown if isinstance(piece, kind)]
        assert seen == list(found[: len(seen)]), "shown in the stream, and then taken back"


def hostile(name: str, size: int) -> Iterator[str]:
    """Texts of about that size, in characters, that would take long to read in the dialect were
    something in it read again and again."""
    rng = random.Random(f"{SEED}, {name}")
    calls = [ToolCall(id="", name="check_lean", arguments={"code": "x"})] * 2
    good = DIALECTS[name]().render("", calls)
    beginnings = [good[:end] for end in range(1, len(good), 8)]
    for part in (*beginnings, good, good[1:], good[9:], *MARKS, *FRAGMENTS):
        yield _filled(part, size)
    for part in FRAGMENTS:
        yield good + _filled(part, size)
        opening = rng.choice((*beginnings, "<think>", "[check_lean("))
        yield opening + _filled(part, size) + rng.choice(("", good, "</think>", "]", "}"))
    for _ in range(40):
        parts = rng.choices([*MARKS, *FRAGMENTS, good], k=rng.randint(2, 5))
        yield _filled("".join(parts), size)


def _filled(part: str, size: int) -> str:
    return part * (size // len(part))
