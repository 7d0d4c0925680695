"""lean-agent: language models that prove theorems in Lean 4 with tools."""

from __future__ import annotations

__version__ = "0.1.0"
