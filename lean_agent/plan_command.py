"""`lean-agent plan`: what a run will cost, before it is begun."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lean_agent.chat import Frozen
from lean_agent.errors import UserError
from lean_agent.options import Json
from lean_agent.plan import Plan, Rates, compute_plan
from lean_agent.trace.store import RunFolder

out = Console(highlight=False)

_TRACES_WEIGHED = 1000
_GIVEN = "given"


class PlanFacts(Frozen):
    """A plan, and for each of its rates where that comes from."""

    plan: Plan
    sources: dict[str, str]


def _option(name: str, panel: str) -> Any:
    field = Rates.model_fields[name]
    unit, _ = _unit_and_source(field)
    in_unit = f" ({unit})" if unit else ""
    return typer.Option(
        help=f"{field.description}{in_unit} [default: {_number(field.default)}]",
        rich_help_panel=panel,
        metavar="NUMBER",
    )


def _unit_and_source(field: FieldInfo) -> tuple[str, str]:
    extra = field.json_schema_extra
    assert isinstance(extra, dict)
    return str(extra["unit"]), str(extra["source"])


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4g}"


_WORK, _MODEL, _LEAN, _DISK = "The work", "The model", "Lean", "Traces"


def plan(
    problems: Annotated[int | None, _option("problems", _WORK)] = None,
    samples: Annotated[int | None, _option("samples", _WORK)] = None,
    run: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="RUN",
            help="Take turns, tokens, checks, Lean's time and the size of traces from this run, "
            "where other flags do not say otherwise.",
            rich_help_panel=_WORK,
        ),
    ] = None,
    turns: Annotated[float | None, _option("turns", _MODEL)] = None,
    completion_tokens: Annotated[float | None, _option("completion_tokens", _MODEL)] = None,
    prompt_tokens: Annotated[float | None, _option("prompt_tokens", _MODEL)] = None,
    tokens_per_second: Annotated[float | None, _option("tokens_per_second", _MODEL)] = None,
    prompt_tokens_per_second: Annotated[
        float | None, _option("prompt_tokens_per_second", _MODEL)
    ] = None,
    gpus: Annotated[int | None, _option("gpus", _MODEL)] = None,
    checks: Annotated[float | None, _option("checks", _LEAN)] = None,
    check_seconds: Annotated[float | None, _option("check_seconds", _LEAN)] = None,
    strict_checks: Annotated[float | None, _option("strict_checks", _LEAN)] = None,
    strict_seconds: Annotated[float | None, _option("strict_seconds", _LEAN)] = None,
    lean_cores: Annotated[int | None, _option("lean_cores", _LEAN)] = None,
    memory_per_lean: Annotated[float | None, _option("memory_per_lean", _LEAN)] = None,
    shared_memory: Annotated[float | None, _option("shared_memory", _LEAN)] = None,
    trace_bytes: Annotated[float | None, _option("trace_bytes", _DISK)] = None,
    bytes_per_token: Annotated[float | None, _option("bytes_per_token", _DISK)] = None,
    compression: Annotated[float | None, _option("compression", _DISK)] = None,
    json: Json = False,
) -> None:
    """Compute what a run costs: GPU hours, Lean CPU hours, wall-clock time, memory and disk.

    Each figure comes with its formula, each rate with where it comes from. Those that nobody has
    measured are assumptions: a small run of your own, given with --from, replaces most of them.

    Example: `lean-agent plan --gpus 8 --tokens-per-second 4000 --lean-cores 64`

    Example: `lean-agent plan --from runs/first --samples 32`
    """
    given = {name: value for name, value in locals().items() if name in Rates.model_fields}
    facts = gather_facts({name: value for name, value in given.items() if value is not None}, run)
    if json:
        print(facts.model_dump_json(indent=2))
    else:
        print_plan(facts, out)


def gather_facts(given: dict[str, float], run: Path | None = None) -> PlanFacts:
    """The plan for the rates that are given, those measured in the run, and else the defaults.

    Raises UserError for a rate that cannot be, and where there is no such run.
    """
    measured = _measured(run) if run is not None else {}
    values = {name: value for name, (value, _) in measured.items()} | given
    sources = {name: _unit_and_source(field)[1] for name, field in Rates.model_fields.items()}
    sources |= {name: source for name, (_, source) in measured.items()}
    sources |= dict.fromkeys(given, _GIVEN)
    try:
        rates = Rates.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        flag, value = _flag(str(first["loc"][0])), first["input"]
        raise UserError(f"{flag} {value}: {first['msg'].replace('Input', 'it')}") from error
    return PlanFacts(plan=compute_plan(rates), sources=sources)


def _measured(path: Path) -> dict[str, tuple[float, str]]:
    """What a run tells of its episodes, and how that was measured."""
    run = RunFolder.open(path)
    episodes = turns = checks = counted = prompt = completion = 0
    lean_seconds = 0.0
    for one in run.digests():
        episodes += 1
        turns += len(one.turns)
        checks += one.checks
        lean_seconds += one.lean_seconds
        if one.completion_tokens is not None and one.prompt_tokens is not None:
            counted += 1
            completion += one.completion_tokens
            prompt += one.prompt_tokens
    if not episodes:
        raise UserError(f"{path} holds no finished episode to measure")
    sizes = [len(one.model_dump_json().encode()) for one in islice(run.traces(), _TRACES_WEIGHED)]
    where = f"measured in {path}, {episodes:,} episodes"
    found = {
        "turns": (turns / episodes, where),
        "checks": (checks / episodes, where),
        "trace_bytes": (sum(sizes) / len(sizes), f"measured in {path}, {len(sizes):,} traces"),
        "bytes_per_token": (0.0, "they are in trace-bytes already"),
    }
    if checks:
        worked = f"{where}: Lean's time by the wall clock, with the strict check"
        found["check_seconds"] = lean_seconds / checks, worked
        found["strict_checks"] = 0.0, "they are in check-seconds already"
    if counted:
        where = f"measured in {path}, {counted:,} episodes"
        found["completion_tokens"] = completion / counted, where
        found["prompt_tokens"] = prompt / counted, f"{where}: as if none were in the prefix cache"
    return found


def print_plan(facts: PlanFacts, console: Console) -> None:
    """The figures with their formulas, then the rates with where they come from."""
    costs = _table("What it costs", "figure", "value", "formula")
    for line in facts.plan.lines:
        costs.add_row(line.name, line.value, Text(line.formula, "dim"))
    console.print(costs)
    rates = _table("Computed from", "rate", "value", "where that comes from")
    for name, field in Rates.model_fields.items():
        unit, _ = _unit_and_source(field)
        value = f"{_number(getattr(facts.plan.rates, name))} {unit}".strip()
        source = facts.sources[name]
        style = "yellow" if source.startswith("assumption") else "dim"
        rates.add_row(_flag(name), value, Text(source, style))
    console.print(rates)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=Text(title, "bold"), title_justify="left", box=box.SIMPLE_HEAD)
    name, value, last = columns
    table.add_column(name, no_wrap=True)
    table.add_column(value, justify="right", no_wrap=True)
    table.add_column(last, overflow="fold")
    return table


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
