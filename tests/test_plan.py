"""What a run will cost: plain arithmetic on rates, each of which says where it comes from."""

from __future__ import annotations

import json
import math
import re
import shlex
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from slow_run import SETTINGS
from synthetic_runs import make_problem, make_trace
from typer.testing import CliRunner

from lean_agent.errors import UserError
from lean_agent.plan import Rates, compute_plan
from lean_agent.plan_command import gather_facts, plan
from lean_agent.trace.store import RunFolder

PAGE = Path(__file__).parent.parent / "benchmarks" / "sizing.md"

app = typer.Typer(rich_markup_mode="markdown")
app.command()(plan)


def planned(*arguments: str) -> str:
    """What the command prints in a terminal of 120 columns."""
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "120"})
    assert result.exit_code == 0, result.output
    return result.output


def test_a_plan_by_hand() -> None:
    """10 episodes of 1,000 tokens at 100 a second, and of 2 checks of 9 s."""
    plan = compute_plan(
        Rates(
            problems=5,
            samples=2,
            turns=3,
            completion_tokens=1000,
            prompt_tokens=4000,
            tokens_per_second=100,
            prompt_tokens_per_second=1000,
            gpus=2,
            checks=2,
            check_seconds=9,
            strict_checks=0.5,
            strict_seconds=36,
            lean_cores=4,
            memory_per_lean=1.5,
            shared_memory=2,
            trace_bytes=1000,
            bytes_per_token=8,
            compression=4,
        )
    )
    assert (plan.episodes, plan.requests, plan.checks) == (10, 30, 25)
    assert (plan.completion_tokens, plan.prompt_tokens) == (10_000, 40_000)
    assert plan.gpu_hours * 3600 == 100 + 40
    assert plan.lean_hours * 3600 == 10 * (18 + 18)
    assert plan.gpu_wall_hours * 3600 == 70
    assert plan.lean_wall_hours * 3600 == 90
    assert plan.wall_hours == plan.lean_wall_hours
    assert plan.bottleneck == "lean"
    assert plan.lean_processes == 6  # 360 s of Lean within the GPUs' 70 s
    assert plan.memory_bytes == (4 * 1.5 + 2) * 2**30
    assert (plan.trace_bytes, plan.disk_bytes) == (90_000, 22_500)


NUMBERS = st.floats(0.01, 1e6)


@given(
    st.integers(1, 1000),
    st.integers(1, 1000),
    st.fixed_dictionaries(
        dict.fromkeys(
            ("completion_tokens", "tokens_per_second", "checks", "check_seconds", "compression"),
            NUMBERS.map(lambda x: x + 1),
        )
    ),
)
def test_what_keeps_the_gpus_busy_is_enough_and_no_more(
    gpus: int, cores: int, rates: dict[str, float]
) -> None:
    plan = compute_plan(Rates(gpus=gpus, lean_cores=cores, **rates))
    enough = plan.lean_processes
    assert plan.lean_hours / enough <= plan.gpu_wall_hours * (1 + 1e-9)
    assert enough == 1 or plan.lean_hours / (enough - 1) > plan.gpu_wall_hours * (1 - 1e-9)
    assert plan.wall_hours == max(plan.gpu_wall_hours, plan.lean_wall_hours)
    assert (plan.bottleneck == "lean") == (plan.lean_wall_hours > plan.gpu_wall_hours)
    double = compute_plan(plan.rates.model_copy(update={"samples": 2 * plan.rates.samples}))
    for cost in ("gpu_hours", "lean_hours", "wall_hours", "disk_bytes"):
        assert math.isclose(getattr(double, cost), 2 * getattr(plan, cost))
    assert double.memory_bytes == plan.memory_bytes


def test_every_rate_says_where_it_comes_from() -> None:
    facts = gather_facts({"gpus": 8})
    assert facts.sources.keys() == Rates.model_fields.keys()
    assert facts.sources["gpus"] == "given"
    assert facts.sources["check_seconds"].startswith("assumption for Mathlib")
    printed = planned("--gpus", "8")
    for name in Rates.model_fields:
        assert f"--{name.replace('_', '-')} " in printed
    for line in facts.plan.lines:
        assert f"{line.name} " in printed and f" {line.value} " in printed


