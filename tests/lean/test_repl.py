"""LeanRepl: one Lean process, its answers, and its end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from process_table import alive, group_members, wait_until

from lean_agent.lean.process_tree import tree
from lean_agent.lean.protocol import Answer, Command
from lean_agent.lean.repl import LeanRepl, ReplCrash, ReplKilled, ReplRefused, ReplTimeout
from lean_agent.lean.toolchain import Toolchain

ENDLESS = Command(cmd="theorem t : False := by repeat skip")
HERE = Path(__file__).parent
ECHO = Toolchain(
    kind="project",
    argv=(sys.executable, "-S", str(HERE / "echo_repl.py")),
    version="stand-in",
    readable=(HERE,),
)


async def start_endless(repl: LeanRepl) -> tuple[asyncio.Task[Answer], int]:
    """A check that will not end, and the Lean process that works on it for the REPL."""
    await repl.run(Command(cmd="#check True"), timeout=60)
    assert repl.pid is not None
    pid, at_rest = repl.pid, tree(repl.pid)
    check = asyncio.create_task(repl.run(ENDLESS, timeout=600))
    await asyncio.to_thread(wait_until, lambda: tree(pid) > at_rest)
    return check, tree(pid)[-1]


async def test_a_command_is_answered_in_the_protocols_types(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        answer = await repl.run(Command(cmd="theorem t : True := sorry\n#check ℵ"), timeout=60)
        assert answer.sorries[0].goal == "⊢ True"
        (error,) = answer.errors
        assert (error.pos.line, error.pos.column) == (2, 7)
        chained = await repl.run(Command(cmd="#check t", env=answer.env), timeout=60)
        assert chained.messages[0].data == "t : True"


async def test_commands_and_answers_of_megabytes_pass(toolchain: Toolchain) -> None:
    text = f'-- {"x" * 5_000_000}\n#check "{"y" * 300_000}"'
    async with LeanRepl(toolchain) as repl:
        answer = await repl.run(Command(cmd=text), timeout=60)
        assert len(answer.messages[0].data) > 300_000


@pytest.mark.parametrize("text", ["\0", "\u2028", "\r\n", "\x7f", "\ud800", "\ufeff", "𝔸"])
async def test_odd_characters_reach_lean_and_come_back(text: str, toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        answer = await repl.run(Command(cmd=f"/- {text} -/ #check True"), timeout=60)
        assert [message.data for message in answer.messages] == ["True : Prop"]
        assert answer.messages[0].pos.line == 1 + text.count("\n")


def test_any_text_comes_back_as_it_was_sent() -> None:
    def replaced(text: str) -> str:
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)

    with asyncio.Runner() as runner:
        repl = LeanRepl(ECHO)
        runner.run(repl.__aenter__())

        @given(st.text(st.characters(exclude_categories=())))
        def check(text: str) -> None:
            answer = runner.run(repl.run(Command(cmd=text), timeout=60))
            assert [message.data for message in answer.messages] == [replaced(text)]

        check()
        assert repl.alive
        runner.run(repl.close())


async def test_a_refusal_leaves_the_process_usable(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        with pytest.raises(ReplRefused, match="Unknown environment"):
            await repl.run(Command(cmd="", env=7), timeout=60)
        assert (await repl.run(Command(cmd="#check True"), timeout=60)).env == 0


async def test_an_environment_is_made_once_a_process(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        first = await repl.environment("theorem lemma1 : True := .intro", None, timeout=60)
        again = await repl.environment("theorem lemma1 : True := .intro", None, timeout=60)
        assert first.env == again.env
        assert repl.knows("theorem lemma1 : True := .intro")
        assert (await repl.run(Command(cmd="#check lemma1", env=again.env), timeout=60)).env == 1


async def test_it_runs_one_command_at_a_time(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        first = asyncio.create_task(repl.run(Command(cmd="#check True"), timeout=60))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="one command at a time"):
            await repl.run(Command(cmd="#check False"), timeout=60)
        assert (await first).messages[0].data == "True : Prop"


async def test_a_timeout_kills_the_whole_process_group(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        group = repl.pid
        assert group is not None
        with pytest.raises(ReplTimeout):
            await repl.run(ENDLESS, timeout=1.0)
        assert not repl.alive
        wait_until(lambda: group_members(group) == [])
        with pytest.raises(ReplCrash, match="not running"):
            await repl.run(Command(cmd=""), timeout=1.0)


async def test_a_timeout_tells_the_work_of_lean_which_is_a_child(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        with pytest.raises(ReplTimeout) as timeout:
            await repl.run(ENDLESS, timeout=2.0)
    assert timeout.value.cpu_seconds > 0


async def test_cancelling_a_check_kills_the_whole_process_group(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        group = repl.pid
        assert group is not None
        check, lean = await start_endless(repl)
        check.cancel()
        with pytest.raises(asyncio.CancelledError):
            await check
        wait_until(lambda: group_members(group) == [] and not alive(lean))


async def test_closing_ends_the_check_that_runs(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        check, lean = await start_endless(repl)
        await repl.close()
        with pytest.raises(ReplCrash, match="stopped in the middle"):
            await check
        wait_until(lambda: not alive(lean))


async def test_a_process_killed_from_outside_is_known_as_such(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        check, lean = await start_endless(repl)
        assert repl.pid is not None
        os.kill(repl.pid, signal.SIGKILL)
        with pytest.raises(ReplKilled, match="-9"):
            await check
        wait_until(lambda: not alive(lean))


async def test_a_process_killed_between_commands_is_noticed(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        await repl.run(Command(cmd="#check True"), timeout=60)
        assert repl.alive and repl.pid is not None
        os.kill(repl.pid, signal.SIGKILL)
        await asyncio.to_thread(wait_until, lambda: not repl.alive)
        with pytest.raises(ReplKilled):
            await repl.run(Command(cmd="#check True"), timeout=60)


async def test_a_killed_lean_child_is_a_refusal_and_the_process_survives(
    toolchain: Toolchain,
) -> None:
    async with LeanRepl(toolchain) as repl:
        check, lean = await start_endless(repl)
        os.kill(lean, signal.SIGKILL)
        with pytest.raises(ReplRefused, match=r"Lean crashed \(SIGKILL\)"):
            await check
        assert (await repl.run(Command(cmd="#check True"), timeout=60)).env == 1


async def test_cancelling_while_a_process_starts_leaves_none(toolchain: Toolchain) -> None:
    for steps in range(6):
        repl = LeanRepl(toolchain)
        starting = asyncio.create_task(repl.__aenter__())
        for _ in range(steps):
            await asyncio.sleep(0)
        group = repl.pid
        starting.cancel()
        await asyncio.wait([starting])
        await repl.close()
        if group is not None:
            wait_until(lambda group=group: group_members(group) == [])


async def test_an_executable_that_is_not_there_is_a_crash() -> None:
    nowhere = Toolchain(kind="project", argv=("/no/such/repl",), version="none")
    with pytest.raises(ReplCrash, match="/no/such/repl"):
        async with LeanRepl(nowhere):
            pass


DRIVER = """
import asyncio, os, sys
from lean_agent.lean.process_tree import tree
from lean_agent.lean.protocol import Command
from lean_agent.lean.repl import LeanRepl
from lean_agent.lean.toolchain import find_toolchain

async def main():
    async with LeanRepl(find_toolchain("embedded", progress=False)) as repl:
        await repl.run(Command(cmd="#check True"), timeout=60)
        print(repl.pid, len(tree(repl.pid)), flush=True)
        await repl.run(Command(cmd="theorem t : False := by repeat skip"), timeout=600)

asyncio.run(main())
"""


def test_nothing_survives_a_killed_driver(toolchain: Toolchain, tmp_path: Path) -> None:
    script = tmp_path / "driver.py"
    script.write_text(DRIVER)
    driver = subprocess.Popen(
        [sys.executable, str(script)], env=dict(toolchain.env), stdout=subprocess.PIPE, text=True
    )
    assert driver.stdout is not None
    with driver.stdout:
        group, at_rest = map(int, driver.stdout.readline().split())
    wait_until(lambda: len(tree(group)) > at_rest)
    members = tree(group)
    driver.kill()
    driver.wait()
    wait_until(lambda: not any(alive(member) for member in members))
