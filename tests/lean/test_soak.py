"""A short soak: every kind of check at least once, and nothing lost, wrong or left behind."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from lean_agent.lean.toolchain import Toolchain

SOAK = Path(__file__).parents[2] / "benchmarks" / "soak.py"


def test_a_short_soak_loses_nothing_and_leaves_nothing(toolchain: Toolchain) -> None:
    soak = subprocess.run(
        [sys.executable, str(SOAK), "100"],
        env={**toolchain.env, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert soak.returncode == 0, soak.stdout + soak.stderr
    assert re.search(r"checks answered *│ 100 of 100", soak.stdout)
    assert re.search(r"came to what they must not *│ 0 ", soak.stdout)
    for reason in ("proved", "errors", "timeout", "out_of_memory", "output", "crash", "cancelled"):
        assert reason in soak.stdout
