"""What a client may ask for at once."""

from __future__ import annotations

MAX_BODY_BYTES = 16 * 1024 * 1024
MAX_SNIPPETS = 1024
MAX_SECONDS = 3600.0
"""The longest time limit that a check can have."""
