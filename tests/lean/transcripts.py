"""Recorded transcripts of the REPL: what was asked, and what it answered, word for word.

A transcript NAME is two files: `NAME.in` and `NAME.expected.out`, as in the test suite of
leanprover-community/repl. Only the standard library is imported here, since the stand-in
process starts with this file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

DATA = Path(os.environ.get("LEAN_AGENT_DATA", Path(__file__).parents[3] / "shared" / "data"))
RECORDED = DATA / "repl_transcripts"
OWN = Path(__file__).parent / "transcripts"


@dataclass(frozen=True)
class Transcript:
    """Two files, and the texts in them; a request of the real REPL has no answer if it died."""

    asked: Path

    @property
    def name(self) -> str:
        return self.asked.stem

    @property
    def answered(self) -> Path:
        return self.asked.with_name(f"{self.name}.expected.out")

    def requests(self) -> list[str]:
        with self.asked.open(encoding="utf-8", newline="\n") as file:
            return list(read_requests(file))

    def answers(self) -> list[str]:
        text = self.answered.read_text(encoding="utf-8")
        return [part.strip() for part in text.split("\n\n") if part.strip()]


def transcripts(folder: Path) -> list[Transcript]:
    """The transcripts in a folder that have both halves."""
    found = map(Transcript, sorted(folder.glob("*.in")))
    return [transcript for transcript in found if transcript.answered.is_file()]


def read_requests(lines: Iterable[str]) -> Iterator[str]:
    """The requests in a stream of lines, read as `getLines` in REPL/Main.lean reads them.

    Lines up to an empty one are joined, without what is blank at their ends: a line break
    inside a JSON string is lost. What starts with `#` or `--` is a comment.
    """
    request = ""
    for line in lines:
        if line.strip(" \t\r\n"):
            request += line.rstrip(" \t\r\n")
        elif request:
            if not request.startswith(("#", "--")):
                yield request
            request = ""
    if request:
        yield request
