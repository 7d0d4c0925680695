"""The report of a run: written into its folder, and shown in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lean_agent.episode import Mode
from lean_agent.errors import UserError
from lean_agent.evaluation.figures import ABOUT_ERROR, bounds, error, percent, plural
from lean_agent.evaluation.ks import refuse_ks
from lean_agent.evaluation.page import rendered_page
from lean_agent.evaluation.summary import (
    Group,
    Report,
    ToolUse,
    TurnCalls,
    summarise,
)
from lean_agent.evaluation.tally import Tally
from lean_agent.evaluation.whole_files import write_whole
from lean_agent.lean.verdict import Level
from lean_agent.trace.store import RunFolder

JSON_FILE = "report.json"
PAGE_FILE = "report.html"
_TURNS_SHOWN = 7


def write_report(
    run: RunFolder, level: Level = Level.STRICT, ks: Sequence[int] | None = None
) -> Report:
    """Count the run, write `report.json` and `report.html` into its folder, return the report.

    Proofs count that were checked at `level` or better; pass@k is for `ks`, by default for the
    powers of two and the smallest number of samples that a problem has.
    Raises UserError where the run holds no finished episode, a damaged or doubled
    one, too few samples for one of `ks`, or where not all can be written; earlier files then stay.
    """
    if ks is not None:
        refuse_ks(ks, run.settings.samples, str(run.path))
    tally = Tally.of(run.digests(), level)
    report = summarise(tally, run.settings, ks)
    try:
        with rendered_page(run.path / PAGE_FILE, report, tally, run, notes(report)) as page:
            as_json = report.model_dump_json(indent=2) + "\n"
            write_whole({run.path / JSON_FILE: as_json, run.path / PAGE_FILE: page})
    except OSError as error:
        raise UserError(f"cannot write the report into {run.path}: {error.strerror}") from error
    return report


def print_report(report: Report, console: Console) -> None:
    """The report as tables: pass@k with intervals, by difficulty, by topic, and other counts."""
    console.print(
        Text.assemble(
            (f"{report.benchmark}/{report.split}", "bold"),
            f" · {report.model} · {report.episode.mode} · {report.samples} samples a problem"
            f" · seed {report.seed}",
        )
    )
    for note in notes(report):
        console.print(note, style="yellow", highlight=False)
    for warning in report.warnings:
        console.print(warning, style="bold red", highlight=False)
    console.print(
        f"{report.solved:,} of {plural(report.problems, 'problem')} solved. pass@k over these "
        f"{report.problems:,}, with 95% bootstrap intervals over problems; s.e. is {ABOUT_ERROR}:",
        highlight=False,
    )
    console.print(_curve_table(report))
    if len(report.by_difficulty) > 1:
        console.print(_group_table("Difficulty", report.by_difficulty))
    if len(report.by_topic) > 1:
        console.print(_group_table("Topic", report.by_topic))
    if report.tool_use.errors:
        console.print(_call_table(report.tool_use))
    console.print(_other_lines(report))


def notes(report: Report) -> tuple[str, ...]:
    """What the numbers are of, where that is not plain: a record, a partial run, broken statements.

    That verdicts are those of a record comes first.
    """
    said = []
    if report.recorded:
        said.append(
            "Verdicts were taken from a record; nothing was checked anew. "
            f"The record has the SHA-256 {report.recorded}."
        )
    others = report.problems - len(report.broken)
    if not report.complete:
        broken = f", and the {len(report.broken):,} that do not elaborate" * bool(report.broken)
        said.append(
            f"Partial run: {report.episodes:,} of {report.expected_episodes:,} episodes. "
            f"Rates are over the {others:,} of "
            f"{plural(report.expected_problems - len(report.broken), 'problem')} "
            f"that have at least one{broken}."
        )
    if report.broken:
        rates = ", ".join(
            f"pass@{k} {percent(value.value)}" for k, value in report.pass_at_k_unbroken.items()
        )
        do, count = ("does", "counts") if len(report.broken) == 1 else ("do", "count")
        said.append(
            f"{plural(report.problems, 'problem')}, of which {len(report.broken):,} {do} not "
            f"elaborate with this Lean and {count} as unsolved; over the {others:,} others {rates}."
        )
    return tuple(said)


def _curve_table(report: Report) -> Table:
    """With a column of what each is over, where a partial run has unequal numbers of samples."""
    unequal = any(value.problems != report.problems for value in report.pass_at_k.values())
    table = Table()
    for name in ("k", "pass@k", "interval", "s.e.", *["problems"] * unequal):
        table.add_column(name, justify="right")
    for k, value in report.pass_at_k.items():
        over = [f"{value.problems:,}"] * unequal
        table.add_row(k, percent(value.value), bounds(value), error(value), *over)
    return table


def _group_table(kind: str, groups: dict[str, Group]) -> Table:
    ks = sorted({k for group in groups.values() for k in group.pass_at_k}, key=int)
    ends = list(dict.fromkeys([ks[0], ks[-1]]))
    # Without lines between the columns, so that it fits into 80 characters.
    table = Table(title=f"By {kind.lower()}", title_justify="left", box=box.SIMPLE_HEAD, padding=0)
    table.add_column(kind)
    for name in ("solved", "of", *(f"pass@{k}" for k in ends)):
        table.add_column(name, justify="right")
        if name.startswith("pass@"):
            table.add_column("interval", justify="right", style="dim")
    for name, group in groups.items():
        found = [group.pass_at_k.get(k) for k in ends]
        cells = [cell for e in found for cell in ((percent(e.value), bounds(e)) if e else ("", ""))]
        table.add_row(Text(name or "not stated"), str(group.solved), str(group.problems), *cells)
    return table


def _call_table(use: ToolUse) -> Table:
    """Valid calls and what was wrong, a column each turn, the late turns in one, and all."""
    columns = [(str(at.turn), [at]) for at in use.by_turn[:_TURNS_SHOWN]]
    if late := use.by_turn[_TURNS_SHOWN:]:
        last = str(late[-1].turn)
        columns.append((last if len(late) == 1 else f"{late[0].turn}–{last}", list(late)))
    columns.append(("all", list(use.by_turn)))
    table = Table(title="Tool calls by turn", title_justify="left")
    table.add_column("")
    for heading, _ in columns:
        table.add_column(heading, justify="right")

    def add(name: str, counts: list[int], style: str = "") -> None:
        table.add_row(name, *(f"{count:,}" if count else "" for count in counts), style=style)

    add("answers", [sum(at.answers for at in turns) for _, turns in columns])
    add("… with nothing wrong", [sum(at.good for at in turns) for _, turns in columns])
    add("valid calls", [sum(at.valid_calls for at in turns) for _, turns in columns])
    for kind in use.errors:
        counts = [sum(at.errors.get(kind, 0) for at in turns) for _, turns in columns]
        add(kind.replace("_", " "), counts, "red")
    table.add_row("valid", *(_rate(turns) for _, turns in columns), style="bold")
    return table


def _rate(turns: Sequence[TurnCalls]) -> str:
    valid = sum(at.valid_calls for at in turns)
    tried = valid + sum(sum(at.errors.values()) for at in turns)
    return f"{valid / tried:.0%}" if tried else ""


def _other_lines(report: Report) -> Text:
    use = report.tool_use
    offered = report.episode.mode is Mode.AGENT
    rate = "no answer" if offered else "no tools offered"
    if use.valid_call_rate is not None:
        rate = f"{use.valid_call_rate:.1%} valid"
    calls = ", ".join(f"{number:,} {name}" for name, number in use.calls.items())
    outcomes = ", ".join(f"{number:,} {name}" for name, number in report.outcomes.items())
    means = f"{report.turns.mean:.1f} turns"
    if report.seconds:
        means += f" and {report.seconds.episodes / report.episodes:.1f} s"
    lines = [
        f"Episodes: {report.episodes:,} ({outcomes}), {means} on average",
        f"Tool calls: {calls or 'no call'} ({rate})",
        f"Lean checks: {report.checks:,}, {report.checks / report.episodes:.1f} an episode",
        f"Accepted after two turns or more: {use.multi_turn:,}, "
        f"of these with every tool: {use.multi_turn_every_tool:,}",
    ]
    if use.repairs:
        lines.append(f"Mended by lenient reading: {_listed(use.repairs.items())}")
    if report.without_proof:
        lines.append(f"Answers without a proof: {_listed(report.without_proof.items())}")
    disturbed = report.disturbances
    if disturbed.interruptions:
        lines.append(
            f"Requests lost and made again: {_listed(disturbed.interruptions.items())} "
            f"({disturbed.seconds:.0f} s)"
        )
    if disturbed.cut_off or disturbed.shortened:
        lines.append(
            f"Limits: {disturbed.cut_off:,} answers cut off, {disturbed.shortened:,} tool results "
            "shortened to fit the context"
        )
    if report.tokens:
        lines.append(
            f"Tokens: {report.tokens.prompt:,} prompt, {report.tokens.completion:,} completion "
            f"in {report.tokens.episodes:,} episodes"
        )
    return Text("\n".join(lines))


def _listed(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in counts)
