"""The JSON protocol of leanprover-community/repl, whole.

A request is one JSON object and an empty line; so is the answer. The types have the meaning and
the fields of https://github.com/leanprover-community/repl (REPL/JSON.lean and REPL/Main.lean),
and write back what they read, key for key.

    request                                           answer
    Command, FileCommand                              Answer
    PickleEnvironment, UnpickleEnvironment            Answer
    TacticStep, PickleProofState, UnpickleProofState  TacticAnswer
    any                                               Refusal
"""

from lean_agent.lean.protocol.answers import (
    Answer,
    LeanMessage,
    Refusal,
    RefusalKind,
    Sorry,
    Tactic,
    TacticAnswer,
)
from lean_agent.lean.protocol.infotree import (
    CommandInfo,
    Hole,
    InfoNode,
    InfoTree,
    Syntax,
    SyntaxRange,
    TacticInfo,
    TermInfo,
)
from lean_agent.lean.protocol.requests import (
    Command,
    EnvironmentRequest,
    FileCommand,
    PickleEnvironment,
    PickleProofState,
    ProofStateRequest,
    Request,
    TacticStep,
    UnpickleEnvironment,
    UnpickleProofState,
)
from lean_agent.lean.protocol.wire import Index, Position, Wire

__all__ = [
    "Answer",
    "Command",
    "CommandInfo",
    "EnvironmentRequest",
    "FileCommand",
    "Hole",
    "Index",
    "InfoNode",
    "InfoTree",
    "LeanMessage",
    "PickleEnvironment",
    "PickleProofState",
    "Position",
    "ProofStateRequest",
    "Refusal",
    "RefusalKind",
    "Request",
    "Sorry",
    "Syntax",
    "SyntaxRange",
    "Tactic",
    "TacticAnswer",
    "TacticInfo",
    "TacticStep",
    "TermInfo",
    "UnpickleEnvironment",
    "UnpickleProofState",
    "Wire",
]
