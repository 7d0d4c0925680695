"""A Ray cluster of separate processes on this machine, some of which a test may kill."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from lean_agent.lean.process_tree import tree

RAY = str(Path(sys.executable).parent / "ray")
READY_SECONDS = 60.0


class RayNode:
    """`ray start --block`, with all that belongs to the node below it."""

    def __init__(self, log: Path, *arguments: str) -> None:
        self._log = log
        with log.open("wb") as file:
            self._process = subprocess.Popen(
                [RAY, "start", "--block", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=os.environ
                | {
                    "RAY_USAGE_STATS_ENABLED": "0",
                    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
                    "RAY_TMPDIR": str(log.parent),
                },
            )

    def wait(self) -> None:
        """Until it has joined the cluster."""
        deadline = time.monotonic() + READY_SECONDS
        while b"Ray runtime started" not in self._log.read_bytes():
            assert self._process.poll() is None and time.monotonic() < deadline, (
                self._log.read_text()
            )
            time.sleep(0.05)

    def processes(self) -> list[int]:
        """The node's processes: the raylet, its workers, and what those have started."""
        return tree(self._process.pid)

    def kill(self) -> None:
        """What a power cut leaves of a node: nothing that could say good-bye."""
        for _ in range(3):  # a process that was being started when it was looked for
            for pid in self.processes():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End it as `ray stop` does; whatever is left is killed."""
        ours = self.processes()
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        for pid in ours:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()


class RayCluster:
    """A head and, once they are added, other nodes, all on this machine."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self._folder = folder
        self.nodes: list[RayNode] = []

    def add(self, cpus: int = 1) -> RayNode:
        """One more node; the first is the head. It is there when `wait` of it returns."""
        port = self.address.rpartition(":")[2]
        files = f"--temp-dir={self._folder}/t"
        head = ("--head", f"--port={port}", files, "--include-dashboard=false")
        place = (f"--address={self.address}",) if self.nodes else head
        node = RayNode(
            self._folder / f"{len(self.nodes)}.log",
            *place,
            f"--num-cpus={cpus}",
            f"--object-store-memory={80 << 20}",
            "--disable-usage-stats",
        )
        self.nodes.append(node)
        return node

    def status(self) -> str:
        """What `ray status` says: also what an autoscaler would see as demand."""
        said = subprocess.run(
            [RAY, "status", f"--address={self.address}"], capture_output=True, text=True
        )
        return said.stdout

    def stop(self) -> None:
        """End every node."""
        for node in reversed(self.nodes):
            node.stop()


@contextmanager
def ray_cluster(*cpus: int) -> Iterator[RayCluster]:
    """A cluster whose nodes have so many CPUs, gone at the end, with its files."""
    pytest.importorskip("ray", reason="needs Ray: pip install 'lean-agent[cluster]'")
    # In /tmp, for the names of Unix sockets must be short.
    folder = Path(tempfile.mkdtemp(prefix="lar", dir="/tmp"))
    cluster = RayCluster(folder)
    try:
        for number, some in enumerate(cpus):
            node = cluster.add(some)
            if number == 0:
                node.wait()  # the others look for it
        for node in cluster.nodes:
            node.wait()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
