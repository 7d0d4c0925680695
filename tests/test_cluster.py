"""A run over a Ray cluster: the same episodes as on one machine, whatever happens to its nodes."""

from __future__ import annotations

import asyncio
import io
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from command import ModelServer, command, write_problems
from ray_cluster import RayCluster, RayNode, ray_cluster
from rich.console import Console

from lean_agent.benchmark_run import RunRequest, run_benchmark
from lean_agent.cluster import ClusterExecutor
from lean_agent.cluster_nodes import Node, check_cluster, out_of_reach
from lean_agent.cluster_worker import Orders
from lean_agent.errors import UserError
from lean_agent.runner import FAILURES_FILE, RunSummary
from lean_agent.settings import Settings
from lean_agent.trace.clockless import without_clock
from lean_agent.trace.store import RunFolder
from lean_agent.trace.trace import Trace
from lean_agent.variants import run_variants
from lean_agent.workbench import open_workbench

pytestmark = pytest.mark.usefixtures("embedded_lean")

NAMED = re.compile(r"theorem (p\d+)")


@pytest.fixture(scope="module")
def one_node() -> Iterator[RayCluster]:
    """A cluster of one node with two CPUs."""
    with ray_cluster(2) as cluster:
        yield cluster


def statement(name: str) -> str:
    return f"theorem {name} (a b : Prop) (h : a ∧ b) : b ∧ a"


def problems(folder: Path, number: int) -> Path:
    """So many theorems, all alike, in a file."""
    names = [f"p{n}" for n in range(number)]
    return write_problems(
        folder / "problems.jsonl", *({"id": name, "statement": statement(name)} for name in names)
    )


class Prover(ModelServer):
    """A model server that proves at once what `problems` has, and knows what it was asked.

    `meanwhile` is called with the problem's name before each answer.
    """

    def __init__(self, meanwhile: Callable[[str], None] = lambda _: None) -> None:
        self.begun: Counter[str] = Counter()
        new = uuid4()  # else Lean would not be asked, for the verdict is known

        def prove(task: str) -> str:
            named = NAMED.search(task)
            assert named is not None
            self.begun[named[1]] += 1
            meanwhile(named[1])
            return f"{statement(named[1])} := ⟨h.2, h.1⟩ -- {new}"

        super().__init__(prove)


def asked(
    benchmark: object, out: Path, cluster: RayCluster | None, model: str, **changes: Any
) -> RunRequest:
    return RunRequest(
        str(benchmark),
        Settings(model=model),
        out=out,
        lean="embedded",
        cluster=cluster.address if cluster else None,
        **{"samples": 1, "concurrency": 2, **changes},
    )


async def run(request: RunRequest, said: io.StringIO | None = None) -> RunSummary:
    return await run_benchmark(request, Console(file=said or io.StringIO(), width=200))


@asynccontextmanager
async def running(
    request: RunRequest, said: io.StringIO
) -> AsyncIterator[asyncio.Task[RunSummary]]:
    """The run in the background; a test that fails does not leave it there."""
    task = asyncio.create_task(run(request, said))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


def traces(path: Path) -> dict[str, Trace]:
    """By episode; none is there twice."""
    found = list(RunFolder.open(path).traces())
    by_id = {trace.episode_id: trace for trace in found}
    assert len(by_id) == len(found)
    return by_id


async def test_the_traces_are_those_of_the_local_run(tmp_path: Path, one_node: RayCluster) -> None:
    three = write_problems(
        tmp_path / "three.jsonl",
        {"id": "swap", "statement": statement("swap")},
        {"id": "zero", "statement": "theorem zero (n : Nat) : n + 0 = n"},
        {"id": "false", "statement": "theorem never (p q : Prop) : p → q"},
    )
    here = await run(asked(three, tmp_path / "here", None, "portfolio", samples=2))
    there = await run(asked(three, tmp_path / "there", one_node, "portfolio", samples=2))
    assert there == here
    assert (here.done, here.proved) == (6, 4)
    local, clustered = traces(tmp_path / "here"), traces(tmp_path / "there")
    assert local.keys() == clustered.keys()
    for name, trace in local.items():
        assert without_clock(clustered[name]) == without_clock(trace)
    assert RunFolder.open(tmp_path / "there").settings == RunFolder.open(tmp_path / "here").settings


