"""What a client may ask for at once."""

from __future__ import annotations

MAX_BODY_BYTES = 16 * 1024 * 1024
MAX_SNIPPETS = 1024
MAX_SECONDS = 3600.0
"""The longest time limit that a check can have."""
MAX_WAITING = 1024
"""Checks that may wait for a Lean process; a server with that many answers 503."""
