"""What a REPL process can do wrong, and what LeanRepl makes of it.

The processes here are really started, really fail, and are gone afterwards, and so is every
descriptor: `nothing_is_left` sees to that after each test.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from process_table import children, group_members, wait_until

from lean_agent.lean import repl as repl_module
from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.process_tree import tree
from lean_agent.lean.protocol import Command, Request, TacticStep
from lean_agent.lean.repl import (
    LeanRepl,
    ReplCrash,
    ReplError,
    ReplFlood,
    ReplKilled,
    ReplOutOfMemory,
    ReplRefused,
    ReplTimeout,
)
from lean_agent.lean.toolchain import Toolchain

COMMAND = Command(cmd="x")
ANSWER = r"""read x; read y; printf '{"env": 0}\n\n'"""
HERE = Path(__file__).parent
ME = Path("/proc/self")


@pytest_asyncio.fixture(autouse=True)
async def nothing_is_left() -> AsyncIterator[None]:
    """No process and no descriptor is left after a test that was not there before."""

    def there() -> tuple[int, set[int]]:
        return len(list((ME / "fd").iterdir())), set(children(int(ME.resolve().name)))

    before = there()
    yield
    wait_until(lambda: there() == before)


def shell(script: str) -> Toolchain:
    """A toolchain whose process is a shell script."""
    return Toolchain(kind="project", argv=("/bin/sh", "-c", script), version="stand-in")


def python(script: str, *arguments: str) -> Toolchain:
    """A toolchain whose process is a Python program."""
    argv = (sys.executable, "-ISc", script, *arguments)
    return Toolchain(kind="project", argv=argv, version="stand-in")


async def fault(
    toolchain: Toolchain,
    request: Request = COMMAND,
    seconds: float = 60.0,
    limits: ProcessLimits | None = None,
) -> ReplError:
    """The error that a process's answer ends in; its whole group is dead by then."""
    async with LeanRepl(toolchain, limits) as repl:
        group = repl.pid
        with pytest.raises(ReplError) as raised:
            await repl.run(request, seconds)  # type: ignore[call-overload]
        assert not repl.alive and group is not None
        wait_until(lambda: group_members(group) == [])
    return raised.value


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("exit 3", "ended with status 3"),
        ("echo no library >&2; exit 1", "no library"),
        ("kill -SEGV $$", "ended with status"),
        ('read x; echo \'{"env": 0, "mess\'; exit 0', "status 0 in the middle of an answer"),
        ("read x; echo '{\"env\": 0}'; exit 0", "in the middle of an answer"),
        ("read x; printf 'Segmentation fault\\n\\n'; sleep 600", "nonsense: Segmentation fault"),
        ("read x; printf '[1]\\n\\n'; sleep 600", "nonsense"),
        ('read x; printf \'{"env": 0, "messages": 5}\\n\\n\'; sleep 600', "nonsense"),
        ('read x; printf \'{"env": "0"}\\n\\n\'; sleep 600', "nonsense"),
        ("read x; printf '{\"environment\": 0}\\n\\n'; sleep 600", "nonsense"),
        ('read x; printf \'{"proofState": 0, "goals": []}\\n\\n\'; sleep 600', "nonsense"),
        ("read x; printf '{\"message\": 7}\\n\\n'; sleep 600", "nonsense"),
        ('read x; printf \'{"message": "\\\\ud800"}\\n\\n\'; sleep 600', "nonsense"),
        ('read x; printf \'{"message": "\\377\\376"}\\n\\n\'; sleep 600', "nonsense"),
        (f"{ANSWER}; sleep 600", "answered nonsense"),
    ],
)
async def test_half_answers_and_nonsense_are_crashes(script: str, complaint: str) -> None:
    wants_goals = TacticStep(proof_state=0, tactic="x")
    error = await fault(shell(script), wants_goals if script.startswith(ANSWER) else COMMAND)
    assert isinstance(error, ReplCrash) and complaint in str(error)


async def test_a_process_that_closes_its_output_is_not_waited_for_longer_than_any_other() -> None:
    # A sandbox around it can hold the output open: then it is a process that hangs.
    error = await fault(shell("exec 1>&-; sleep 600"), seconds=2.0)
    assert isinstance(error, ReplTimeout) or "stopped answering" in str(error)


async def test_an_answer_that_nests_too_deeply_to_be_read_is_a_crash() -> None:
    error = await fault(python("input(); print('[' * 100000, end='\\n\\n', flush=True); input()"))
    assert isinstance(error, ReplCrash) and "nonsense: [[[[" in str(error)


