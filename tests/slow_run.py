"""A run to be killed: `python slow_run.py FOLDER` does 30 episodes of a slow scripted model."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from scripted import AND_SWAP, Checker, ScriptedModel, call, toolbox

from lean_agent.chat import Sampling
from lean_agent.runner import run
from lean_agent.trace.store import RunFolder, RunSettings, problems_checksum
from lean_agent.trace.trace import Limits

PROBLEMS = [AND_SWAP.model_copy(update={"id": f"p{number}"}) for number in range(6)]
SETTINGS = RunSettings(
    benchmark="scripted",
    benchmark_checksum=problems_checksum(PROBLEMS),
    split="test",
    limit=None,
    problem_ids=tuple(problem.id for problem in PROBLEMS),
    model="scripted",
    samples=5,
    sampling=Sampling(seed=1),
    limits=Limits(),
    toolchain="none",
    index_checksum="none",
    lean_agent="test",
)


async def main(path: Path) -> None:
    model = ScriptedModel(lambda *_: call("check_lean", code="good"), seconds_each=0.1)
    with RunFolder.create_or_resume(path, SETTINGS) as folder:
        summary = await run(
            PROBLEMS,
            model,
            lambda *_: toolbox(Checker()),
            folder,
            versions={},
            concurrency=3,
        )
    print(summary.model_dump_json())


if __name__ == "__main__":
    try:
        asyncio.run(main(Path(sys.argv[1])))
    except KeyboardInterrupt:
        sys.exit(130)
