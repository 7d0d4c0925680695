"""`mathlib-index serve` as a process that a test starts, kills and starts again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]


class SearchServer:
    """A real server of the index in `folder`, on a port that stays the same when restarted.

    `folder` may be changed between a kill and the next start. With a `token` it asks for that.
    Killed at the end whatever happens.
    """

    def __init__(self, folder: Path, *options: str, token: str = "") -> None:
        self.folder = folder
        self._token = token
        self._options = [*options, *(("--token-env", "SERVED_TOKEN") if token else ())]
        self.port = "0"
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115

    def command(self) -> list[str]:
        """The command line, without port and options."""
        return [sys.executable, "-m", "mathlib_index", "serve", str(self.folder)]

    def start(self) -> None:
        """Return when it answers."""
        self.process = subprocess.Popen(
            [*self.command(), "--port", self.port, *self._options],
            env=os.environ | {"SERVED_TOKEN": self._token},
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
        )
        assert self.process.stdout is not None
        with self.process.stdout as said:
            self.announcement = said.readline().strip()
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
        self.client.close()
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> SearchServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._errors.close()