async def test_a_second_answer_does_not_pass_for_that_to_the_next_command() -> None:
    error = await fault(shell(r"""read x; printf '{"env": 0}\n\n{"env": 1}\n\n'; sleep 600"""))
    assert isinstance(error, ReplCrash) and 'more than it was asked: {"env": 1}' in str(error)


async def test_a_later_one_does_not_either() -> None:
    async with LeanRepl(shell(rf"""{ANSWER}; sleep 0.2; printf '{{"env": 666}}\n\n'""")) as repl:
        assert (await repl.run(COMMAND, timeout=60)).env == 0
        await asyncio.to_thread(wait_until, lambda: not repl.alive)
        with pytest.raises(ReplCrash, match=r'without being asked: {"env": 666}'):
            await repl.run(COMMAND, timeout=60)


async def test_an_answer_before_the_whole_command_was_read_is_a_crash() -> None:
    script = "printf '{\"env\": 0}\\n\\n'; sleep 600"
    long = Command(cmd="x" * 5_000_000)
    error = await fault(shell(f"head -c 1000 >/dev/null; {script}"), long)
    assert isinstance(error, ReplCrash) and "before it had read the command" in str(error)


async def test_a_process_that_reads_nothing_is_a_timeout() -> None:
    error = await fault(shell("sleep 600"), Command(cmd="x" * 5_000_000), seconds=0.5)
    assert isinstance(error, ReplTimeout)


@pytest.mark.parametrize(
    "flood",
    ["yes", "tr '\\0' x </dev/zero", 'printf \'{"env": 0, "x": "\'; tr \'\\0\' x </dev/zero'],
)
async def test_an_endless_answer_is_stopped_at_its_limit(flood: str) -> None:
    limits = ProcessLimits(output_bytes=1 << 20)
    error = await fault(shell(f"read x; {flood}"), limits=limits)
    assert isinstance(error, ReplFlood) and "1048576 bytes" in str(error)


async def test_a_whole_answer_over_the_limit_is_a_flood_too() -> None:
    limits = ProcessLimits(output_bytes=8)
    assert isinstance(await fault(shell(f"{ANSWER}; sleep 600"), limits=limits), ReplFlood)
    async with LeanRepl(shell(f"{ANSWER}; sleep 600"), ProcessLimits(output_bytes=10)) as repl:
        assert (await repl.run(COMMAND, timeout=60)).env == 0


@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_answers_may_come_in_pieces_that_split_characters(size: int) -> None:
    argv = (sys.executable, "-S", str(HERE / "echo_repl.py"), str(size))
    echo = Toolchain(kind="project", argv=argv, version="stand-in", readable=(HERE,))
    async with LeanRepl(echo) as repl:
        for text in ("∀ ε > 0, 𝓝 ε", "", "\n\n" * 50):
            answer = await repl.run(Command(cmd=text), timeout=60)
            assert [message.data for message in answer.messages] == [text]


async def test_empty_lines_before_an_answer_are_no_answer() -> None:
    async with LeanRepl(shell(f"printf '\\n\\n\\n'; {ANSWER}; sleep 600")) as repl:
        assert (await repl.run(COMMAND, timeout=60)).env == 0


async def test_a_flood_on_standard_error_holds_nothing_up() -> None:
    flood = "head -c 50000000 /dev/zero >&2; echo and then this >&2"
    async with LeanRepl(shell(f"{flood}; {ANSWER}; {flood}; exit 3")) as repl:
        assert (await repl.run(COMMAND, timeout=60)).env == 0
        with pytest.raises(ReplCrash, match="and then this") as raised:
            await repl.run(COMMAND, timeout=60)
    assert len(str(raised.value)) < 10_000


@pytest.mark.parametrize(
    "last_words",
    [
        "INTERNAL PANIC: out of memory",
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "(kernel) excessive memory consumption detected",
    ],
)
async def test_a_process_that_dies_naming_memory_is_out_of_memory(last_words: str) -> None:
    error = await fault(shell(f'read x; echo "{last_words}" >&2; exit 1'))
    assert isinstance(error, ReplOutOfMemory) and last_words in str(error)


async def test_a_process_that_meets_its_memory_limit_is_out_of_memory() -> None:
    hungry = "ulimit -v 200000; read x; exec " + f"{sys.executable} -ISc 'b\"x\" * (1 << 30)'"
    error = await fault(shell(hungry))
    assert isinstance(error, ReplOutOfMemory) and "MemoryError" in str(error)


