"""A real headless browser for the tests of pages."""

from __future__ import annotations

import subprocess
from pathlib import Path


class Browser:
    """Headless Chromium that opens an address and gives back the page as it stands afterwards."""

    def __init__(self, executable: str, profile: Path) -> None:
        self._command = [
            executable,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no network
            "--enable-logging=stderr",
            "--virtual-time-budget=5000",
            f"--user-data-dir={profile}",
            "--dump-dom",
        ]

    def open(self, url: str) -> tuple[str, list[str]]:
        """The DOM as HTML, and what was written to the console, errors included."""
        ran = subprocess.run(
            [*self._command, url], capture_output=True, text=True, timeout=120, check=True
        )
        return ran.stdout, [line for line in ran.stderr.splitlines() if ":CONSOLE" in line]
