"""The card of a dataset: its README, in the form of the Hugging Face Hub."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from lean_agent import decontamination
from lean_agent.benchmarks import names
from lean_agent.trace.rules.likeness import GRAM, THRESHOLD
from lean_agent.trace.rules.rule import MEANING, Rule
from lean_agent.trace.rules.search_use import SEARCH_MEANING, STEP, SearchKind
from lean_agent.trace.selection_record import Candidacy, SelectionRecord
from lean_agent.trace.sources import AT_THEIR_WORD

MOST_OVERLAPS = 20
"""So many of the episodes that overlap with an evaluation set are named."""

_MARKS = re.compile(r"[\\`*\[\]<>|]")

# As the Hub has them: https://huggingface.co/docs/hub/datasets-cards, read in November 2026.
_SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M"}


def render_card(record: SelectionRecord, candidacies: Sequence[Candidacy]) -> str:
    """The card in Markdown, with its header in YAML."""
    environment = Environment(
        loader=PackageLoader("lean_agent.trace"),
        autoescape=False,  # Markdown, not HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    compared = {one.name for one in record.evaluation_sets}
    return environment.get_template("dataset_card.md.j2").render(
        record=record,
        meanings=MEANING,
        size_category=next((name for most, name in _SIZES.items() if record.taken < most), "n>1M"),
        taken_of=Counter(one.run for one in candidacies if one.taken),
        not_compared=[name for name in names() if name not in compared],
        overlapping=[one for one in candidacies if one.rule is Rule.CONTAMINATION],
        most_overlaps=MOST_OVERLAPS,
        threshold=THRESHOLD,
        gram=GRAM,
        statement_share=decontamination.STATEMENT_SHARE,
        informal_share=decontamination.INFORMAL_SHARE,
        parts_share=decontamination.PARTS_SHARE,
        decontamination_gram=decontamination.GRAM,
        limits=_limits(record),
        command=_command(record),
        search_meaning=SEARCH_MEANING,
        step=STEP,
        percent=lambda part, whole: f"{part / whole:.0%}",
        cell=_cell,
    )


def _limits(record: SelectionRecord) -> list[str]:
    """What a user of the dataset should know, as far as it can be told from the record."""
    asked = record.request.recovery_share
    limits = []
    if record.taken < record.request.size:
        limits.append(
            f"It is smaller than asked for ({record.taken} of {record.request.size}): "
            "there were no more traces that pass."
        )
    if abs(record.recovering - asked * record.taken) >= 1:
        limits.append(
            f"{record.recovering} of {record.taken} traces hold an error and its recovery, where "
            f"{asked:.0%} were asked for: there were too few of the other kind."
        )
    if record.request.tokenizer is None:
        limits.append("Tokens are estimated from bytes; a model's own tokenizer makes fewer.")
    in_earnest = sum(count for kind, count in record.searches.items() if kind.in_earnest)
    if in_earnest < record.taken:
        limits.append(
            f"In {record.taken - in_earnest} of {record.taken} traces the proof does not need what "
            "the searches brought: there were too few in which it does."
        )
    if record.searches.get(SearchKind.NEEDED):
        limits.append(
            "That a proof needs a search's result means that Lean refuses this proof without it, "
            "and not that there is no other."
        )
    if any(AT_THEIR_WORD in one.problems for one in record.sources):
        limits.append(
            "For some runs problems were taken at their word (see the table of runs): their texts "
            "were not held against a benchmark."
        )
    if record.parsed_by_servers:
        limits.append(
            f"The answers of {record.parsed_by_servers} traces were parsed by a server, so that "
            "they could not be held against their raw texts."
        )
    if any("not looked for" in one.reference_proofs for one in record.sources):
        limits.append(
            "For some runs reference proofs were not looked for (see the table of runs). No "
            "message but the model's own answers could hold one."
        )
    limits += [
        "Likeness and overlap are of words: a statement put in other words (a hypothesis solved or "
        "moved under another quantifier, a definition unfolded) may not be found.",
        "Every trace ends in a proof: nothing here teaches when to give up.",
    ]
    if record.replayed < record.taken:
        limits.append(
            f"{record.taken - record.replayed} traces were not replayed: of what their searches "
            "answered only the form was looked at. `lean-agent traces replay` compares all of it."
        )
    return limits


def _command(record: SelectionRecord) -> str:
    """The command that was given, with defaults written out."""
    request = record.request
    folders = sum(one.folders for one in record.sources)
    words = ["lean-agent", "traces", "select", *["RUN"] * folders]
    words += ["--size", str(request.size), "--seed", str(request.seed)]
    words += [word for name in request.against for word in ("--against", name)]
    if request.max_tokens is not None:
        words += ["--max-tokens", str(request.max_tokens)]
    if request.tokenizer is not None:
        words += ["--tokenizer", request.tokenizer]
    words += ["--recovery-share", f"{request.recovery_share:g}", "--license", request.licence]
    words += ["--mixed"] * request.mixed
    if record.check_seconds is not None:
        words += ["--check-seconds", f"{record.check_seconds:g}"]
    return f"{shlex.join(words)} --out DATASET"


def _cell(text: str) -> str:
    """A cell of a table in which the text stands as it is."""
    return _MARKS.sub(r"\\\g<0>", " ".join(text.split()))