@pytest.mark.parametrize(("kills", "kind"), [(5, ReplOutOfMemory), (4, ReplKilled)])
async def test_whether_a_process_was_killed_for_want_of_memory_is_asked_of_the_system(
    kills: int, kind: type[ReplError], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters = tmp_path / "vmstat"
    counters.write_text("drop_slab 0\noom_kill 4\nnuma_hint 0\n")
    monkeypatch.setattr(repl_module, "_KERNEL_COUNTERS", counters)
    async with LeanRepl(shell("sleep 600")) as repl:
        check = asyncio.create_task(repl.run(COMMAND, timeout=60))
        await asyncio.sleep(0.1)
        counters.write_text(f"drop_slab 0\noom_kill {kills}\nnuma_hint 0\n")
        assert repl.pid is not None
        os.kill(repl.pid, signal.SIGKILL)
        with pytest.raises(ReplError) as raised:
            await check
    assert type(raised.value) is kind


async def test_a_process_whose_children_hold_its_output_open_has_ended_all_the_same() -> None:
    error = await fault(shell("read x; sleep 600 & printf '{\"env\": 0'; exit 3"))
    assert isinstance(error, ReplCrash) and "status 3 in the middle of an answer" in str(error)
    async with LeanRepl(shell(f"sleep 600 & {ANSWER}; exit 0")) as repl:
        assert (await repl.run(COMMAND, timeout=60)).env == 0


async def test_a_killed_process_is_known_as_such_behind_a_wrapper_too() -> None:
    assert isinstance(await fault(shell("read x; kill -9 $$")), ReplKilled)
    assert isinstance(await fault(shell("read x; sh -c 'kill -9 $$'; exit $?")), ReplKilled)


async def test_a_refusal_for_want_of_memory_leaves_the_process_usable() -> None:
    script = r"""read x; read y; printf '{"message": "Lean ran out of memory (3 GiB)"}\n\n'"""
    async with LeanRepl(shell(f"{script}; {ANSWER}; sleep 600")) as repl:
        with pytest.raises(ReplOutOfMemory, match="3 GiB"):
            await repl.run(COMMAND, timeout=60)
        assert (await repl.run(COMMAND, timeout=60)).env == 0


async def test_a_refusal_is_not_a_fault() -> None:
    script = r"""read x; read y; printf '{"message": "Unknown environment."}\n\n'"""
    async with LeanRepl(shell(f"{script}; {ANSWER}; sleep 600")) as repl:
        with pytest.raises(ReplRefused, match="Unknown environment"):
            await repl.run(COMMAND, timeout=60)
        assert (await repl.run(COMMAND, timeout=60)).env == 0


async def test_a_timeout_tells_work_from_waiting() -> None:
    def work(steps: int) -> str:
        return f"i=0; while [ $i -lt {steps} ]; do i=$((i+1)); done"

    async def used(script: str) -> float:
        """What the second command costs; the first one costs more."""
        async with LeanRepl(shell(f"{ANSWER}; {work(300_000)}; read x; {script}")) as repl:
            await repl.run(COMMAND, timeout=60)
            await asyncio.to_thread(wait_until, lambda: asleep(repl.pid or 0))
            with pytest.raises(ReplTimeout) as timeout:
                await repl.run(COMMAND, timeout=1.0)
        return timeout.value.cpu_seconds

    waiting = await used("sleep 600")
    endless, some = work(10**9), work(200_000)
    for script in (endless, f"({endless})", f"({some}); sleep 600"):
        assert await used(script) > 2 * waiting


def asleep(pid: int) -> bool:
    """Whether no process of a tree runs."""
    stats = [(Path("/proc") / str(member) / "stat").read_text() for member in tree(pid)]
    return all(stat.rpartition(")")[2].split()[0] == "S" for stat in stats)


async def test_cancelling_at_any_step_leaves_nothing() -> None:
    for steps in range(8):
        async with LeanRepl(shell(f"{ANSWER}; sleep 600 & sleep 600")) as repl:
            group = repl.pid
            check = asyncio.create_task(repl.run(COMMAND, timeout=60))
            for _ in range(steps):
                await asyncio.sleep(0.001)
            check.cancel()
            await asyncio.wait({check})
            assert check.cancelled() == (not repl.alive) or steps == 0
        assert group is not None
        wait_until(lambda group=group: group_members(group) == [])
