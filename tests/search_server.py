"""`mathlib-index serve` as a process that a test starts, kills and starts again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


class SearchServer:
    """A real server of the index in `folder`, on a port that stays the same when restarted.

    `folder` may be changed between a kill and the next start.
    """

    def __init__(self, folder: Path, token: str = "") -> None:
        self.folder = folder
        self.url = ""
        self._token = token
        self._port = "0"

    def start(self) -> None:
        """Return when it answers."""
        asks_token = ("--token-env", "SERVED_TOKEN") if self._token else ()
        serve = ("-m", "mathlib_index", "serve", str(self.folder), "--port", self._port)
        self._process = subprocess.Popen(
            [sys.executable, *serve, *asks_token],
            env=os.environ | {"SERVED_TOKEN": self._token},
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self._process.stdout is not None  # closed with the object; it says one line
        said = self._process.stdout.readline().split()
        assert said, "the server ended before it was ready"
        self.url = said[-1]
        self._port = self.url.rpartition(":")[2]

    def kill(self) -> None:
        """As `kill -9` does."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> SearchServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