async def test_a_node_with_another_lean_takes_no_part(one_node: RayCluster, tmp_path: Path) -> None:
    request = asked(problems(tmp_path, 1), tmp_path / "run", None, "portfolio")
    await run(request)
    settings = RunFolder.open(request.out).settings
    async with open_workbench("embedded", None, 1) as bench:
        orders = Orders(
            asked=request.settings,
            run=settings,
            versions=bench.versions | {"lean": "4.0.0"},
            lean="embedded",
            index=None,
            folder=str(tmp_path),
            environment={},
        )
        here = bench.toolchain.version
    problem = next(iter(traces(request.out).values())).problem
    said = io.StringIO()
    executor = ClusterExecutor(one_node.address, orders, 1, Console(file=said, width=200))
    with pytest.raises(UserError, match="no node of the cluster can take part") as refusal:
        await executor.play_all([(problem, 0)], lambda *_: None)
    why = f"its lean is {here}, and the run's is 4.0.0"
    assert why in str(refusal.value)
    line = rf"The node \S+ \(\w{{8}}\) takes no part: {re.escape(why)}\n"
    assert re.fullmatch(line, said.getvalue())


@pytest.mark.parametrize(
    ("address", "model", "says"),
    [
        ("ray://127.0.0.1:10001", "portfolio", "is no address of a Ray cluster"),
        ("somewhere", "portfolio", "write HOST:PORT, such as 10.0.0.1:6379, or auto"),
        ("127.0.0.1:1", "portfolio", r"no Ray cluster at 127.0.0.1:1 \(Connection refused\)"),
        ("auto", "vllm:Qwen/Qwen3-8B", "`vllm serve Qwen/Qwen3-8B`"),
        ("auto", "transformers:/models/m", "openai:/models/m@http://HOST:PORT/v1"),
    ],
)
async def test_what_cannot_be_used_is_said_before_anything_is_opened(
    tmp_path: Path, address: str, model: str, says: str
) -> None:
    pytest.importorskip("ray", reason="needs Ray: pip install 'lean-agent[cluster]'")
    request = RunRequest("missing.jsonl", Settings(model=model), 1, tmp_path, cluster=address)
    with pytest.raises(UserError, match=says):
        await run(request)
    with pytest.raises(UserError, match=says):
        await run_variants(request, "all", Console())


def test_addresses_that_mean_another_machine_on_each_node_are_found() -> None:
    nodes = [Node(address, address, address, 1) for address in ("10.0.0.1", "10.0.0.2")]
    urls = ["http://127.0.0.1:8000/v1", None, "http://localhost:1", "http://10.0.0.1:8000/v1"]
    assert out_of_reach(nodes, "10.0.0.1", urls) == [urls[0], urls[2]]
    assert out_of_reach(nodes[:1], "10.0.0.1", urls) == []


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UserError, match=r"pip install 'lean-agent\[cluster\]'"):
        check_cluster("auto", "portfolio")


@pytest.mark.slow
async def test_a_killed_node_loses_no_episode_and_doubles_none(tmp_path: Path) -> None:
    """Two nodes, two episodes at a time on each; one gets kill -9 with all its processes."""
    number, concurrency = 24, 2
    out, said = tmp_path / "run", io.StringIO()
    with (
        ray_cluster(1, 1) as cluster,
        Prover(lambda _: time.sleep(0.5)) as prover,
    ):
        request = asked(
            problems(tmp_path, number), out, cluster, prover.spec, concurrency=concurrency
        )
        async with running(request, said) as going:
            await both_nodes_work(cluster, going)
            await enough_are_done(out, 6, going)
            cluster.nodes[1].kill()
            begun = prover.begun.total()
            assert begun < number, "the run was over before the node was killed"
            summary = await going
        assert (summary.done, summary.proved, summary.failures) == (number, number, ())
        assert traces(out).keys() == {f"p{n}#0" for n in range(number)}
        again = {name: times for name, times in prover.begun.items() if times > 1}
        assert prover.begun.total() - number <= concurrency, again
        assert "playing, and that are played again: 2\n" in said.getvalue()


@pytest.mark.slow
async def test_nodes_that_join_later_get_work(tmp_path: Path) -> None:
    """As where an autoscaler starts them: the head plays nothing, and the rest comes when asked."""
    out, said = tmp_path / "run", io.StringIO()
    with ray_cluster(0) as cluster, Prover(lambda _: time.sleep(0.5)) as prover:
        request = asked(problems(tmp_path, 16), out, cluster, prover.spec)
        async with running(request, said) as going:
            await until(lambda: "waiting for one to join" in said.getvalue(), going)
            await until(lambda: "pending placement groups" in cluster.status(), going)
            cluster.add().wait()
            await enough_are_done(out, 2, going)
            cluster.add().wait()
            await both_nodes_work(cluster, going)
            assert (await going).done == 16
    assert set(prover.begun.values()) == {1}


