"""Those that verify.py compares: each starts the same REPL executable in a way of its own.

A contestant runs in processes of its own, with the interpreter that has its packages, and takes
rounds of checks. Nothing of LeanInteract or Kimina Lean Server is changed. Both start `lake env
REPL`; a script called `lake` that runs what comes after `env` stands in for Lake, and one called
`repl` starts the embedded Lean.
"""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from verify_drive import HEADER, TIMEOUT, closed_loop, passed
from verify_processes import signal_tree

from lean_agent.lean.toolchain import Toolchain

HERE = Path(__file__).parent
SECONDS_TO_START = 60.0


@dataclass(frozen=True)
class Check:
    """A Lean text to check, the statement that it should prove, and whether it does."""

    text: str
    statement: str
    right: bool


@dataclass(frozen=True)
class Round:
    """What one round of checks took: wall-clock seconds in all, seconds of each, and the answers.

    `seconds` of a batch say when each answer was there, so only `wall` says something.
    """

    wall: float
    seconds: list[float]
    accepted: list[bool]


class Contestant(ABC):
    """Something that checks Lean texts with `workers` REPL processes."""

    def __init__(self, name: str, workers: int) -> None:
        self.name = name
        self.workers = workers
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """The process at the root of all that the contestant runs."""
        assert self._process is not None
        return self._process.pid

    @abstractmethod
    def start(self) -> None:
        """Start it, and wait until it takes checks. Raises RuntimeError when it does not."""

    @abstractmethod
    def run(self, checks: Sequence[Check], **how: object) -> Round:
        """Check all of these."""

    def close(self) -> None:
        """End all its processes; they may be stopped."""
        if self._process is None:
            return
        signal_tree(self.pid, signal.SIGKILL)
        self._process.wait()


class Driver(Contestant):
    """A library, driven by a script that speaks the lines of verify_drive.py."""

    def __init__(self, name: str, workers: int, command: Sequence[str]) -> None:
        super().__init__(name, workers)
        self._command = command

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._read()

    def run(self, checks: Sequence[Check], **how: object) -> Round:
        assert self._process is not None and self._process.stdin is not None
        asked = {"checks": [vars(check) for check in checks], **how}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return Round(**self._read())

    def _read(self) -> dict[str, Any]:
        assert self._process is not None and self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"`{shlex.join(self._command)}` ended")
        read: dict[str, Any] = json.loads(line)
        return read


