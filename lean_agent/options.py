"""Command-line options that several commands have, in the groups that `--help` shows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lean_agent.chat import Sampling
from lean_agent.episode import Mode
from lean_agent.errors import UserError
from lean_agent.trace.trace import Limits

LIMITS = Limits()
SAMPLING = Sampling()

_MODEL = "The model and its settings"
_EPISODE = "How an episode is played"
_LEAN = "Lean and the search tool"

RECORDED = "recorded"
"""The `--lean` of `lean-agent run` that takes verdicts from a record."""


def checks_anew(lean: str) -> str:
    """The same, if it names a Lean. Raises UserError for the verdicts of a record."""
    if lean == RECORDED:
        raise UserError(
            f"--lean {RECORDED} is for `lean-agent run … --model replay:RUN` alone, which plays a "
            "record back; here Lean is asked: name `embedded` or the path of a Lake project"
        )
    return lean


_WHICH_LEAN = (
    "`embedded`, or the path of a Lake project; `auto` is the project that LEAN_AGENT_PROJECT "
    "names, else `embedded`."
)
Lean = Annotated[str, typer.Option(help=_WHICH_LEAN, rich_help_panel=_LEAN, callback=checks_anew)]
LeanOrRecord = Annotated[
    str,
    typer.Option(
        help=f"{_WHICH_LEAN} `{RECORDED}`, with --model replay:RUN: the verdicts and search "
        "results of that record; nothing is checked anew, and reports say so.",
        rich_help_panel=_LEAN,
    ),
]
Index = Annotated[
    str | None,
    typer.Option(
        metavar="PATH_OR_URL",
        help="A search index: the folder that `mathlib-index build` made, or the URL where "
        "`mathlib-index serve` serves one (its token, if any, in LEAN_AGENT_SEARCH_TOKEN). By "
        "default the embedded Lean uses an index of its own library, built on first use.",
        rich_help_panel=_LEAN,
    ),
]
CheckSeconds = Annotated[
    float | None,
    typer.Option(
        min=0.1,
        help="Time limit of one Lean check. "
        f"[default: the preset's, else {LIMITS.check_seconds:g}]",
        rich_help_panel=_LEAN,
    ),
]

Model = Annotated[
    str | None,
    typer.Option(
        metavar="SPEC",
        help="`openai:NAME@URL` (any OpenAI-compatible server), `vllm:PATH` or "
        "`transformers:PATH` (a folder or Hub name, in this process), `portfolio` (a baseline "
        "that needs no model) or `replay:RUN` (plays a recorded run or dataset back, with its "
        "settings).",
        rich_help_panel=_MODEL,
    ),
]
Preset = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Begin with the published settings of a model, such as `goedel-prover-v2-8b`; "
        "`lean-agent models` lists them. Then `vllm:` and `openai:@URL` need not name the model.",
        rich_help_panel=_MODEL,
    ),
]
SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--settings",
        metavar="FILE.toml",
        help="Settings in TOML, over those of the preset: `model`, `preset` and the tables "
        "`sampling`, `limits`, `episode`, `backend`.",
        rich_help_panel=_MODEL,
    ),
]
Assignments = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="One setting by its key in the file, over those in the file: `--set "
        "sampling.top_k=20 --set backend.interface=prompt --set backend.dialect=fenced`.",
        rich_help_panel=_MODEL,
    ),
]
Temperature = Annotated[
    float | None,
    typer.Option(
        min=0.0,
        help=f"Sampling temperature. [default: the preset's, else {SAMPLING.temperature:g}]",
        rich_help_panel=_MODEL,
    ),
]
MaxTokens = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Tokens the model may write in one turn; `--set limits.tokens=N` bounds those of the "
        f"whole episode. [default: the preset's, else {SAMPLING.max_tokens}; of an episode "
        f"{LIMITS.tokens}, or as many as one turn may have]",
        rich_help_panel=_MODEL,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        help=f"Every episode draws with a seed derived from this one. [default: {SAMPLING.seed}]",
        rich_help_panel=_MODEL,
    ),
]

PlayMode = Annotated[
    Mode | None,
    typer.Option(
        help="`agent`: with tools, over several turns. `whole-proof`: no tools, one answer. "
        "`self-correction`: no tools, Lean's errors come back. [default: the preset's, else agent]",
        rich_help_panel=_EPISODE,
    ),
]
Prompt = Annotated[
    str | None,
    typer.Option(
        metavar="NAME@VERSION",
        help="Which words the model is given; `lean-agent models` lists the prompts of each mode.",
        rich_help_panel=_EPISODE,
    ),
]
Variants = Annotated[
    str | None,
    typer.Option(
        metavar="NAME,NAME,...|all",
        help="Run everything once under each of these prompts, into OUT/NAME/, and tabulate; "
        "`all` are those of the mode.",
        rich_help_panel=_EPISODE,
    ),
]
Lenient = Annotated[
    bool | None,
    typer.Option(
        "--lenient/--strict",
        help="Take tool calls that are nearly right, and record what was mended. Strict by "
        "default: only then do runs compare.",
        rich_help_panel=_EPISODE,
    ),
]
Turns = Annotated[
    int | None,
    typer.Option(
        min=1,
        help=f"Model turns an episode may take. [default: the preset's, else {LIMITS.turns}]",
        rich_help_panel=_EPISODE,
    ),
]
Seconds = Annotated[
    float | None,
    typer.Option(
        min=0.1,
        help=f"Time limit of one episode. [default: the preset's, else {LIMITS.seconds:g}]",
        rich_help_panel=_EPISODE,
    ),
]

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Header = Annotated[str, typer.Option(help="Lean text before the statement: imports, opens.")]
Samples = Annotated[int, typer.Option(min=1, help="Episodes for each problem: the n of pass@k.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Only the first N problems.")]
Concurrency = Annotated[int, typer.Option(min=1, help="Episodes in flight at once.")]
