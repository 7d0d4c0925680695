"""A REPL process that does as it is told, for tests of what drives it.

{"cmd": "import A"}    → {"env": 0, …}, and so is any other text
{"cmd": "history"}     the message is what was run in this process, as JSON
{"cmd": "hang"}        no answer
{"cmd": "exit 3"}      ends with status 3
{"cmd": "half"}        half an answer, then ends
{"cmd": "nonsense"}    an answer that is not the protocol's
{"cmd": "hold 100"}    holds 100 MiB from now on
{"cmd": "children 3 100"}  starts 3 processes that hold 100 MiB each, and hangs
"""

from __future__ import annotations

import dataclasses
import json
import sys

from lean_agent.lean.protocol import Command
from lean_agent.lean.repl import LeanRepl
from lean_agent.lean.toolchain import Toolchain

SCRIPT = """
import json, os, sys, time
history, held = [], []
for line in sys.stdin.buffer:
    if not line.strip():
        continue
    cmd = json.loads(line)["cmd"].strip()
    word, *numbers = cmd.split()
    answer = {"env": len(history)}
    if word == "history":
        place = {"line": 1, "column": 0}
        said = {"severity": "info", "pos": place, "endPos": None, "data": json.dumps(history)}
        answer["messages"] = [said]
    elif word == "exit":
        sys.exit(int(numbers[0]))
    elif word == "half":
        os.write(1, b'{"env": 0, "mess')
        sys.exit(0)
    elif word == "nonsense":
        os.write(1, b"Segmentation fault\\n\\n")
        continue
    elif word == "hold":
        held.append(b"x" * (int(numbers[0]) << 20))
    elif word == "children":
        for _ in range(int(numbers[0])):
            if os.fork() == 0:
                held.append(b"x" * (int(numbers[1]) << 20))
                time.sleep(600)
    if word in ("hang", "children"):
        time.sleep(600)
    history.append(cmd)
    os.write(1, json.dumps(answer).encode() + b"\\n\\n")
"""

JUDGE = r"""
import json, os, re, sys
judged = 0
for line in sys.stdin:
    if not line.strip():
        continue
    cmd = json.loads(line)["cmd"]
    goal = re.search(r"#print axioms (\S*_pinned_\S+)", cmd)
    place = {"line": 1, "column": 0}
    said = {"severity": "error", "pos": place, "endPos": None, "data": f"{judged} judged"}
    if goal:
        said |= {"severity": "info", "data": f"'{goal[1]}' depends on axioms: [sorryAx]"}
    answer = {"env": 0, "messages": [said]}
    if "section _candidate_" in cmd:
        judged += 1
        JUDGING
    os.write(1, json.dumps(answer).encode() + b"\n\n")
"""


def stand_in(toolchain: Toolchain, script: str = SCRIPT) -> Toolchain:
    """`toolchain` with a Python script in the place of its Lean."""
    return dataclasses.replace(toolchain, argv=(sys.executable, "-I", "-S", "-c", script))


def stand_in_judge(toolchain: Toolchain, judging: str) -> Toolchain:
    """Takes every problem, and does `judging`, a line of Python, with each submission.

    Whatever else it is asked, it says how many it has judged: `3 judged`.
    """
    return stand_in(toolchain, JUDGE.replace("JUDGING", judging))


async def run(repl: LeanRepl, cmd: str, seconds: float = 30.0) -> str:
    """What the process says to a command."""
    answer = await repl.run(Command(cmd=cmd), seconds)
    return "".join(message.data for message in answer.messages)


async def history(repl: LeanRepl) -> list[str]:
    """What was run in this process so far."""
    ran: list[str] = json.loads(await run(repl, "history"))
    return [cmd for cmd in ran if cmd != "history"]
