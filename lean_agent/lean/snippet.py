"""Snippets: Lean code run as it is, for what Lean says about it.

Nothing here is a verdict. Code that Lean takes without an error need not prove anything: it may
declare axioms, state another theorem, or change how Lean reads the rest. `Verifier` judges.
"""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

from lean_agent.lean import source
from lean_agent.lean.attempts import on_a_process
from lean_agent.lean.cpu_time import cpu_seconds
from lean_agent.lean.feedback import format_messages
from lean_agent.lean.goal import StatementError
from lean_agent.lean.header import HEADER_SECONDS, run_header
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.process_tree import tree_memory
from lean_agent.lean.protocol import Answer, Command
from lean_agent.lean.repl import LeanRepl, ReplTimeout
from lean_agent.lean.sharing import InFlight
from lean_agent.problem import MAX_CHARACTERS

# Headers that are more than plain imports; `import all M` is one.
_OTHER_HEADERS = frozenset({"module", "prelude", "public", "meta"})
_MODULE = re.compile(r"[^\W\d]|«")

Infotree = Literal["full", "tactics", "original", "substantive"]
"""What of Lean's notes on a text an answer holds; the embedded Lean takes none."""


class HeaderTimeout(ReplTimeout):
    """The imports took longer than `HEADER_SECONDS`, or the rest of a header than it may."""


@dataclass(frozen=True)
class Parts:
    """A snippet in two: imports, one a line, and the rest in the lines that it had.

    `header` is None where the text has to be read by Lean in one piece.
    """

    header: str | None
    body: str


@dataclass(frozen=True)
class Checked:
    """What Lean said, and what it took, imports left out.

    `process` names the process, `cpu_percent` is its mean use of a core during the check, and
    `memory` what it and all that it started held afterwards, in bytes.
    """

    answer: Answer
    seconds: float
    process: str
    cpu_percent: float
    memory: int


class SnippetChecker:
    """Runs snippets in a pool that is used for nothing else.

    A snippet may run any program, so it may change the process it runs in: verdicts must not
    come from there. Imports are read once a process and kept.
    """

    def __init__(self, pool: LeanPool) -> None:
        self.pool = pool
        self._in_flight = InFlight[Checked]()
        self._names: WeakKeyDictionary[LeanRepl, str] = WeakKeyDictionary()

    async def check(
        self,
        code: str,
        timeout: float,  # noqa: ASYNC109
        *,
        header: str = "",
        infotree: Infotree | None = None,
        fresh: bool = False,
        owner: str = "",
    ) -> Checked:
        """What Lean says about `code`, at the places where it stands in `code`.

        `timeout` is in seconds, imports not counted. A `header` goes before the code as it goes
        before a problem's proof; without one it is the code's own imports. `infotree` asks for
        the trees of that kind, which the embedded Lean has not: there the answer comes without.
        With `fresh` the process is a new one. Equal snippets that are checked at the same time
        are checked once.

        Raises ReplError where Lean came to no answer, PoolBusy, and StatementError where the
        given header does not elaborate or is too long.
        """
        given = bool(header.strip())
        if len(header) > MAX_CHARACTERS:
            raise StatementError(
                f"the header has {len(header):,} characters; the limit is {MAX_CHARACTERS:,}"
            )
        parts = Parts(header, source.without_header(code, header)) if given else split(code)

        async def work(repl: LeanRepl) -> Checked:
            return await self._run(repl, code, parts, given, timeout, infotree)

        async def check() -> Checked:
            return await on_a_process(
                self.pool,
                work,
                seconds=timeout,
                header=parts.header or "",
                owner=owner,
                fresh=fresh,
            )

        if fresh:
            return await check()
        return await self._in_flight.get((code, header, timeout, infotree), check)

    async def _run(
        self,
        repl: LeanRepl,
        code: str,
        parts: Parts,
        given: bool,
        seconds: float,
        infotree: Infotree | None,
    ) -> Checked:
        name = self._names.setdefault(repl, uuid.uuid4().hex)
        command = Command(cmd=code, infotree=infotree)
        if parts.header is not None:
            base = await _environment(repl, parts.header, seconds)
            if not base.errors:
                command = Command(cmd=parts.body, env=base.env, infotree=infotree)
            elif given:
                said = format_messages(base.errors, parts.header)
                raise StatementError(f"the header does not elaborate:\n{said}")
            # Else Lean reads the text as it is, and so names the lines of the imports.
        assert repl.pid is not None
        cpu, started = cpu_seconds(repl.pid), time.monotonic()
        answer = await repl.run(command, seconds)
        took = time.monotonic() - started
        percent = 100 * (cpu_seconds(repl.pid) - cpu) / took
        return Checked(answer, took, name, round(percent, 1), tree_memory(repl.pid))


async def _environment(repl: LeanRepl, header: str, seconds: float) -> Answer:
    try:
        answer = await run_header(repl, header, seconds)
        # Even of an empty header: what Lean imports by itself is then imported once.
        return answer or await repl.environment("", None, HEADER_SECONDS)
    except ReplTimeout as error:
        raise HeaderTimeout(str(error), error.cpu_seconds) from None


def split(code: str) -> Parts:
    """Part the leading imports from the rest.

    As Kimina Lean Server does, any part of Mathlib stands for all of it, so that one environment
    serves them all.
    """
    imports: list[str] = []
    end = 0
    words = source.tokens(code)
    for word in words:
        if word.text in _OTHER_HEADERS:
            return Parts(None, code)
        if word.text != "import":
            break
        module = next(words, None)
        if module is None or module.text == "all" or not _MODULE.match(module.text):
            return Parts(None, code)
        imports.append("Mathlib" if module.text.startswith("Mathlib.") else module.text)
        end = _offset(code, module) + len(module.text)
    header = "\n".join(f"import {module}" for module in sorted(set(imports)))
    if len(header) > MAX_CHARACTERS:  # headers are kept
        return Parts(None, code)
    return Parts(header, re.sub(r"[^\n]", " ", code[:end]) + code[end:])


def _offset(code: str, token: source.Token) -> int:
    lines = code.split("\n", token.line - 1)[: token.line - 1]
    return sum(len(line) + 1 for line in lines) + token.column
