"""A verdict in words: what a model, or a person at the terminal, reads."""

from __future__ import annotations

from lean_agent.lean.verdict import Verdict


def format_verdict(verdict: Verdict, code: str, limit: int = 4000) -> str:
    """The verdict as text of at most `limit` characters, Lean's messages beside their lines."""
    raise NotImplementedError
