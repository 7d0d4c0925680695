"""`lean-agent benchmarks check`: what every statement of a benchmark is worth, by Lean."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lean_agent.adaptation import Change, adapt
from lean_agent.benchmarks.known_defects import KnownDefect, known_defects
from lean_agent.chat import Frozen
from lean_agent.concurrency import for_each
from lean_agent.harmless import harmless
from lean_agent.lean.library import Library
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem
from lean_agent.statement_audit import INSTANCES, REFUTING, TACTICS, Audit, Auditor, Defect

_SECONDS_BETWEEN_LINES = 10.0
_ERROR_LINES = 4  # of Lean's words on a statement that does not elaborate


class CheckedStatement(Frozen):
    """One statement: what was changed to make it fit, what Lean shows, what others published."""

    id: str
    split: str
    changes: tuple[Change, ...] = ()
    audit: Audit = Audit()
    known: tuple[KnownDefect, ...] = ()

    def shown(self, defect: Defect) -> str:
        """The accepted tactics that show a defect, or nothing."""
        return next((one.proof for one in self.audit.shown if one.defect is defect), "")

    @property
    def doubts(self) -> str:
        """The changes since which it may mean something else than published, or nothing."""
        return "\n".join(change.what for change in self.changes if change.doubtful)

    @property
    def unprovable(self) -> bool:
        """Whether nobody can prove it: it does not elaborate, or is shown or known to be false."""
        known_false = any(one.defect == Defect.FALSE for one in self.known)
        return bool(self.audit.error or self.shown(Defect.FALSE)) or known_false

    @property
    def sound(self) -> bool:
        """Whether it elaborates and is neither false nor vacuous, as far as is shown or known."""
        bad = (Defect.FALSE, Defect.VACUOUS)
        return not (
            self.audit.error
            or any(map(self.shown, bad))
            or any(one.defect in bad for one in self.known)
        )


class BenchmarkCheck(Frozen):
    """The check of a benchmark: which file with which Lean, and every statement.

    `edition` says what the file is where it is not the published one. `tactics` are those that
    were tried; which of them the library has is for Lean to say.
    """

    benchmark: str
    split: str
    sha256: str
    edition: str
    toolchain: str
    tactics: tuple[str, ...] = TACTICS
    refuting: tuple[str, ...] = REFUTING
    instances: tuple[str, ...] = INSTANCES
    statements: tuple[CheckedStatement, ...]

    @property
    def sound(self) -> bool:
        """Whether every statement is."""
        return all(one.sound for one in self.statements)

    @property
    def denominator(self) -> str:
        """The honest denominator, in a sentence or two."""
        all_of_them = len(self.statements)
        broken = sum(bool(one.audit.error) for one in self.statements)
        shown = Counter(one.defect for each in self.statements for one in each.audit.shown)
        parts = [
            f"{all_of_them - broken} elaborate",
            f"{shown[Defect.TRIVIAL]} proved by one tactic",
            f"{shown[Defect.FALSE]} false",
            f"{shown[Defect.VACUOUS]} with hypotheses that contradict each other",
        ]
        undecided = sum(bool(one.audit.undecided) for one in self.statements)
        if undecided:
            parts.append(f"{undecided} on which Lean was not done in the time given")
        doubtful = sum(bool(one.doubts) for one in self.statements)
        if doubtful:
            parts.append(f"{doubtful} that may mean something else than published")
        known = Counter(one.defect for each in self.statements for one in each.known)
        if known:
            listed = ", ".join(f"{count} {defect}" for defect, count in sorted(known.items()))
            parts.append(f"published lists name {listed}")
        within = sum(not one.unprovable for one in self.statements)
        return (
            f"{all_of_them} statements: {', '.join(parts)}. Within reach of a prover: at most "
            f"{within} of {all_of_them} ({100 * within / all_of_them:.2f}%)."
        )


async def check_problems(
    problems: Sequence[Problem],
    verifier: Verifier,
    library: Library,
    seconds: float,
    console: Console,
) -> tuple[CheckedStatement, ...]:
    """Every statement adapted to the verifier's Lean, elaborated and audited, some at a time.

    Each question to Lean has `seconds`. What Lean has answered before is remembered by the
    verifier's cache, so that a check that was stopped goes on quickly.
    """
    adapted = await adapt(problems, verifier, library, seconds)
    auditor = Auditor(verifier, seconds)
    audits: dict[str, Audit] = {}
    with _Progress(console, len(adapted)) as progress:

        async def audit(problem: Problem) -> None:
            audits[problem.id] = await auditor.audit(problem)
            progress.one_more(bool(audits[problem.id].error))

        await for_each([one.problem for one in adapted], verifier.pool.workers, audit)
    return tuple(
        CheckedStatement(
            id=one.problem.id,
            split=one.problem.split,
            changes=one.changes,
            audit=audits[one.problem.id],
            known=known_defects(published),
        )
        for published, one in zip(problems, adapted, strict=True)
    )


def print_check(found: BenchmarkCheck, console: Console) -> None:
    """Print what was found: the statements that cannot count, by why, and the denominator."""

    def say(line: str, style: str | None = None) -> None:
        console.print(harmless(line), style=style, markup=False, highlight=False, soft_wrap=True)

    def group(title: str, what: Callable[[CheckedStatement], str]) -> None:
        chosen = [(one, said) for one in found.statements if (said := what(one))]
        if chosen:
            say(f"{title}: {len(chosen)}", style="bold")
        for one, said in chosen:
            say(f"  {one.id}: " + said.replace("\n", "\n    "))

    if found.edition:
        say(f"The file is {found.edition}.", style="yellow")
    group("does not elaborate", lambda one: _first_lines(one.audit.error))
    group("false", lambda one: one.shown(Defect.FALSE))
    group("hypotheses contradict each other", lambda one: one.shown(Defect.VACUOUS))
    group("proved by one tactic", lambda one: one.shown(Defect.TRIVIAL))
    group(
        "named by a published list",
        lambda one: "\n".join(f"{k.defect}: {k.why} ({k.source})" for k in one.known),
    )
    group("Lean was not done in time", lambda one: ", ".join(one.audit.undecided))
    group("may mean something else than published", lambda one: one.doubts)
    respelt = Counter(
        change.what
        for one in found.statements
        for change in set(one.changes)
        if not change.doubtful
    )
    for change, count in respelt.most_common():
        say(f"Adapted to this Lean, {count} statements: {change}")
    say(found.denominator, style="bold")
    say(f"Lean: {found.toolchain}. File: SHA-256 {found.sha256 or 'unknown'}.")


def _first_lines(error: str) -> str:
    """Lean's first words on a statement, with their line."""
    head, _, rest = error.partition("\n")
    lines = (rest or head).split("\n")
    return "\n".join(lines[:_ERROR_LINES] + (["…"] if len(lines) > _ERROR_LINES else []))


class _Progress:
    """A bar in a terminal, a line now and then in a log."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._done = self._broken = 0
        self._last_line = time.monotonic()
        self._bar = Progress(
            TextColumn("Statements"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[broken]} do not elaborate"),
            TextColumn("ETA"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=total, broken=0)

    def one_more(self, broken: bool) -> None:
        self._done += 1
        self._broken += broken
        self._bar.update(self._task, completed=self._done, broken=self._broken)
        now = time.monotonic()
        if not self._console.is_terminal and now - self._last_line >= _SECONDS_BETWEEN_LINES:
            self._last_line = now
            line = f"{self._done}/{self._total} statements, {self._broken} do not elaborate"
            self._console.print(line, highlight=False)

    def __enter__(self) -> _Progress:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()
