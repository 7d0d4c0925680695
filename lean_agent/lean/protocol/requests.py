"""What can be asked of the REPL: Lean text, a file, one tactic, and pickling."""

from __future__ import annotations

import json
import re
from typing import ClassVar, Literal

from pydantic import ConfigDict, Field

from lean_agent.lean.protocol.answers import Answer, TacticAnswer
from lean_agent.lean.protocol.wire import Index, Wire

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Request(Wire):
    """Base of the requests: a field that the REPL does not know is an error here."""

    model_config = ConfigDict(extra="forbid")

    def to_line(self) -> bytes:
        """The request as it is sent: a line of JSON in UTF-8, and an empty line.

        Characters are written as they are, since older Leans read `\\u` pairs of
        surrogates wrongly (lean4 issue 5445). Half of such a pair is no character, and goes as
        U+FFFD, which is what Lean makes of it.
        """
        line = json.dumps(self.to_json(), ensure_ascii=False)
        try:
            return line.encode() + b"\n\n"
        except UnicodeEncodeError:
            return _LONE_SURROGATE.sub("\ufffd", line).encode() + b"\n\n"


class _AboutEnvironment(Request):
    answered_by: ClassVar[type[Answer]] = Answer


class _AboutProofState(Request):
    answered_by: ClassVar[type[TacticAnswer]] = TacticAnswer


class _Elaborating(_AboutEnvironment):
    """What can be asked for beside the messages.

    `all_tactics` lists every tactic step, `root_goals` makes a `sorry` of the goal of every
    proof, `infotree` chooses what Lean noted about the text: everything, its tactics, of these
    only those that were written out, or only those that are not mere combinators.
    `gc`, in forks such as that of Kimina Lean Server, drops the environment after the
    answer; the REPL itself pays no heed to it.
    """

    env: Index | None = None
    all_tactics: bool | None = Field(default=None, strict=True)
    root_goals: bool | None = Field(default=None, strict=True)
    infotree: Literal["full", "tactics", "original", "substantive"] | None = None
    gc: bool | None = Field(default=None, strict=True)


class Command(_Elaborating):
    """Lean text to run, in environment `env` of an earlier answer or in a fresh one."""

    cmd: str


class FileCommand(_Elaborating):
    """A file of Lean text to run; `path` is as the REPL's process sees it."""

    path: str


class PickleEnvironment(_AboutEnvironment):
    """Write environment `env` to the file `pickle_to`; what it imports is not in the file."""

    env: Index
    pickle_to: str


class UnpickleEnvironment(_AboutEnvironment):
    """Make an environment of such a file. The REPL dies of a file that is not there."""

    unpickle_env_from: str


class TacticStep(_AboutProofState):
    """One tactic to run in proof state `proof_state`.

    Tactic mode has accepted wrong proofs (repl issue 44): a verdict may rest on commands only.
    """

    proof_state: Index
    tactic: str


class PickleProofState(_AboutProofState):
    """Write a proof state to the file `pickle_to`; the answer gives it a new number too."""

    proof_state: Index
    pickle_to: str


class UnpickleProofState(_AboutProofState):
    """Make a proof state of such a file, in environment `env` or in one of its own imports."""

    unpickle_proof_state_from: str
    env: Index | None = None


EnvironmentRequest = Command | FileCommand | PickleEnvironment | UnpickleEnvironment
ProofStateRequest = TacticStep | PickleProofState | UnpickleProofState
