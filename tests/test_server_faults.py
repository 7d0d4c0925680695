"""A model server that dies, fails, stalls or breaks off in mid-run costs what was in flight.

The server is a real process. It counts on its own side what it was asked for.
"""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from chat_server import STALL, ChatServer, says
from model_server import TURNS, ModelServer, code_for
from rich.console import Console
from scripted import AND_SWAP, Checker, toolbox
from slow_run import PROBLEMS, SETTINGS

from lean_agent.agent import run_episode
from lean_agent.chat import InterruptionKind, Sampling
from lean_agent.errors import UserError
from lean_agent.models.openai import OpenAIModel
from lean_agent.models.patience import Patience
from lean_agent.models.settings import BackendSettings, Transport
from lean_agent.runner import RunSummary, run
from lean_agent.trace.store import RunFolder
from lean_agent.trace.trace import Limits, Outcome, Trace

EPISODES = len(PROBLEMS) * SETTINGS.samples
CONCURRENCY = 8


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ModelServer]:
    with ModelServer(tmp_path) as running:
        yield running


async def run_all(
    server: ModelServer, folder: Path, patience: float = 30.0, stall: float = 60.0
) -> RunSummary:
    transport = Transport(stall_seconds=stall)
    model = OpenAIModel(f"m@{server.url}", BackendSettings(transport=transport))
    try:
        with RunFolder.create_or_resume(folder, SETTINGS) as opened:
            return await run(
                PROBLEMS,
                model,
                lambda *_: toolbox(Checker()),
                opened,
                versions={},
                concurrency=CONCURRENCY,
                console=Console(file=io.StringIO()),
                patience=Patience(patience, first_pause=0.02),
            )
    finally:
        await model.close()


async def until(server: ModelServer, number: int, what: str) -> None:
    async with asyncio.timeout(60):
        while sum(line.what == what for line in server.log()) < number:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def check_traces(folder: Path) -> Counter[InterruptionKind]:
    """That every conversation has exactly its answers. What was lost, by kind."""
    traces = list(RunFolder.open(folder).traces())
    assert len({trace.episode_id for trace in traces}) == len(traces) == EPISODES
    lost: Counter[InterruptionKind] = Counter()
    for trace in traces:
        assert trace.proved
        assert len(trace.turns) == TURNS
        assert [sent_code(trace, turn) for turn in range(TURNS)] == [
            code_for(trace.sampling.seed, turn) for turn in range(TURNS)
        ]
        lost.update(one.kind for turn in trace.turns for one in turn.interruptions)
    return lost


def sent_code(trace: Trace, turn: int) -> str:
    answers = [message for message in trace.messages if message.role == "assistant"]
    assert answers[turn].content == "Let me see."
    (call,) = answers[turn].tool_calls
    return str(call.arguments["code"])


def lost_on_the_servers_side(server: ModelServer) -> int:
    """Requests beyond one for each turn. No turn was asked for again when it was done."""
    last: dict[int, int] = {}
    for line in server.log():
        if line.what == "asked":
            assert line.turn >= last.get(line.seed, 0), "a turn that was done is asked for again"
            last[line.seed] = line.turn
    asked = server.asked()
    assert len(asked) == EPISODES * TURNS
    return asked.total() - EPISODES * TURNS


async def test_without_faults_every_turn_is_asked_for_once(
    server: ModelServer, tmp_path: Path
) -> None:
    await run_all(server, tmp_path / "run")
    assert check_traces(tmp_path / "run") == {}
    assert lost_on_the_servers_side(server) == 0


async def test_a_killed_server_costs_the_requests_in_flight(
    server: ModelServer, tmp_path: Path
) -> None:
    running = asyncio.create_task(run_all(server, tmp_path / "run"))
    for kills in (1, 2):
        await until(server, 20 * kills, "answered")
        await asyncio.to_thread(server.fail, "stall", CONCURRENCY)
        await until(server, kills * CONCURRENCY, "stalled")  # so all of them are in flight now
        server.kill()
        await asyncio.sleep(0.2)
        server.start()
    summary = await running
    assert (summary.done, summary.failures) == (EPISODES, ())
    lost = check_traces(tmp_path / "run")
    assert lost_on_the_servers_side(server) == 2 * CONCURRENCY
    # While it was away it was asked as well, of which it knows nothing.
    assert lost.keys() == {InterruptionKind.CONNECTION, InterruptionKind.HALF_ANSWER}
    assert lost[InterruptionKind.HALF_ANSWER] == 2 * CONCURRENCY


@pytest.mark.parametrize(
    ("how", "requests", "kind"),
    [
        ("500", 20, InterruptionKind.SERVER_ERROR),
        ("429", 12, InterruptionKind.RATE_LIMIT),
        ("stall", 5, InterruptionKind.STALL),
        ("half", 12, InterruptionKind.HALF_ANSWER),
        ("hang up", 12, InterruptionKind.CONNECTION),
    ],
)
async def test_a_server_that_fails_for_a_while_costs_what_it_failed_at(
    server: ModelServer, tmp_path: Path, how: str, requests: int, kind: InterruptionKind
) -> None:
    stall = 1.0 if how == "stall" else 60.0
    running = asyncio.create_task(run_all(server, tmp_path / "run", stall=stall))
    await until(server, 15, "answered")
    await asyncio.to_thread(server.fail, how, requests)
    summary = await running
    assert (summary.done, summary.failures) == (EPISODES, ())
    lost = lost_on_the_servers_side(server)
    assert check_traces(tmp_path / "run") == {kind: lost}
    assert lost == requests or (how == "stall" and lost > requests)  # on a very slow machine


async def test_a_run_whose_server_stays_away_is_gone_on_with_later(
    server: ModelServer, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    running = asyncio.create_task(run_all(server, folder, patience=0.2))
    await until(server, 40, "answered")
    server.kill()
    with pytest.raises(UserError, match="the same command goes on from there"):
        await running
    done = {trace.sampling.seed for trace in RunFolder.open(folder).traces()}
    assert 0 < len(done) < EPISODES
    before = server.asked()
    server.start()
    assert (await run_all(server, folder)).done == EPISODES
    check_traces(folder)
    after = server.asked()
    assert all(after[seed, turn] == before[seed, turn] for seed in done for turn in range(TURNS))


async def test_what_a_servers_silence_takes_is_not_the_episodes_time() -> None:
    wrong, good = (
        says(None, ("check_lean", f'{{"code": "{code}"}}')) for code in ("wrong", "good")
    )
    async with ChatServer(wrong, *[STALL] * 5, good) as server:
        transport = Transport(stall_seconds=0.6)
        model = OpenAIModel(f"m@{server.url}", BackendSettings(transport=transport))
        trace = await run_episode(
            AND_SWAP,
            model,
            toolbox(Checker()),
            sample=0,
            sampling=Sampling(),
            limits=Limits(seconds=2.9),
            versions={},
            patience=Patience(first_pause=0.01),
        )
    assert trace.outcome is Outcome.PROVED
    assert trace.seconds > trace.limits.seconds
    assert [len(turn.interruptions) for turn in trace.turns] == [0, 5]
