"""A run over a cluster, to be stopped: `python cluster_run.py ADDRESS PROBLEMS FOLDER MODEL`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from rich.console import Console

from lean_agent.benchmark_run import RunRequest, run_benchmark
from lean_agent.settings import Settings

if __name__ == "__main__":
    address, problems, folder, model = sys.argv[1:]
    request = RunRequest(
        problems,
        Settings(model=model),
        1,
        Path(folder),
        concurrency=2,
        lean="embedded",
        cluster=address,
    )
    try:
        asyncio.run(run_benchmark(request, Console(stderr=True)))
    except KeyboardInterrupt:
        sys.exit(130)
