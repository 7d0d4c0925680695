"""The Lake project that LEAN_AGENT_PROJECT names, for the tests that ask for it.

The variable is taken away as soon as this module is imported: every other test means the embedded
Lean, and the commands that it runs would go to the project.
"""

from __future__ import annotations

import os

from lean_agent.lean.toolchain import PROJECT_VARIABLE

REAL_PROJECT = os.environ.pop(PROJECT_VARIABLE, "")
