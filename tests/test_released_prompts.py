"""Provers are asked as their publishers ask them, and released prompts keep their words."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files
from typing import Any

import pytest
from jinja2 import meta
from scripted import AND_SWAP, SEARCH, Checker, ScriptedModel, toolbox

from lean_agent.agent import run_episode
from lean_agent.chat import CallError, CallErrorKind, Message, Sampling
from lean_agent.dialects.base import Dialect, Reader
from lean_agent.episode import EpisodeSettings, Mode
from lean_agent.lean.protocol import LeanMessage, Position
from lean_agent.lean.verdict import Reason, Verdict
from lean_agent.problem import Problem
from lean_agent.prompts import RefusedProof, complaints, feedback, opening, reminder
from lean_agent.prompts.catalogue import DEFAULTS, EXAMPLE, TEMPLATES, PromptTemplate
from lean_agent.prompts.error_excerpts import marked_errors, numbered_errors
from lean_agent.prompts.render import environment
from lean_agent.trace.trace import Limits, Outcome

AGENT, WHOLE, CORRECTING = Mode
TEMPLATE_FILES = files("lean_agent.prompts") / "templates"


def settings(prompt: str, mode: Mode = CORRECTING) -> EpisodeSettings:
    return EpisodeSettings(mode=mode, prompt=prompt)


def opened(prompt: str, problem: Problem = AND_SWAP) -> dict[str, str]:
    """The messages a whole proof is asked for with, by role."""
    said = opening(problem, (), settings(prompt, WHOLE), None)
    return {message.role: message.content for message in said}


# The provers' formats. The checksums are of what the publishers' own programs make of the same.

MATHLIB_HEADER = (
    "import Mathlib\nimport Aesop\n\nset_option maxHeartbeats 0\n\n"
    "open BigOperators Real Nat Topology Rat"
)
EQUATION = Problem(
    id="equation",
    header=MATHLIB_HEADER,
    statement="theorem square_equation_solution {x y : ℝ} (h : x^2 + y^2 = 2*x - 4*y - 5) "
    ": x + y = -1",
)
PERCENT = Problem(
    id="percent",
    header=MATHLIB_HEADER,
    statement="theorem mathd_algebra_10 : abs ((120 : ℝ) / 100 * 30 - 130 / 100 * 20) = 10",
    informal=r"What is the positive difference between $120\%$ of 30 and $130\%$ of 20? "
    "Show that it is 10.",
)
PUBLISHED = {
    "goedel-prover-v2": (
        EQUATION,
        "a45b3cc80c6066e0f8891a1de8fa22300a1f5ef46e885fb64e8c25e1c592fed9",
    ),
    "deepseek-prover-v2": (
        PERCENT,
        "bda82b13d5b8231e9974a068396261493891c139128942647097ba1a4e51de0c",
    ),
    "kimina-prover": (
        EQUATION,
        "35139b28c88e53ac4c41a8bcedf44aca6ccf11d333bb024d8375ebeb9d7408cf",
    ),
}


@pytest.mark.parametrize("prompt", PUBLISHED)
def test_a_prover_is_asked_word_for_word_as_its_publishers_ask_it(prompt: str) -> None:
    problem, checksum = PUBLISHED[prompt]
    assert sha256(opened(prompt, problem)["user"]) == checksum


def test_a_prover_published_without_a_system_message_gets_none() -> None:
    assert set(opened("goedel-prover-v2")) == {"user"}
    assert set(opened("deepseek-prover-v2")) == {"user"}
    assert opened("kimina-prover")["system"].startswith("You are an expert")


def test_every_published_format_names_its_source() -> None:
    for prompt in PUBLISHED:
        assert "https://" in source(f"{prompt}@1.j2").partition("#}")[0]


CODE = "import Mathlib\n\ntheorem t : a ∧ b := by\n  constructor\n  · exact h\n  · exact g\n"


def refused(*places: tuple[int, int, int, int], code: str = CODE, before: int = 0) -> RefusedProof:
    messages = tuple(
        LeanMessage(
            severity="error",
            pos=Position(line=line, column=column),
            end_pos=Position(line=end_line, column=end_column),
            data=f"error {number}",
        )
        for number, (line, column, end_line, end_column) in enumerate(places, start=1)
    )
    verdict = Verdict(
        accepted=False, reason=Reason.ERRORS, detail="Lean reports errors", messages=messages
    )
    return RefusedProof(code, verdict, before)


def test_errors_marked_in_the_code() -> None:
    proof = refused((5, 4, 5, 9))
    (excerpt,) = marked_errors(proof.verdict, proof.code)
    assert excerpt.message == "error 1"
    assert excerpt.code == (
        "import Mathlib\n\ntheorem t : a ∧ b := by\n  constructor\n"
        "  · <error>exact</error> h\n  · exact g\n"
    )


def test_of_a_long_place_the_middle_is_left_out() -> None:
    code = "\n".join(f"  line{i}" for i in range(1, 12))
    proof = refused((1, 2, 9, 4), code=code)
    (excerpt,) = marked_errors(proof.verdict, code)
    assert excerpt.code == (
        "  <error>line1\n  line2\n  line3\n  line4\n  line5\n  line6\n"
        "\n  ... --[Truncated]-- ...\n  li</error>ne9\n  line10\n"
    )


def test_errors_beside_numbered_lines() -> None:
    proof = refused((5, 4, 5, 9))
    (excerpt,) = numbered_errors(proof.verdict, proof.code)
    assert excerpt.code == (
        "002  | theorem t : a ∧ b := by\n003  |   constructor\n004 >|   · exact h\n"
        "005  |   · exact g\n006  | \n"
    )


def test_goedel_reads_its_errors_with_the_round_and_no_more_than_eight() -> None:
    nine = refused(*[(5, 4, 5, 9)] * 9, before=2)
    said = feedback("in words", settings("goedel-prover-v2"), nine)
    assert said.startswith("The proof (Round 2) is not correct.")
    assert said.count("<error>exact</error>") == 8
    assert "\n... [Omitted 1 more errors] ...\n\n\nBefore" in said
    assert "in words" not in said


def test_kimina_reads_the_first_three_errors() -> None:
    four = refused(*[(5, 4, 5, 9)] * 4)
    said = feedback("in words", settings("kimina-prover"), four)
    assert re.findall("^# .*", said, re.MULTILINE) == ["# Error 1:", "# Error 2:", "# Error 3:"]
    assert "Error message: \nerror 1\n\nLean 4 code snippet with error:\n```lean4\n002" in said
    assert said.endswith("```\n")


@pytest.mark.parametrize("prompt", ["self-correction", "goedel-prover-v2", "kimina-prover"])
def test_what_lean_refuses_without_an_error_is_told_in_words(prompt: str) -> None:
    said = feedback("Rejected (sorry): it uses sorry", settings(prompt), refused())
    assert "Rejected (sorry): it uses sorry" in said


async def test_a_prover_goes_through_the_loop_with_its_own_format() -> None:
    wrote = f"```lean4\n{AND_SWAP.statement} := by wrong\n```"
    model = ScriptedModel([wrote, wrote.replace("wrong", "exact good")])
    trace = await run_episode(
        AND_SWAP,
        model,
        toolbox(Checker()),
        sample=0,
        sampling=Sampling(),
        limits=Limits(),
        settings=settings("goedel-prover-v2@1"),
        versions={},
    )
    assert trace.outcome is Outcome.PROVED
    assert [message.role for message in trace.messages] == [
        "user",
        "assistant",
        "user",
        "assistant",
    ]
    assert "(Round 0) is not correct" in trace.messages[2].content


# Released words.

RELEASED = {
    "json@1": "aaa80207cac3ea3bf6101e7889c7e73057f3c128e1758e3c6169e4a1ebd0e021",
    "json-fewshot@1": "cbf9e54ea801e500a697d338f94d50c8eebf3af0a77e2bc290cf099a69222cb8",
    "xml@1": "2bba2d75f90a4a37455bfcdb5746f04b7913bee0a2c17d88d8e5c6ecf750618b",
    "xml-fewshot@1": "6b3179ec7402a07813111658dc4c0b365369002c629a5b7171fe85e408eb1e9f",
    "python@1": "e7b651b386bec94dcc3eb28f06492f1acde61c0323f82a2cb41039aa824e6e60",
    "python-fewshot@1": "b797fcb0622865680add7b8d91ad0aadc41fc0a25440d52d6d75e0701830dc93",
    "whole-proof@1": "78e5456b96e547a8774e27fd6b469a1db37eba3a9476c57b1029dd1496af9962",
    "self-correction@1": "38eb5fe3a7c122df601a7f1c9e3850086156497c253898e29311a6f5eb5bdc9b",
    "goedel-prover-v2@1": "3e485de1f54b72e1f97f4450c74dc82fc2c2bc5223a981716c40d90e441f8691",
    "deepseek-prover-v2@1": "7929f2df1bd51ae47fc73d4c04357268ecbfc1d9f3efed0165314954a6a782cf",
    "kimina-prover@1": "f52bfc3b5d0b2d210a69c2b01387094e43227cdf5717253dea674d1073b691b0",
}
"""What each released template says, as a checksum (see `words`)."""


class Placeholder(Dialect):
    """A dialect whose own words do not count."""

    name = "placeholder"

    def instructions(self) -> str:
        return "INSTRUCTIONS"

    def reader(self, tools: Any = ()) -> Reader:
        raise NotImplementedError

    def render(self, content: str, calls: Any) -> str:
        return f"{content} CALL {[call.arguments for call in calls]}"

    def render_result(self, message: Message, tool: str) -> str:
        return f"RESULT {message.content} OF {tool}"


def words(template: PromptTemplate) -> str:
    """A checksum of all that a template says: of its files, and of what is made of them."""
    said = sources(f"{template.full_name}.j2")
    if template.example:
        said.append((TEMPLATE_FILES / template.example).read_text(encoding="utf-8"))
    bare = AND_SWAP.model_copy(update={"header": "", "informal": ""})
    error = CallError(kind=CallErrorKind.TRUNCATED, text="", detail="DETAIL")
    proof = refused((5, 4, 5, 9), (1, 0, 3, 2))
    for mode in sorted(template.modes):
        how = settings(template.full_name, mode)
        tools = [SEARCH, Checker.schema] if mode is AGENT else ()
        for problem in (AND_SWAP, bare):
            opened_with = opening(problem, tools, how, Placeholder())
            said += [f"{message.role} {message.content}" for message in opened_with]
        said += [reminder(how, error), reminder(how, error, cut_off=True)]
        said += [feedback("VERDICT", how), feedback("VERDICT", how, proof)]
        said += [complaints([error] * number, how) for number in (1, 5)]
    return sha256("\0".join(said))


def sources(file: str) -> list[str]:
    """The file and those it builds on, without their comments."""
    text = source(file)
    found = [re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)]
    for other in meta.find_referenced_templates(environment().parse(text)):
        assert other is not None, "a released template names what it builds on"
        found += sources(other)
    return found


def source(file: str) -> str:
    loader = environment().loader
    assert loader is not None
    return loader.get_source(environment(), file)[0]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.full_name)
def test_a_released_template_keeps_its_words(template: PromptTemplate) -> None:
    assert words(template) == RELEASED.get(template.full_name), (
        f"the words of {template.full_name} are not those that were released: runs that name it "
        "could not be compared any more. Put them back. To say something else, copy the file (and "
        "any file beginning with _ that you change) to the next version, list that in "
        "lean_agent/prompts/catalogue.py, and add its checksum here"
    )


def test_no_released_template_is_taken_away() -> None:
    assert set(RELEASED) == {template.full_name for template in TEMPLATES}
    assert set(DEFAULTS.values()) <= set(RELEASED)


def test_every_template_file_is_used() -> None:
    used = {EXAMPLE}
    waiting = [f"{template.full_name}.j2" for template in TEMPLATES]
    while waiting:
        used.add(file := waiting.pop())
        waiting += meta.find_referenced_templates(environment().parse(source(file)))  # type: ignore[arg-type]
    assert {path.name for path in TEMPLATE_FILES.iterdir()} == used


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