def test_rates_of_a_run_take_the_place_of_assumptions(tmp_path: Path) -> None:
    path = tmp_path / "run"
    with RunFolder.create_or_resume(path, SETTINGS) as folder:
        traces = [
            make_trace(make_problem(), n, failed_attempts=n % 4 + 1, tokens=100 + n)
            for n in range(20)
        ]
        for trace in traces:
            folder.append(trace)
    document = json.loads(planned("--from", str(path), "--checks", "7", "--json"))
    rates, sources = document["plan"]["rates"], document["sources"]
    turns = [turn for trace in traces for turn in trace.turns]
    assert rates["turns"] == len(turns) / 20
    assert rates["completion_tokens"] == sum(turn.completion_tokens or 0 for turn in turns) / 20
    assert rates["trace_bytes"] == sum(len(t.model_dump_json().encode()) for t in traces) / 20
    assert rates["checks"] == 7
    assert sources["turns"] == f"measured in {path}, 20 episodes"
    assert sources["checks"] == "given"
    assert sources["tokens_per_second"].startswith("assumption")


@pytest.mark.parametrize(
    ("rates", "says"),
    [
        ({"samples": 0}, "--samples 0: it should be greater than or equal to 1"),
        ({"tokens_per_second": 0}, "--tokens-per-second 0: it should be greater than"),
        ({"check_seconds": -1}, "--check-seconds -1: it should be greater than or equal to 0"),
        ({"check_seconds": math.inf}, "--check-seconds inf: it should be"),
        ({"turns": math.nan}, "--turns nan: it should be"),
        ({"problems": 10**400}, "--problems 1"),
        ({"compression": 0.5}, "--compression 0.5: it should be greater than or equal to 1"),
    ],
)
def test_a_rate_that_cannot_be_is_named(rates: dict[str, float], says: str) -> None:
    with pytest.raises(UserError) as refusal:
        gather_facts(rates)
    assert str(refusal.value).startswith(says)


@pytest.mark.parametrize("extreme", [0.0, 1e15])
def test_extreme_rates_still_make_a_plan(extreme: float) -> None:
    """Nothing is divided by zero, and nothing grows out of a float."""
    rates = {}
    for name, field in Rates.model_fields.items():
        least = next(bound.ge for bound in field.metadata if hasattr(bound, "ge"))
        rates[name] = max(extreme, least)
    assert math.isfinite(compute_plan(Rates.model_validate(rates)).wall_hours)


def test_what_is_no_number_or_no_run_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["--samples", "many"])
    assert result.exit_code == 2
    assert "Invalid value for '--samples'" in result.output
    with pytest.raises(UserError, match="is not a run folder"):
        gather_facts({}, tmp_path)


def test_the_page_on_sizing_shows_what_the_command_prints() -> None:
    """Each block of it is a command, and what that prints in a terminal of 120 columns."""
    blocks = re.findall(r"```\n\$ lean-agent plan([^\n]*)\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert len(blocks) >= 2
    for arguments, shown in blocks:
        assert tidied(shown) == tidied(planned(*shlex.split(arguments)))


def test_what_the_page_says_of_balance_is_so() -> None:
    assert compute_plan(Rates()).bottleneck == "gpu"
    assert compute_plan(Rates(check_seconds=27)).bottleneck == "lean"
    assert compute_plan(Rates(checks=22)).bottleneck == "lean"
    four = compute_plan(Rates(gpus=4))
    assert math.isclose(four.gpu_wall_hours, four.lean_wall_hours, rel_tol=0.1)


def tidied(printed: str) -> list[str]:
    """Its lines, without the blanks that fill them up and the empty ones."""
    return [line.rstrip() for line in printed.splitlines() if line.strip()]