class Server(Contestant):
    """An HTTP server with the routes of Kimina Lean Server.

    Single checks go to /verify, the faster route of Kimina's: its /api/check looks every 0.1 s
    whether the answer is there. A round that is asked for together is one request to /api/check.
    """

    def __init__(
        self,
        name: str,
        workers: int,
        command: Sequence[str],
        port: int,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(name, workers)
        self._command = command
        self._url = f"http://127.0.0.1:{port}"
        self._cwd = cwd
        self._env = env or {}

    def start(self) -> None:
        with tempfile.TemporaryFile("w+") as said:  # a pipe that nobody reads would fill up
            self._process = subprocess.Popen(
                self._command,
                cwd=self._cwd,
                env={**os.environ, **self._env},
                stdout=subprocess.DEVNULL,
                stderr=said,
                text=True,
                start_new_session=True,
            )
            deadline = time.monotonic() + SECONDS_TO_START
            while True:
                try:
                    httpx.get(f"{self._url}/health").raise_for_status()
                    return
                except httpx.HTTPError as error:
                    if self._process.poll() is not None or time.monotonic() > deadline:
                        said.seek(0)
                        last = said.read().strip().splitlines()[-1:]
                        raise RuntimeError(f"it did not start: {[*last, error][0]}") from error
                    time.sleep(0.1)

    def run(self, checks: Sequence[Check], **how: object) -> Round:
        return asyncio.run(self._run(checks, bool(how.get("together"))))

    async def _run(self, checks: Sequence[Check], together: bool) -> Round:
        async with httpx.AsyncClient(base_url=self._url, timeout=300) as http:
            if together:
                return await self._batch(http, checks)

            async def run(check: dict[str, Any]) -> bool:
                code = {"custom_id": "1", "proof": check["text"]}
                asked = {"codes": [code], "timeout": TIMEOUT}
                answer = await http.post("/verify", json=asked)
                answer.raise_for_status()
                return passed(answer.json()["results"][0].get("response") or {})

            asked = {"checks": [{"text": _whole(check)} for check in checks]}
            return Round(**await closed_loop(asked, self.workers, run))

    async def _batch(self, http: httpx.AsyncClient, checks: Sequence[Check]) -> Round:
        snippets = [{"id": str(i), "code": _whole(check)} for i, check in enumerate(checks)]
        started = time.perf_counter()
        answer = await http.post("/api/check", json={"snippets": snippets, "timeout": TIMEOUT})
        answer.raise_for_status()
        wall = time.perf_counter() - started
        results = {result["id"]: result for result in answer.json()["results"]}
        accepted = [passed(results[s["id"]].get("response") or {}) for s in snippets]
        return Round(wall, [wall] * len(checks), accepted)


def _whole(check: Check) -> str:
    """A text as it is sent over HTTP; the server takes its header off again."""
    return f"{HEADER}\n{check.text}"


def ours(kind: str, name: str, workers: int) -> Driver:
    """The bare REPL, our pool or our verifier."""
    return Driver(
        name, workers, (sys.executable, str(HERE / "verify_drive.py"), kind, str(workers))
    )


def our_server(workers: int) -> Server:
    port = free_port()
    command = (
        *(sys.executable, "-m", "lean_agent.cli", "serve-lean"),
        *("--port", str(port), "--workers", str(workers), "--lean", "embedded"),
    )
    return Server("our server", workers, command, port)


def lean_interact(python: str, stand_in: Path, workers: int) -> Driver:
    script = str(HERE / "verify_drive_lean_interact.py")
    command = (python, script, str(workers), str(stand_in))
    return Driver("LeanInteract, LeanServerPool", workers, command)


def kimina(folder: Path, python: str, stand_in: Path, workers: int) -> Server:
    """Kimina Lean Server as its own settings allow, without the log it writes of every check."""
    port = free_port()
    env = {
        "PATH": f"{stand_in}{os.pathsep}{os.environ['PATH']}",
        # Its own client goes with it; the released one needs Python 3.12.
        "PYTHONPATH": f"{stand_in / 'modules'}{os.pathsep}{folder / 'client'}",
        "LEAN_SERVER_HOST": "127.0.0.1",
        "LEAN_SERVER_PORT": str(port),
        "LEAN_SERVER_REPL_PATH": str(stand_in / ".lake/build/bin/repl"),
        "LEAN_SERVER_PROJECT_DIR": str(stand_in),
        "LEAN_SERVER_MAX_REPLS": str(workers),
        "LEAN_SERVER_MAX_REPL_MEM": "16G",
        "LEAN_SERVER_MAX_WAIT": "600",
        "LEAN_SERVER_ENVIRONMENT": "prod",
        "LEAN_SERVER_LOG_LEVEL": "ERROR",
        "NO_GCE_CHECK": "true",  # else it looks for Google's cloud to log to
    }
    return Server("Kimina Lean Server", workers, (python, "-m", "server"), port, folder, env)


def write_stand_in(folder: Path, toolchain: Toolchain, lean_version: str) -> None:
    """What both peers take for a Lake project with a built REPL: the embedded Lean.

    A module `prisma` stands in for the generated client of a database that is not used: without
    one Kimina's imports fail.
    """
    environment = [
        f"{name}={shlex.quote(toolchain.env[name])}" for name in ("LEAN_PATH", "PYTHONPATH")
    ]
    repl = folder / ".lake" / "build" / "bin" / "repl"
    repl.parent.mkdir(parents=True)
    repl.write_text(f"#!/bin/sh\nexec env {' '.join(environment)} {shlex.join(toolchain.argv)}\n")
    lake = folder / "lake"
    lake.write_text('#!/bin/sh\nshift\nexec "$@"\n')
    for script in (repl, lake):
        script.chmod(0o755)
    (folder / "lean-toolchain").write_text(f"leanprover/lean4:v{lean_version}\n")
    modules = folder / "modules"
    modules.mkdir()
    (modules / "prisma.py").write_text("class Prisma:\n    pass\n")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
