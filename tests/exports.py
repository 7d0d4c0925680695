"""What the tests of exports have in common: episodes, and writing and reading a file."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from synthetic_runs import make_problem, make_trace

from lean_agent.chat import CallError, CallErrorKind
from lean_agent.dialects import dialect_named
from lean_agent.trace.export import Exported, FormatName, Style, export, format_named
from lean_agent.trace.store import read_traces
from lean_agent.trace.trace import Trace

SAMPLE = Path(__file__).parent.parent / "traces" / "sample" / "traces.jsonl"
PROBLEM = make_problem()
PROOF = f"{PROBLEM.statement} := ⟨h.2, h.1⟩"
NATIVE = Style()
HERMES = Style(dialect=dialect_named("hermes"))
SPOILT = CallError(
    kind=CallErrorKind.NOT_JSON, text="<tool_call>{</tool_call>", detail="it is no JSON"
)
RECOVERY = make_trace(
    PROBLEM,
    0,
    PROOF,
    errors=(SPOILT,),
    words=f"<think>\nSwap.\n</think>\n\nI try {SPOILT.text}",
)
"""Thinks, spoils a call beside good ones, and goes on."""
NEEDS_DATASETS = pytest.mark.skipif(
    importlib.util.find_spec("datasets") is None, reason="datasets is not installed"
)
TABLES = [
    pytest.param(name, marks=NEEDS_DATASETS) for name in (FormatName.ARROW, FormatName.PARQUET)
]
READABLE = [FormatName.MESSAGES, FormatName.OPENAI, FormatName.SHAREGPT, *TABLES]


def sample() -> list[Trace]:
    """Six genuine episodes."""
    return list(islice(read_traces(SAMPLE), 6))


def written(
    traces: Iterable[Trace],
    name: FormatName,
    path: Path,
    style: Style = NATIVE,
    template: str | None = None,
) -> Exported:
    """Export them to `path`."""
    return export(traces, format_named(name, style, template), style, path)


def rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a file of JSON Lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def load(kind: str, path: Path) -> Any:
    """`datasets.load_dataset` of one file, with a cache beside it."""
    datasets = pytest.importorskip("datasets")
    cache = str(path.parent / "cache")
    return datasets.load_dataset(kind, data_files=str(path), split="train", cache_dir=cache)
