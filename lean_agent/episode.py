"""How episodes are played: with which tools, which prompt, and how strictly answers are read."""

from __future__ import annotations

from enum import StrEnum

from lean_agent.chat import Frozen


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
