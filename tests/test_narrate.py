"""An episode told in the terminal as it happens."""

from __future__ import annotations

import io

from rich.console import Console
from scripted import AND_SWAP, Checker, ScriptedModel, toolbox

from lean_agent.agent import run_episode
from lean_agent.chat import Message, Sampling, ToolCall
from lean_agent.episode import EpisodeSettings, Mode
from lean_agent.trace.narrate import Narrator
from lean_agent.trace.trace import Limits


def told(*said: str | Message) -> str:
    """What is printed of chunks of text, as they are generated, and of whole messages."""
    console = Console(file=io.StringIO(), width=40)
    narrator = Narrator(console)
    for one in said:
        if isinstance(one, str):
            narrator.text(one)
        else:
            narrator.message(one)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def answer(content: str, *calls: ToolCall) -> Message:
    return Message(role="assistant", content=content, tool_calls=calls)


def test_text_that_was_seen_as_it_came_is_not_told_again() -> None:
    assert told("I think ", "[so].", answer("I think [so].")) == "I think [so].\n"


def test_text_that_did_not_stream_is_told_when_it_is_whole() -> None:
    assert told(answer("I think [so].")) == "I think [so].\n"
    assert told("First.", answer("First."), answer("Second.")) == "First.\nSecond.\n"


def test_a_call_is_told_in_its_own_words_also_after_its_text_was_seen() -> None:
    call = ToolCall(id="1", name="check_lean", arguments={"code": "theorem t : True := trivial"})
    lines = told("<tool_call>", "…", answer("", call)).splitlines()
    assert lines[:2] == ["<tool_call>…", "→ check_lean()"]
    assert "theorem t : True := trivial" in lines[2]


def test_chunks_are_joined_as_they_are_however_long_the_line() -> None:
    chunks = ["a line that is longer than ", "the terminal is wide, by far\n", "\n", "x"]
    assert told(*chunks, answer("".join(chunks))) == "".join(chunks) + "\n"


def test_what_the_model_is_told_of_its_proof_is_told_and_its_task_is_not() -> None:
    task, errors = Message(role="user", content="Prove it."), Message(role="user", content="Wrong.")
    lines = told(task, answer("Here."), errors).splitlines()
    assert [line.strip() for line in lines] == ["Here.", "Wrong."]


async def test_of_the_last_proof_the_verdict_is_told() -> None:
    wrote = f"```lean4\n{AND_SWAP.statement} := by wrong\n```"
    trace = await run_episode(
        AND_SWAP,
        ScriptedModel([wrote]),
        toolbox(Checker()),
        sample=0,
        sampling=Sampling(),
        limits=Limits(),
        settings=EpisodeSettings(mode=Mode.WHOLE_PROOF),
        versions={},
    )
    console = Console(file=io.StringIO(), width=80)
    Narrator(console).tell(trace)
    assert isinstance(console.file, io.StringIO)
    assert "Rejected (errors): type mismatch" in console.file.getvalue()
