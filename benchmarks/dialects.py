"""How long the dialects take to read a megabyte of text that was made to be slow.

    python benchmarks/dialects.py [DIALECT …]

Each text repeats one fragment: on its own, after the beginning of a call, or in an argument. It is
read at once, strictly and leniently, and in chunks of 7 characters; of all texts the few that are
slowest at a twentieth of the size are taken. What counts is processor time. Exit code 1 if a text
takes more than a second, or more than eight times as long as a quarter of it.
"""

from __future__ import annotations

import sys
import time

from rich.console import Console
from rich.table import Table

from lean_agent.chat import ToolCall, ToolSchema
from lean_agent.dialects import DIALECTS, dialect_named
from lean_agent.dialects.base import Dialect

SIZE = 1_000_000
LIMIT = 1.0
CHUNK = 7
CANDIDATES = 4
FRAGMENTS = [
    *("<tool_call>", "</tool_call>", "x</tool_call>", "<tool_call>1</tool_call>", "<think>"),
    *("</think>", "<think></think>", "<tool_call>{", '<tool_call>"', "<", "{", "[", "(", "}", "]"),
    *("{}", "[]", "[],", "{},", "1 ", '"', "'", '"a",', "'a',", "\\", "\n", "True,"),
    *('{"name":1} ', "[TOOL_CALLS]a[ARGS]{", "\n    ", "[THINK]", "<|python_start|>"),
    *('{"a":', "{'a':", "f(a=", "f(", "[f(", "f(),", '{"name":"f","parameters":{}}', '{"name":'),
    *("```json\n", "```json\n1\n```\n", "```", "\n```", "<function=f>", "<parameter=a>"),
    *("</parameter>", "<tool_call><function=f>", "&amp;", "&lt;/parameter>", "<function="),
    *("<｜tool▁calls▁begin｜>", "<｜tool▁call▁begin｜>", "<｜tool▁sep｜>", "<｜tool▁call▁end｜>"),
    *("[TOOL_CALLS]", "[TOOL_CALLS][{", "[ARGS]", "<|python_tag|>"),
]
TOOL = ToolSchema(
    name="f",
    description="",
    parameters={"type": "object", "properties": {"a": {"type": ["string", "array"]}}},
)


def texts(dialect: Dialect, size: int) -> dict[str, str]:
    """Texts of about `size` characters, by what they are made of."""
    call = dialect.render("", [ToolCall(id="", name="f", arguments={"a": "…"})])
    before, after = call.split("…")
    made = {}
    for fragment in FRAGMENTS:
        row = fragment * (size // len(fragment))
        made[f"{fragment!r}"] = row
        made[f"a call begun, {fragment!r}"] = before + row
        made[f"{fragment!r} in an argument"] = before + row + after
    made["calls"] = call * (size // len(call))
    return made


def seconds(dialect: Dialect, text: str, chunk: int) -> float:
    begun = time.process_time()
    reader = dialect.reader([TOOL])
    for at in range(0, len(text), chunk):
        reader.feed(text[at : at + chunk])
    reader.finish()
    return time.process_time() - begun


def main() -> None:
    console = Console()
    table = Table(title=f"{SIZE / 1e6:.0f} MB of text: the slowest, in seconds of processor time")
    for column in ("dialect", "read", "seconds", "to a quarter", "text"):
        table.add_column(
            column, justify="right" if column in ("seconds", "to a quarter") else "left"
        )
    failed = False
    for name in sys.argv[1:] or DIALECTS:
        for how, lenient, chunk in (
            ("strictly", False, SIZE),
            ("leniently", True, SIZE),
            (f"in chunks of {CHUNK}", False, CHUNK),
        ):
            dialect = dialect_named(name, lenient)
            small = {
                what: seconds(dialect, text, chunk)
                for what, text in texts(dialect, SIZE // 20).items()
            }
            large = texts(dialect, SIZE)
            slowest = sorted(small, key=small.__getitem__)[-CANDIDATES:]
            took = {what: seconds(dialect, large[what], chunk) for what in slowest}
            what = max(took, key=took.__getitem__)
            ratio = took[what] / seconds(dialect, texts(dialect, SIZE // 4)[what], chunk)
            failed |= took[what] > LIMIT or ratio > 8
            table.add_row(name, how, f"{took[what]:.2f}", f"{ratio:.1f}", what)
    console.print(table)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
