"""LeanInteract's LeanServerPool as a contestant of verify.py, run by the interpreter that has it.

    PYTHON benchmarks/verify_drive_lean_interact.py WORKERS FOLDER

FOLDER holds `lean-toolchain`, `lake` and `.lake/build/bin/repl`. The lines are those of
verify_drive.py. The pool is driven as its own `run_batch` does it: from WORKERS threads.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lean_interact import Command, LeanREPLConfig, LeanServerPool
from lean_interact.interface import CommandResponse

HEADER = "import Init"
TIMEOUT = 60.0


def main(workers: int, folder: Path) -> None:
    config = LeanREPLConfig(
        local_repl_path=folder, build_repl=False, lake_path=folder / "lake", verbose=False
    )
    with LeanServerPool(config, num_workers=workers) as pool:
        header = pool.run(Command(cmd=HEADER), timeout=TIMEOUT)
        assert isinstance(header, CommandResponse)
        env = header.env

        def run(check: dict[str, Any]) -> tuple[bool, float]:
            before = time.perf_counter()
            answer = pool.run(Command(cmd=check["text"], env=env), timeout=TIMEOUT)
            good = isinstance(answer, CommandResponse) and not answer.has_errors()
            return good, time.perf_counter() - before

        print(json.dumps({"ready": True}), flush=True)
        with ThreadPoolExecutor(workers) as threads:
            for line in sys.stdin:
                checks = json.loads(line)["checks"]
                started = time.perf_counter()
                results = list(threads.map(run, checks))
                answer = {
                    "wall": time.perf_counter() - started,
                    "seconds": [seconds for _, seconds in results],
                    "accepted": [good for good, _ in results],
                }
                print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
