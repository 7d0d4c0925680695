"""What the REPL answers: to commands, to tactics, and when it refuses."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from lean_agent.lean.embedded_repl import OUT_OF_MEMORY
from lean_agent.lean.protocol.infotree import InfoTree
from lean_agent.lean.protocol.wire import Index, Position, Wire


class LeanMessage(Wire):
    """What Lean says about a stretch of the text."""

    severity: Literal["error", "warning", "info", "trace"]
    pos: Position
    end_pos: Position | None = None
    data: str


class Sorry(Wire):
    """A `sorry` and the goal it stands for; it has no place where a tactic was run by itself.

    `proof_state` is the state in which a TacticStep can go on from that goal.
    """

    pos: Position | None = None
    end_pos: Position | None = None
    goal: str
    proof_state: Index | None = None


class Tactic(Wire):
    """A tactic step of the text: the goals before it, its text, and the constants it put in."""

    pos: Position
    end_pos: Position
    goals: str
    tactic: str
    proof_state: Index | None = None
    used_constants: tuple[str, ...] = ()


class Answer(Wire):
    """What a command gave: the new environment and what Lean said on the way."""

    env: Index
    messages: tuple[LeanMessage, ...] = ()
    sorries: tuple[Sorry, ...] = ()
    tactics: tuple[Tactic, ...] = ()
    infotree: tuple[InfoTree, ...] | None = None

    @property
    def errors(self) -> tuple[LeanMessage, ...]:
        """The messages that mean Lean did not accept the text."""
        return tuple(m for m in self.messages if m.severity == "error")


class TacticAnswer(Wire):
    """What a tactic gave: the new proof state and the goals that are left in it.

    `proof_status` is the REPL's opinion, "Completed" or a sentence on what is missing; older
    ones have none. It is no verdict (see TacticStep).
    """

    proof_state: Index
    goals: tuple[str, ...]
    messages: tuple[LeanMessage, ...] = ()
    sorries: tuple[Sorry, ...] = ()
    traces: tuple[str, ...] = ()
    proof_status: str | None = None


class RefusalKind(StrEnum):
    """What was wrong with a request that has no answer."""

    UNKNOWN_ENVIRONMENT = "unknown_environment"
    UNKNOWN_PROOF_STATE = "unknown_proof_state"
    TACTIC_FAILED = "tactic_failed"  # Lean's own error at that tactic; the old state is still good
    BAD_REQUEST = "bad_request"  # not JSON, or not a request
    OUT_OF_MEMORY = "out_of_memory"
    FAILED = "failed"  # no such file, an import that is not there, a Lean that died


# The beginnings of all the messages in REPL/Main.lean, and of our own REPL's.
_BEGINNINGS = {
    "Unknown environment.": RefusalKind.UNKNOWN_ENVIRONMENT,
    "Unknown proof state.": RefusalKind.UNKNOWN_PROOF_STATE,
    "Unknown proof State.": RefusalKind.UNKNOWN_PROOF_STATE,
    "Lean error:": RefusalKind.TACTIC_FAILED,
    "Could not parse": RefusalKind.BAD_REQUEST,
    OUT_OF_MEMORY: RefusalKind.OUT_OF_MEMORY,
}


class Refusal(Wire):
    """The REPL's own error, which leaves it usable: `{"message": …}`."""

    message: str

    @property
    def kind(self) -> RefusalKind:
        """What was wrong."""
        for beginning, kind in _BEGINNINGS.items():
            if self.message.startswith(beginning):
                return kind
        return RefusalKind.FAILED