@pytest.mark.slow
async def test_an_episode_that_kills_three_workers_has_failed(
    tmp_path: Path, one_node: RayCluster
) -> None:
    node = one_node.nodes[0]

    def meanwhile(name: str) -> None:
        if name == "p2":
            for pid in workers(node):
                os.kill(pid, signal.SIGKILL)

    out = tmp_path / "run"
    with Prover(meanwhile) as prover:
        request = asked(problems(tmp_path, 5), out, one_node, prover.spec, concurrency=1)
        summary = await run(request)
    assert (summary.done, [one.episode_id for one in summary.failures]) == (4, ["p2#0"])
    assert summary.failures[0].why.startswith("3 workers were lost while they played it")
    assert prover.begun["p2"] == 3
    assert (out / FAILURES_FILE).read_text().startswith("p2#0\n")
    with Prover() as prover:  # the same run, gone on with on this machine
        assert (await run(asked(request.benchmark, out, None, prover.spec))).done == 5
    assert prover.begun == {"p2": 1}


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_run_frees_the_nodes_and_can_be_gone_on_with(
    tmp_path: Path, one_node: RayCluster, stop: signal.Signals
) -> None:
    out = tmp_path / "run"
    file = problems(tmp_path, 30)
    with Prover(lambda _: time.sleep(0.3)) as prover:
        where = ("--out", out, "--lean", "embedded", "--cluster", one_node.address)
        arguments = ("--samples", 1, "--model", prover.spec, "--concurrency", 2, *where)
        with subprocess.Popen(
            command("run", file, *arguments), stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                while done(out) < 3:
                    assert process.poll() is None, process.communicate()
                    time.sleep(0.1)
                busy = [pid for pid in one_node.nodes[0].processes() if works(pid)]
                process.send_signal(stop)
                _, said = process.communicate()
            finally:
                process.kill()
        assert len(busy) >= 2, "a worker, and the Lean processes that it has"
        kept = len(traces(out))
        if stop is signal.SIGINT:
            assert process.returncode == 130, said
            assert f"Stopped. {kept} of 30 episodes are kept" in said
            assert "Traceback" not in said
        deadline = time.monotonic() + 20
        while any(map(works, busy)):
            assert time.monotonic() < deadline, "the node still works for a run that is over"
            time.sleep(0.1)
        again = asked(file, out, one_node, prover.spec, concurrency=8)
        assert asyncio.run(run(again)).done == 30
    assert len(traces(out)) == 30


@pytest.mark.slow
def test_a_lost_head_is_told_before_ray_ends_the_run(tmp_path: Path) -> None:
    """Ray does so after a minute without the head; this test does not wait for it."""
    out, file = tmp_path / "run", problems(tmp_path, 40)
    with Prover(lambda _: time.sleep(0.3)) as prover:
        with ray_cluster(1) as cluster:
            where = ("--out", out, "--lean", "embedded", "--cluster", cluster.address)
            arguments = ("--samples", 1, "--model", prover.spec, "--concurrency", 2, *where)
            with subprocess.Popen(
                command("run", file, *arguments), stderr=subprocess.PIPE, text=True
            ) as process:
                try:
                    while done(out) < 3:
                        assert process.poll() is None, process.communicate()
                        time.sleep(0.1)
                    head = cluster.nodes[0]
                    [gcs] = [p for p in head.processes() if b"/gcs_server" in command_line(p)]
                    os.kill(gcs, signal.SIGKILL)
                    assert process.stderr is not None
                    said = next((line for line in process.stderr if "The head" in line), "")
                finally:
                    process.kill()
        assert "does not answer" in said and "the same command goes on" in said
        kept = len(traces(out))
        assert 3 <= kept < 40
        again = asked(file, out, None, prover.spec, concurrency=8)
        assert asyncio.run(run(again)).done == 40


def workers(node: RayNode) -> list[int]:
    """The processes on the node that play episodes."""
    return [pid for pid in node.processes() if b"ClusterWorker" in command_line(pid)]


def works(pid: int) -> bool:
    """Whether it is a worker or one of its Lean processes."""
    return any(name in command_line(pid) for name in (b"ClusterWorker", b"confined.py"))


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


async def both_nodes_work(cluster: RayCluster, going: asyncio.Task[RunSummary]) -> None:
    await until(lambda: all(workers(node) for node in cluster.nodes[-2:]), going)


async def enough_are_done(out: Path, number: int, going: asyncio.Task[RunSummary]) -> None:
    await until(lambda: done(out) >= number, going)


def done(out: Path) -> int:
    return len(RunFolder.open(out).done()) if (out / "run.json").exists() else 0


async def until(what: Callable[[], object], going: asyncio.Task[RunSummary]) -> None:
    """Wait until it is so; the run must still be going on then."""
    while not what():
        assert not going.done(), going
        await asyncio.sleep(0.05)
