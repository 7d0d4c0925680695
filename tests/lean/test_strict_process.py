"""How the programs of strict checks are run: limits on all that one starts, and how it ended."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.repl import ReplError, ReplFlood, ReplKilled, ReplOutOfMemory, ReplTimeout
from lean_agent.lean.sandbox import Launch
from lean_agent.lean.strict.process import Finished, Process

LIMITS = ProcessLimits(memory_mib=128, file_mib=1, output_bytes=1000)


async def run(
    script: str, folder: Path, output: Path | None = None, seconds: float = 60
) -> Finished:
    """What comes of a Python script that may write into a folder."""
    launch = Launch((sys.executable, "-c", f"import os, time\n{script}"), dict(os.environ), folder)
    async with Process(launch, LIMITS, "it", writable=folder, output=output) as process:
        return await process.run(seconds)


async def test_what_a_program_says_and_its_status_are_kept(tmp_path: Path) -> None:
    done = await run("print('one')\nraise SystemExit('two')", tmp_path)
    assert done == Finished(1, b"one\n", "two")
    assert done.said == "one\ntwo"


async def test_the_processes_of_a_tree_share_one_limit_on_memory(tmp_path: Path) -> None:
    # Each by itself is far below the limit.
    grow = "held = b'x' * (50 << 20)\nfor _ in range(2): os.fork()\nheld += b'x'\ntime.sleep(600)"
    with pytest.raises(ReplOutOfMemory, match="it has more than 128 MiB of memory"):
        await run(grow, tmp_path)


@pytest.mark.parametrize(
    "script",
    [
        "for i in range(5): open(str(i), 'wb').write(b'x' * (1 << 20))",
        "os.mkdir('d')\nfor i in range(10_001): open(f'd/{i}', 'w')",
    ],
)
async def test_a_folder_holds_so_much_and_no_more(tmp_path: Path, script: str) -> None:
    with pytest.raises(ReplFlood, match="it wrote more than 4 MiB, or 10000 files"):
        await run(f"{script}\ntime.sleep(600)", tmp_path)


async def test_output_is_limited_and_may_be_longer_in_a_file(tmp_path: Path) -> None:
    printed = "print('x' * 5000)"
    with pytest.raises(ReplFlood, match="more than 1000 bytes"):
        await run(printed, tmp_path)
    file = tmp_path / "output"
    assert await run(printed, tmp_path, output=file) == Finished(0, b"", "")
    assert file.read_text() == "x" * 5000 + "\n"
    with pytest.raises(ReplFlood, match="more than 1048576 bytes"):
        await run("print('x' * (1 << 20))", tmp_path, output=file)


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("os.kill(os.getpid(), 9)", ReplKilled),
        ("raise SystemExit(137)", ReplKilled),  # how one that started it passes it on
        ("raise MemoryError", ReplOutOfMemory),
        ("time.sleep(600)", ReplTimeout),
    ],
)
async def test_how_a_program_came_to_no_end_of_its_own(
    tmp_path: Path, script: str, error: type[ReplError]
) -> None:
    with pytest.raises(error, match=r"it (ended|ran out|was not done)"):
        await run(script, tmp_path, seconds=2 if error is ReplTimeout else 60)
