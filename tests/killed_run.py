"""A run to be killed, in a process of its own: the real runner, with a model that answers at once.

Its shards are so small that one is sealed after every few episodes.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from rich.console import Console
from scripted import AND_SWAP, Checker, ScriptedModel, call, toolbox

from lean_agent.chat import Message, Sampling
from lean_agent.runner import run
from lean_agent.trace.store import RunFolder, RunSettings, problems_checksum
from lean_agent.trace.trace import Limits, Trace

PROBLEMS = [AND_SWAP.model_copy(update={"id": f"p{number}"}) for number in range(40)]
SAMPLES = 25
SHARD_BYTES = 40_000
SETTINGS = RunSettings(
    benchmark="scripted",
    benchmark_checksum=problems_checksum(PROBLEMS),
    split="test",
    limit=None,
    problem_ids=tuple(problem.id for problem in PROBLEMS),
    model="scripted",
    samples=SAMPLES,
    sampling=Sampling(seed=1),
    limits=Limits(),
    toolchain="none",
    index_checksum="none",
    lean_agent="test",
)
EVERY_EPISODE = sorted(f"{problem.id}#{n}" for problem in PROBLEMS for n in range(SAMPLES))


def answer(messages: list[Message], sampling: Sampling) -> str:
    """Wrong at first, then right; which of both tells the episode it was made for."""
    attempt = sum(message.role == "assistant" for message in messages)
    return call("check_lean", code=f"{'good' if attempt else 'wrong'} {sampling.seed}")


def is_whole(trace: Trace) -> bool:
    """Whether an episode is as it was played: both attempts of its own seed."""
    codes = [c.arguments["code"] for message in trace.messages for c in message.tool_calls]
    seed = trace.sampling.seed
    return trace.proved and codes == [f"wrong {seed}", f"good {seed}"] and len(trace.turns) == 2


def go_on(path: Path) -> None:
    """Run what the folder does not hold yet."""
    asyncio.run(_go_on(path))


async def _go_on(path: Path) -> None:
    with RunFolder.create_or_resume(path, SETTINGS, SHARD_BYTES) as folder:
        await run(
            PROBLEMS,
            ScriptedModel(answer, seconds_each=0.001),  # type: ignore[arg-type]
            lambda *_: toolbox(Checker()),
            folder,
            versions={"lean": "none"},
            concurrency=4,
            console=Console(quiet=True),
        )
