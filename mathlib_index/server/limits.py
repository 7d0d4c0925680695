"""What a client may ask for, and how much of it at once."""

from __future__ import annotations

MAX_QUERY_CHARACTERS = 2_000
MAX_K = 100
MAX_QUERIES = 32
"""Queries in one request of LeanSearch's form, and queries encoded in one batch."""
MAX_MODULE_CHARACTERS = 300
MAX_BODY_BYTES = 64 * 1024
MAX_WAITING = 512
"""Queries that may wait for their turn; a server with more than that answers 503."""
