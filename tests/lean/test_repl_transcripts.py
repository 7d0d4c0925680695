"""Answers recorded from the real repl are read by our types."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from lean_agent.lean.protocol import Answer, Refusal

DATA = Path(os.environ.get("LEAN_AGENT_DATA", Path(__file__).parents[3] / "shared" / "data"))
TRANSCRIPTS = DATA / "repl_transcripts"

MINIATURE = """{"sorries":
 [{"proofState": 0,
   "pos": {"line": 1, "column": 12},
   "goal": "p : Prop\\n⊢ p",
   "endPos": {"line": 1, "column": 17}}],
 "messages":
 [{"severity": "warning",
   "pos": {"line": 1, "column": 0},
   "endPos": {"line": 1, "column": 7},
   "data": "declaration uses 'sorry'"}],
 "env": 3}

{"env": 4}

{"message": "Unknown environment."}
"""


def answers(text: str) -> list[dict[str, object]]:
    return [json.loads(part) for part in text.split("\n\n") if part.strip()]


def test_the_three_forms_of_an_answer() -> None:
    full, bare, refusal = answers(MINIATURE)
    answer = Answer.model_validate(full)
    assert answer.env == 3 and answer.errors == ()
    assert answer.sorries[0].goal == "p : Prop\n⊢ p"
    end = answer.messages[0].end_pos
    assert end is not None and end.column == 7
    assert Answer.model_validate(bare) == Answer(env=4)
    assert Refusal.model_validate(refusal).message == "Unknown environment."


@pytest.mark.skipif(not TRANSCRIPTS.is_dir(), reason="no recorded transcripts (LEAN_AGENT_DATA)")
def test_every_recorded_command_answer_parses() -> None:
    read = 0
    for path in sorted(TRANSCRIPTS.glob("*.expected.out")):
        for recorded in answers(path.read_text()):
            if "env" in recorded:
                answer = Answer.model_validate(recorded)
                assert len(answer.messages) == len(recorded.get("messages", ()))  # type: ignore[arg-type]
                assert len(answer.sorries) == len(recorded.get("sorries", ()))  # type: ignore[arg-type]
                read += 1
            elif set(recorded) == {"message"}:
                Refusal.model_validate(recorded)
    assert read > 50
