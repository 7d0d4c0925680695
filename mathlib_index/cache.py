"""Where this package keeps what it can make again."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path


def cache_folder() -> Path:
    """LEAN_AGENT_CACHE, else the user's cache folder. It need not exist."""
    chosen = os.environ.get("LEAN_AGENT_CACHE")
    return Path(chosen).expanduser().resolve() if chosen else user_cache_path("lean-agent")
