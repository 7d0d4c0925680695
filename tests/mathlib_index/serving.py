"""A real server process for tests, on a free port."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

ROOT = Path(__file__).parents[2]


class ServerProcess:
    """`mathlib-index serve INDEX …`, killed at the end whatever happens."""

    def __init__(self, index: Path, *arguments: str, env: dict[str, str] | None = None) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115
        command = [sys.executable, "-m", "mathlib_index", "serve", str(index)]
        self.process = subprocess.Popen(
            [*command, *(arguments or ("--port", "0"))],
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
        )
        assert self.process.stdout is not None
        self.announcement = self.process.stdout.readline().strip()  # waits until it serves
        found = re.search(r"http://\S+:(\d+)$", self.announcement)
        if found is None:
            self.process.wait(30)
            raise AssertionError(f"the server did not start: {self.errors()}")
        self.url, self.port = found[0], found[1]
        self.client = httpx.Client(base_url=self.url, timeout=60)

    def errors(self) -> str:
        """What it has written to standard error."""
        self._errors.seek(0)
        return self._errors.read()

    def metric(self, name: str) -> float:
        """One value of /metrics; 0 where it is not listed yet."""
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.client.get("/metrics").text, re.M)
        return float(found[1]) if found else 0.0

    def ask_to_stop(self) -> None:
        """SIGTERM."""
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()
        self.kill()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._errors.close()
