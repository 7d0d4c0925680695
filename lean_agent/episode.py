"""How episodes are played: with which tools, which prompt, and how strictly answers are read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from lean_agent.chat import Frozen, Message


class Mode(StrEnum):
    """What the model has to work with. All modes go through the same loop and the same checks."""

    AGENT = "agent"
    """Searches and checks as it likes; also a proof that it only writes down is checked."""

    WHOLE_PROOF = "whole-proof"
    """No tools and one answer, which must hold the proof: how provers are usually evaluated."""

    SELF_CORRECTION = "self-correction"
    """No tools; Lean's verdict on each proof comes back, as many rounds as there are turns."""


class EpisodeSettings(Frozen):
    """How an episode is played.

    `prompt` names a template and its version, such as `json@1`; the empty name is the mode's
    default. With `lenient` calls that are nearly right are taken, and the trace says what was
    mended; counts of valid calls are then not comparable with strict ones.
    """

    mode: Mode = Mode.AGENT
    prompt: str = ""
    lenient: bool = False


@dataclass(frozen=True)
class Watch:
    """Who looks on: `message` is given each message as it is added after the opening, `text` the
    model's text as it is generated, where the backend streams."""

    message: Callable[[Message], None]
    text: Callable[[str], None] | None = None


def episode_seed(run_seed: int, problem_id: str, sample: int) -> int:
    """A seed below 2^31 (some servers take no more), the same on every machine."""
    digest = hashlib.sha256(f"{run_seed}\n{sample}\n{problem_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
