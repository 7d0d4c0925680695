"""The embedded Lean speaks the REPL's JSON protocol, command mode."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from process_table import alive, children, wait_until

from lean_agent.lean.toolchain import Toolchain


class Session:
    """A REPL process and the raw protocol, without our driver in between."""

    def __init__(self, toolchain: Toolchain) -> None:
        self.process = subprocess.Popen(
            toolchain.argv,
            env=dict(toolchain.env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def send(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text.encode() + b"\n\n")
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        lines = []
        while line := self.process.stdout.readline().strip():
            lines.append(line)
        answer = json.loads(b"".join(lines))
        assert isinstance(answer, dict)
        return answer

    def ask(self, cmd: str, env: int | None = None) -> dict[str, Any]:
        self.send(json.dumps({"cmd": cmd} if env is None else {"cmd": cmd, "env": env}))
        return self.receive()


@pytest.fixture(scope="module")
def repl(toolchain: Toolchain) -> Iterator[Session]:
    session = Session(toolchain)
    yield session
    session.process.kill()
    session.process.wait()


def test_a_proof_without_faults_has_no_messages(repl: Session) -> None:
    answer = repl.ask("theorem t (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩")
    assert set(answer) == {"env"}


def test_an_environment_carries_declarations_variables_and_open_scopes(repl: Session) -> None:
    first = repl.ask("namespace Foo\nvariable (p : Prop)\ntheorem t : p → p := fun h => h")
    second = repl.ask("theorem u (h : p) : p := Foo.t p h\n#check @u", first["env"])
    (message,) = second["messages"]
    assert message["severity"] == "info"
    assert message["data"] == "u : ∀ (p : Prop), p → p"
    # The first environment is as it was.
    assert "messages" in repl.ask("#check @u", first["env"])
    assert repl.ask("#check @u", first["env"])["messages"][0]["severity"] == "error"


def test_messages_of_the_environment_are_not_repeated_and_positions_are_the_commands(
    repl: Session,
) -> None:
    first = repl.ask("#check True\n\nexample : True := 0")
    assert len(first["messages"]) == 2
    second = repl.ask("\n#check False", first["env"])
    (message,) = second["messages"]
    assert message["pos"] == {"line": 2, "column": 0}
    assert message["endPos"] == {"line": 2, "column": 6}


def test_columns_count_characters_not_bytes(repl: Session) -> None:
    answer = repl.ask("example (αβ 𝓕 : Prop) (h : αβ ∧ 𝓕) : αβ := h -- ∀")
    (message,) = [m for m in answer["messages"] if m["severity"] == "error"]
    assert message["pos"] == {"line": 1, "column": 43}
    assert message["endPos"] == {"line": 1, "column": 44}
    assert "has type\n  αβ ∧ 𝓕" in message["data"]


def test_an_unfinished_command_does_not_swallow_the_next(repl: Session) -> None:
    first = repl.ask("theorem t : True :=")
    assert first["messages"][0]["severity"] == "error"
    second = repl.ask("theorem u : True := True.intro", first["env"])
    assert "messages" not in second


def test_sorries_come_with_place_and_goal(repl: Session) -> None:
    answer = repl.ask(
        "theorem t (a b : Prop) (h : a ∧ b) : b ∧ a := by\n"
        "  constructor\n"
        "  · sorry\n"
        "  · exact (sorry : a)"
    )
    assert [m["data"] for m in answer["messages"]] == ["declaration uses `sorry`"]
    assert answer["sorries"] == [
        {
            "pos": {"line": 3, "column": 4},
            "endPos": {"line": 3, "column": 9},
            "goal": "case left\na b : Prop\nh : a ∧ b\n⊢ b",
        },
        {
            "pos": {"line": 4, "column": 11},
            "endPos": {"line": 4, "column": 16},
            "goal": "a b : Prop\nh : a ∧ b\n⊢ a",
        },
    ]


def test_sorries_of_the_environment_are_not_repeated(repl: Session) -> None:
    first = repl.ask("theorem t : True ∧ True := sorry")
    assert [s["goal"] for s in first["sorries"]] == ["⊢ True ∧ True"]
    assert "sorries" not in repl.ask("theorem u : True := t.1 -- sorry", first["env"])


def test_printed_text_cannot_pose_as_protocol(repl: Session) -> None:
    answer = repl.ask('#check "\\n\\n{\\"env\\": 99}\\n\\n"')
    assert answer["env"] != 99
    assert len(answer["messages"]) == 1


def test_an_unknown_environment_is_refused(repl: Session) -> None:
    assert repl.ask("#check True", 10_000) == {"message": "Unknown environment."}
    assert repl.ask("#check True", -1) == {"message": "Unknown environment."}


@pytest.mark.parametrize("text", ['{"cmd": ', "hello", '{"cmd": "a"} {"cmd": "b"}'])
def test_broken_json_is_refused(repl: Session, text: str) -> None:
    repl.send(text)
    assert repl.receive()["message"].startswith("Could not parse JSON:\n")


@pytest.mark.parametrize(
    "text", ["[]", '{"tactic": "rfl"}', '{"cmd": 1}', '{"cmd": "", "env": "0"}']
)
def test_json_that_is_no_command_is_refused(repl: Session, text: str) -> None:
    repl.send(text)
    assert repl.receive()["message"].startswith("Could not parse as a valid JSON command:\n")


def test_a_command_may_be_spread_over_lines(repl: Session) -> None:
    repl.send('{"cmd":\n "#check True"}')
    assert repl.receive()["messages"][0]["data"] == "True : Prop"


@pytest.mark.parametrize("text", ["\0", "\ud800", "\r\n", "/-", "😀", "«"])
def test_odd_text_is_answered(repl: Session, text: str) -> None:
    assert "env" in repl.ask(f"#check True {text}")


@pytest.mark.parametrize(
    "text", ["", " \n", "import Init", "import Init\n-- no more", "/- a /- b -/ -/", "-- import"]
)
def test_a_text_may_hold_nothing(repl: Session, text: str) -> None:
    answer = repl.ask(text)
    assert set(answer) == {"env"}
    assert "messages" not in repl.ask("theorem u : True := True.intro", answer["env"])


def test_a_missing_module_is_an_error(repl: Session) -> None:
    for text in ("import Missing", "open Nat\nimport Init", "-- a comment\nimport Missing.Too"):
        (message,) = repl.ask(text)["messages"]
        assert message["severity"] == "error"


def test_a_crash_is_refused_and_the_process_survives(repl: Session) -> None:
    # A macro whose native code does not exist: Lean aborts when it wants to run it.
    answer = repl.ask(
        '@[extern "x", macro Lean.Parser.Term.app] opaque Lean.noSuchMacro : Lean.Macro\n'
        "#check id True"
    )
    assert set(answer) == {"message"}
    assert answer["message"].startswith("Lean crashed (SIGABRT")
    assert "messages" not in repl.ask("theorem t : True := True.intro")


def test_a_flood_of_messages_is_cut(repl: Session) -> None:
    answer = repl.ask(f'#check "{"a" * 100_000}"\n' * 60)
    last = answer["messages"][-1]
    assert last["severity"] == "error"
    assert "too many messages: cut after" in last["data"]
    assert len(json.dumps(answer)) < 10_000_000


def test_the_lean_process_of_a_killed_repl_dies_with_it(toolchain: Toolchain) -> None:
    session = Session(toolchain)
    session.send(json.dumps({"cmd": "theorem t : False := by repeat skip"}))
    wait_until(lambda: children(session.process.pid))
    (child,) = children(session.process.pid)
    session.process.kill()
    session.process.wait()
    wait_until(lambda: not alive(child))


def test_a_single_message_that_floods_is_an_error_below_an_environment_too(repl: Session) -> None:
    first = repl.ask("theorem t : True := .intro\n\n")
    answer = repl.ask(f'#check "{"a" * 5_000_000}"', first["env"])
    (message,) = answer["messages"]
    assert message["severity"] == "error" and "too many messages: cut after" in message["data"]
    assert message["pos"] == {"line": 1, "column": 0}
