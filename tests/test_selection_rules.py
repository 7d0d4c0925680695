"""The rules of one trace: what a trace must be to be taken into a dataset."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from played import LEMMAS, Judge, Shelf, check, good_lines, play, search
from scripted import ScriptedModel

from lean_agent.chat import (
    CallErrorKind,
    Interruption,
    InterruptionKind,
    Message,
    Shortened,
    ToolSchema,
)
from lean_agent.dialects.hermes import Hermes
from lean_agent.episode import EpisodeSettings, Mode
from lean_agent.errors import UserError
from lean_agent.lean.verdict import Level
from lean_agent.prompts import prompts_for
from lean_agent.trace.clockless import identity, portable_model, without_clock
from lean_agent.trace.digest import Digest
from lean_agent.trace.rules.likeness import THRESHOLD, Fingerprint
from lean_agent.trace.rules.loop_words import foreign_words, opening_of
from lean_agent.trace.rules.own_problems import OwnProblems
from lean_agent.trace.rules.reference_proofs import ReferenceProofs, hidden_parts
from lean_agent.trace.rules.rule import MEANING, Left, Rule
from lean_agent.trace.rules.shape import (
    bad_answers,
    badly_ended,
    by_numbers,
    features,
    recovers,
    unrepeatable,
)
from lean_agent.trace.rules.token_count import TokenCounter
from lean_agent.trace.trace import Trace

SUM, PRODUCT = LEMMAS[0], LEMMAS[1]
GOOD = play(SUM)
ON_ONE_TRACE: list[Callable[[Trace], Left | None]] = [
    badly_ended,
    bad_answers,
    unrepeatable,
    foreign_words,
    hidden_parts,
]


def left_by(trace: Trace) -> Rule | None:
    """The first rule that leaves the trace."""
    found = (rule(trace) for rule in ON_ONE_TRACE)
    return next((left.rule for left in found if left is not None), None)


def with_content(trace: Trace, place: int, content: str) -> Trace:
    """The trace with other words in one message."""
    messages = list(trace.messages)
    messages[place] = messages[place].model_copy(update={"content": content})
    return trace.model_copy(update={"messages": tuple(messages)})


def with_turn(trace: Trace, number: int, **update: object) -> Trace:
    turns = list(trace.turns)
    turns[number] = turns[number].model_copy(update=update)
    return trace.model_copy(update={"turns": tuple(turns)})


def test_every_rule_says_what_it_asks():
    assert MEANING.keys() == set(Rule)
    assert list(MEANING) == list(Rule), "the card lists them in the order they are applied"


def test_a_good_episode_passes_every_rule():
    assert left_by(GOOD) is None
    assert by_numbers(Digest.of(GOOD)) is None


# What the numbers tell.


def test_a_proof_that_only_the_fast_check_accepted_is_left():
    found = by_numbers(Digest.of(play(SUM, level=Level.FAST)))
    assert found is not None
    assert (found.rule, found.why) == (
        Rule.STRICT,
        "its proof was accepted at the level fast only",
    )


def test_an_episode_of_one_turn_is_left():
    found = by_numbers(Digest.of(play(SUM, [search("sums") + check(SUM.proof)])))
    assert found is not None
    assert found.rule is Rule.MULTI_TURN


def test_an_episode_that_never_searches_is_left():
    lines = [check("example : wrong"), check(SUM.proof)]
    found = by_numbers(Digest.of(play(SUM, lines)))
    assert found is not None
    assert (found.rule, found.why) == (Rule.SEARCH, "it never searches")


# How it ends, and how it answers.


def test_a_proof_that_is_only_written_down_is_left():
    written = f"```lean4\n{SUM.proof}\n```"
    trace = play(SUM, [search("sums"), written])
    assert trace.proved
    assert left_by(trace) is Rule.ENDING


def test_a_call_without_an_answer_is_left():
    trace = play(SUM, [search("sums"), check(SUM.proof) + search("order")])
    found = badly_ended(trace)
    assert found is not None
    assert "was not carried out" in found.why


def test_a_trace_that_tells_of_more_answers_than_it_holds_is_left():
    torn = GOOD.model_copy(update={"messages": GOOD.messages[:2]})
    found = badly_ended(torn)
    assert found is not None
    assert found.why == "it has 0 answers and tells of 2"


def test_an_answer_that_was_cut_off_is_left():
    assert left_by(with_turn(GOOD, 0, finish_reason="length")) is Rule.ANSWERS


def test_an_answer_that_saw_less_than_the_trace_shows_is_left():
    cut = (Shortened(message=2, kept=10),)
    found = bad_answers(with_turn(GOOD, 1, shortened=cut))
    assert found is not None
    assert "shortened" in found.why


def test_a_call_that_lenient_reading_mended_is_left():
    lenient = '{"name": "search_mathlib", "arguments": {"query": "sums"}}'  # without its marks
    trace = play(SUM, [lenient, check(SUM.proof)], settings=EpisodeSettings(lenient=True))
    found = bad_answers(trace)
    assert found is not None
    assert "mended" in found.why


def test_a_malformed_call_is_an_error_to_recover_from_unless_they_are_most():
    spoilt = "<tool_call>{search}</tool_call>"
    once = play(SUM, [search("sums"), spoilt, check(SUM.proof)])
    assert once.turns[1].errors[0].kind is CallErrorKind.NOT_JSON
    assert left_by(once) is None
    assert recovers(once)
    mostly = play(SUM, [spoilt, search("sums"), spoilt, spoilt, check(SUM.proof)])
    assert left_by(mostly) is Rule.ANSWERS


def test_lost_requests_leave_no_mark_on_the_conversation_and_are_allowed():
    lost = (Interruption(kind=InterruptionKind.RATE_LIMIT, seconds=3.5),)
    assert left_by(with_turn(GOOD, 0, interruptions=lost)) is None


def test_a_verdict_that_hangs_on_the_machine_is_left():
    trace = play(SUM, [search("sums"), check("example : endless"), check(SUM.proof)])
    found = unrepeatable(trace)
    assert found is not None
    assert (found.rule, found.why) == (Rule.REPEATABLE, "a verdict on answer 2 is timeout")


# The prompt, and nothing but the prompt.


@pytest.mark.parametrize("prompt", prompts_for(Mode.AGENT))
def test_every_released_prompt_is_known_again(prompt: str):
    lines = ["I wonder.", search("sums"), "<tool_call>{</tool_call>", check(SUM.proof)]
    trace = play(SUM, lines, settings=EpisodeSettings(prompt=prompt))
    assert trace.proved
    assert foreign_words(trace) is None


def test_tools_sent_beside_the_messages_are_known_too():
    class Beside(ScriptedModel):
        tools_in_prompt = False

    trace = play(SUM, model=Beside(good_lines(SUM)))
    assert "# Tools" not in trace.messages[0].content
    assert foreign_words(trace) is None


def test_a_proof_written_down_and_refused_is_answered_by_the_loop():
    written = f"```lean4\n{SUM.problem.statement} := wrong\n```"
    trace = play(SUM, [search("sums"), written, check("example : wrong"), check(SUM.proof)])
    assert [m.role for m in trace.messages].count("user") == 2
    assert foreign_words(trace) is None


def test_a_hidden_system_prompt_is_left():
    hint = GOOD.messages[0].content + "\nThe proof is Nat.add_comm."
    found = foreign_words(with_content(GOOD, 0, hint))
    assert found is not None
    assert "its system message is not the one that the template json@1 makes" in found.why


def test_a_task_with_the_reference_proof_in_it_is_left():
    shown = GOOD.messages[1].content + f"\nReference: {SUM.proof}"
    assert left_by(with_content(GOOD, 1, shown)) is Rule.PROMPT


def test_a_worked_example_between_opening_and_answer_is_left():
    extra = Message(role="user", content="First look at how another theorem is proved.")
    messages = (*GOOD.messages[:2], extra, *GOOD.messages[2:])
    found = foreign_words(GOOD.model_copy(update={"messages": messages}))
    assert found is not None
    assert "opens with 3 messages" in found.why


@pytest.mark.parametrize("role", ["user", "system"])
def test_a_hint_after_an_answer_is_left(role: str):
    hint = Message.model_validate({"role": role, "content": "Use Nat.add_comm."})
    messages = (*GOOD.messages[:4], hint, *GOOD.messages[4:])
    found = foreign_words(GOOD.model_copy(update={"messages": messages}))
    assert found is not None
    assert f"message 5 is a {role} message that the episode's loop does not say" == found.why


@pytest.mark.parametrize("place", [3, 5])
def test_words_added_to_a_result_are_left(place: int):
    trace = play(SUM, good_lines(SUM, errors=1))
    added = trace.messages[place].content + "\nHint: Nat.add_comm does it."
    found = foreign_words(with_content(trace, place, added))
    assert found is not None
    assert f"message {place + 1} is a result" in found.why


def test_a_template_that_nobody_released_is_left():
    settings = GOOD.settings.model_copy(update={"prompt": "my-own@3"})
    found = foreign_words(GOOD.model_copy(update={"settings": settings}))
    assert found is not None
    assert "unknown prompt 'my-own@3'" in found.why


def test_a_tool_described_with_a_hint_is_left():
    hint = "The reference proof is by decide."
    tools = (GOOD.tools[0].model_copy(update={"description": hint}), *GOOD.tools[1:])
    forged = GOOD.model_copy(update={"tools": tools})
    opening = tuple(opening_of(forged))
    found = foreign_words(forged.model_copy(update={"messages": opening + GOOD.messages[2:]}))
    assert found is not None
    assert found.why.startswith("its tool search_mathlib has another schema in lean-agent")


def test_a_tool_of_a_teachers_own_is_left():
    tools = (*GOOD.tools, ToolSchema(name="hint", description="A hint.", parameters={}))
    found = foreign_words(GOOD.model_copy(update={"tools": tools}))
    assert found is not None
    assert "its tool hint is none" in found.why


@pytest.mark.parametrize("place", [0, 1])
def test_a_raw_text_that_is_not_its_message_is_left(place: int):
    hint = "System: the reference proof is by decide.\n" + GOOD.turns[place].raw
    found = foreign_words(with_turn(GOOD, place, raw=hint))
    assert found is not None
    assert found.why == f"answer {place + 1} is not what the dialect hermes makes of its raw text"


def test_an_answer_that_was_mended_is_what_lenient_reading_makes_of_it():
    lenient = '{"name": "search_mathlib", "arguments": {"query": "sums"}}'
    lines = [lenient, check(SUM.proof)]
    assert foreign_words(play(SUM, lines, settings=EpisodeSettings(lenient=True))) is None


def test_a_detail_is_nothing_that_the_loop_writes_of_a_proof():
    found = foreign_words(GOOD.model_copy(update={"detail": "The teacher says: by decide."}))
    assert found is not None
    assert "`detail`" in found.why


@pytest.mark.parametrize(
    ("result", "listed"),
    [
        ("1. Nat.add_comm (n m : Nat) : n + m = m + n", True),
        ("1. Nat.add_comm : True — As 2. is.\n2. «term_∘_».foo! : True", True),
        ("1. Set.instUnion", True),
        ("Nothing found. Try other words.", True),
        ("1. Hint: the reference proof is by decide", False),
        ("1. the reference proof is by decide", False),
        ("2. Nat.add_comm : True", False),
        ("1. Nat.add_comm : True\nUse it.", False),
    ],
)
def test_a_search_result_lists_declarations(result: str, listed: bool):
    assert (foreign_words(with_content(GOOD, 3, result)) is None) == listed


# The problem.


@pytest.mark.parametrize("field", ["informal", "header", "statement"])
def test_a_problem_that_is_not_the_benchmarks_is_left(field: str):
    own = OwnProblems([SUM.problem])
    assert own.another(SUM.problem) is None
    changed = getattr(SUM.problem, field) + " -- Hint: by omega"
    found = own.another(SUM.problem.model_copy(update={field: changed}))
    assert found is not None
    assert (found.rule, found.evidence) == (Rule.PROBLEM, changed)
    assert f"another `{field}`" in found.why


def test_a_problem_that_the_benchmark_does_not_have_is_left():
    found = OwnProblems([PRODUCT.problem]).another(SUM.problem)
    assert found is not None
    assert found.why == "the benchmark has no problem my_Nat_add_comm"


# Reference proofs.

PROOF = "by\n  rw [Nat.add_comm n m, Nat.add_comm m n]\n  exact Nat.add_comm n m"
LONG_PROOF = (
    f"{PROOF.replace('exact', 'have h := ')}\n  have k : m + n = n + m := h.symm\n  exact h"
)


@pytest.mark.parametrize("whole", [True, False], ids=["whole theorem", "proof alone"])
@pytest.mark.parametrize("field", ["proof", "formal_proof", "solution"])
def test_a_reference_proof_in_an_earlier_answer_is_left(tmp_path: Path, field: str, whole: bool):
    reference = f"{SUM.problem.statement} := {PROOF}" if whole else PROOF
    record = {"id": SUM.problem.id, "statement": SUM.problem.statement, field: reference}
    (tmp_path / "mine.jsonl").write_text(json.dumps(record) + "\n")
    references = ReferenceProofs.read(tmp_path / "mine.jsonl")
    # As text, so spelt with other white space.
    told = "I recall: " + " ".join(PROOF.split()) + "\n" + search("sums")
    found = references.shown(play(SUM, [told, check(SUM.proof)]))
    assert found is not None
    assert (found.rule, found.why) == (
        Rule.REFERENCE,
        "the benchmark's reference proof stands in message 3",
    )


def test_a_short_accepted_proof_may_be_the_reference_proof_and_a_long_one_is_a_copy():
    for proof, copied in ((PROOF, False), (LONG_PROOF, True)):
        references = ReferenceProofs({SUM.problem.id: [proof]})
        lines = [search("sums"), check(f"{SUM.problem.statement} := {proof}")]
        found = references.shown(play(SUM, lines))
        assert (found is not None) == copied
    assert found is not None
    assert "the accepted proof is the benchmark's reference proof" in found.why


def test_a_problem_whose_name_another_has_is_held_against_the_proofs_of_both():
    numbered = SUM.problem.model_copy(update={"id": "exercise_1.2"})
    trace = play(SUM, [search("sums"), check(f"{SUM.problem.statement} := {LONG_PROOF}")])
    references = ReferenceProofs({"exercise_1": [LONG_PROOF]})
    assert references.shown(trace.model_copy(update={"problem": numbered})) is not None


def test_the_proofs_of_a_folder_of_files_are_read(tmp_path: Path):
    for name in ("a", "b"):
        line = {"name": name, "formal_proof": PROOF}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(line) + "\n")
    assert len(ReferenceProofs.read(tmp_path)) == 2


def test_a_short_proof_is_anybodys():
    references = ReferenceProofs({SUM.problem.id: ["by\n  exact Nat.add_comm .."]})
    told = "exact Nat.add_comm .. perhaps. " + search("sums")
    assert references.shown(play(SUM, [told, check(SUM.proof)])) is None


@pytest.mark.parametrize(
    "words",
    [
        "The reference proof uses commutativity.",
        "As the system prompt says, I search first.",
        "The provided solution begins with rw.",
        "The hint says to use induction.",
        "As the official solution says, I rewrite.",
        "According to the informal proof above, sums commute.",
        "The answer key says omega.",
        "Like the expert proof, I begin with rw.",
        "In the proof I was given, rw comes first.",
        "Given the known solution, I write it down.",
    ],
)
def test_a_model_that_speaks_of_hidden_parts_is_left(words: str):
    found = hidden_parts(play(SUM, [f"{words} {search('sums')}", check(SUM.proof)]))
    assert found is not None
    assert found.rule is Rule.HIDDEN
    assert words[:20] in found.evidence


@pytest.mark.parametrize(
    "words",
    [
        "The provided proof state is clear; the solution is a proof by rw.",
        "The provided proof did not compile, so I try induction.",
        "The given proof doesn't compile.",
        "The ground truth solution of the equation is x = 3.",
        "The supplied solution x = 2 satisfies it.",
        "I first sketch an informal proof.",
        "My proof is given below.",
    ],
)
def test_mathematics_and_the_models_own_proofs_are_nothing_hidden(words: str):
    assert hidden_parts(play(SUM, [f"{words} {search('sums')}", check(SUM.proof)])) is None


# Recovery and features.


def test_a_refused_proof_is_recovered_from_and_a_trial_that_works_is_none():
    assert not recovers(GOOD)
    assert recovers(play(SUM, good_lines(SUM, errors=1)))
    trial = [search("sums"), check("example : True := trivial"), check(SUM.proof)]
    assert not recovers(play(SUM, trial))
    failed = [search("sums"), check("example : True := wrong"), check(SUM.proof)]
    assert recovers(play(SUM, failed))


def test_features_are_topic_difficulty_turns_and_tools():
    trace = play(SUM, good_lines(SUM, errors=2))
    tools = "check_lean × 2–3, search_mathlib × 1"
    assert features(trace) == ("sums", "1", "4–6", tools)


# Length.


def test_without_a_tokenizer_tokens_are_estimated_and_said_to_be():
    counter = TokenCounter.open(None)
    assert counter.name.startswith("an estimate")
    letters = sum(len(message.content.encode()) for message in GOOD.messages)
    assert counter.count(GOOD) > letters // 2
    blank = Message(role="user", content="")
    longer = GOOD.model_copy(update={"messages": (*GOOD.messages, blank)})
    assert counter.count(longer) - counter.count(GOOD) == 8, "the marks around a message"


def test_a_tokenizer_counts_what_it_makes_tokens_of(tmp_path: Path):
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    words = Tokenizer(WordLevel({"?": 0}, unk_token="?"))
    words.pre_tokenizer = Whitespace()
    words.save(str(tmp_path / "tokenizer.json"))
    by_folder, by_file = (
        TokenCounter.open(str(path)) for path in (tmp_path, tmp_path / "tokenizer.json")
    )
    assert by_folder.checksum == by_file.checksum != ""
    assert by_folder.name == by_file.name == tmp_path.name
    assert by_folder.count(GOOD) == by_file.count(GOOD) < TokenCounter.open(None).count(GOOD)


def test_a_tokenizer_that_is_not_there_is_told_of(tmp_path: Path):
    with pytest.raises(UserError, match=r"cannot load the tokenizer .*without --tokenizer"):
        TokenCounter.open(str(tmp_path / "tokenizer.json"))


# Likeness.


def test_a_copy_under_another_name_is_alike_and_another_problem_is_not():
    renamed = Trace.model_validate_json(
        GOOD.model_dump_json().replace(SUM.problem.id, "other_name").replace("n + m", "a + m")
    )
    copied = Fingerprint.of(GOOD).likeness(Fingerprint.of(renamed))
    assert copied.share >= THRESHOLD
    other = Fingerprint.of(GOOD).likeness(Fingerprint.of(play(PRODUCT)))
    assert other.share < THRESHOLD


# The trace without its clock.


def test_two_machines_that_play_the_same_hold_the_same_bytes():
    def lost(seconds: float) -> tuple[Interruption, ...]:
        return (Interruption(kind=InterruptionKind.STALL, seconds=seconds),)

    here = with_turn(GOOD, 0, interruptions=lost(1)).model_copy(update={"interruptions": lost(2)})
    other = with_turn(
        GOOD, 0, model_seconds=9.5, tool_seconds=3.25, interruptions=lost(3)
    ).model_copy(
        update={
            "started": "2031-01-01T00:00:00+00:00",
            "seconds": 99.0,
            "interruptions": lost(4),
        }
    )
    assert without_clock(other) == without_clock(here)
    assert identity(other) == identity(here)
    clockless = without_clock(GOOD).model_dump_json()
    assert '"started":""' in clockless
    assert '"seconds":0.25' not in clockless
    assert without_clock(GOOD).limits == GOOD.limits, "limits were set and not measured"


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        ("portfolio", "portfolio"),
        ("openai:Qwen/Qwen3-8B@http://10.0.0.7:8000/v1", "openai:Qwen/Qwen3-8B"),
        ("vllm:/data/models/Qwen3-8B/", "vllm:Qwen3-8B"),
        ("vllm:Qwen/Qwen3-8B", "vllm:Qwen/Qwen3-8B"),
        ("transformers:~/models/mine", "transformers:mine"),
        ("replay:runs/demo", "replay:demo"),
    ],
)
def test_a_model_is_named_without_its_place(spec: str, named: str):
    assert portable_model(spec) == named


def test_the_stand_ins_speak_as_the_real_tools_do():
    from lean_agent.tools import CheckLean, SearchMathlib

    assert Shelf.schema == SearchMathlib.schema
    assert Judge.schema == CheckLean.schema
    assert ScriptedModel.dialect.name == Hermes.name
