"""The rules that a trace must pass to be taken into a dataset, and what is said of one left."""

from __future__ import annotations

from enum import StrEnum

from lean_agent.chat import Frozen


class Rule(StrEnum):
    """Each rule by its name, in the order they are applied; `MEANING` tells what it asks."""

    STRICT = "strict"
    MULTI_TURN = "multi-turn"
    ENDING = "ending"
    ANSWERS = "answers"
    REPEATABLE = "repeatable"
    PROBLEM = "problem"
    PROMPT = "prompt"
    HIDDEN = "hidden"
    REFERENCE = "reference"
    SEARCH = "search"
    LENGTH = "length"
    CONTAMINATION = "contamination"
    COPY = "copy"
    ONE_PER_PROBLEM = "one-per-problem"
    NEAR_DUPLICATE = "near-duplicate"
    VERIFIED_AGAIN = "verified-again"
    REPLAY = "replay"
    BALANCE = "balance"


MEANING = {
    Rule.STRICT: "Its proof was accepted by the strict check, not only by the fast one.",
    Rule.MULTI_TURN: "It has at least two turns.",
    Rule.ENDING: "It ends with a check_lean call that Lean accepts, and every call has its answer.",
    Rule.ANSWERS: "No answer was cut off, mended by lenient reading or written with a shortened "
    "view of the conversation, and no more than half of the answers hold a malformed call.",
    Rule.REPEATABLE: "No verdict in it hangs on the machine (time, memory, a crash), and none is "
    "one that only one of the two checks gave.",
    Rule.PROBLEM: "Its problem is, to the letter, that of the benchmark, where that is at hand.",
    Rule.PROMPT: "Its tools are those of lean-agent, to the letter; its opening is, word for word, "
    "what the released prompt template that it names makes of the problem and the tools; each "
    "answer is what the dialect makes of its raw text; and all else that the model read is what "
    "the episode's loop says: no hidden system prompt, hint or example of a teacher stands in it.",
    Rule.HIDDEN: "The model does not speak of a proof, a hint or a prompt that the trace does not "
    "show.",
    Rule.REFERENCE: "No reference proof of the benchmark stands in it before Lean accepts the "
    "proof, and the accepted proof is none, unless it is so short that two may find it.",
    Rule.SEARCH: "At least one search brought a name that the accepted proof holds, or that stands "
    "in refused code which shares a step with the proof.",
    Rule.LENGTH: "It has no more tokens than allowed.",
    Rule.CONTAMINATION: "Its problem overlaps with none of the evaluation sets.",
    Rule.COPY: "It does not stand in the runs a second time.",
    Rule.ONE_PER_PROBLEM: "No other trace of the same statement, in its normal form, was taken.",
    Rule.NEAR_DUPLICATE: "It resembles no trace that was taken.",
    Rule.VERIFIED_AGAIN: "Lean accepts its proof again, strictly, from the trace alone.",
    Rule.REPLAY: "Every tool call, made again, is answered to the letter as the trace says, and "
    "with the same verdict; so Lean accepts the proof again, strictly. (Where Lean and the search "
    "index are those that the trace was made with; for others there is the rule before.)",
    Rule.BALANCE: "It fills a part of the dataset that is thinner than the others.",
}


class Left(Frozen):
    """Why a candidate was left: the rule, a sentence, and the text or number that shows it."""

    rule: Rule
    why: str
    evidence: str = ""
