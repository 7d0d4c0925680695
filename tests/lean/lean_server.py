"""`lean-agent serve-lean` as a process that a test starts and stops."""

from __future__ import annotations

import subprocess
from typing import Any

from command import command
from process_table import children, wait_until
from search_server import ROOT, SearchServer

ENDLESS = "theorem endless : False := by repeat skip"


class LeanServer(SearchServer):
    """A real server of the embedded Lean; killed at the end whatever happens."""

    def __init__(self, *options: str, token: str = "") -> None:
        super().__init__(ROOT, *options, token=token)

    def command(self) -> list[str]:
        return command("serve-lean", "--lean", "embedded")

    def check(self, code: str, **options: Any) -> dict[str, Any]:
        """The result of one snippet."""
        asked = {"snippets": [{"id": "it", "code": code}], **options}
        answer = self.client.post("/api/check", json=asked)
        assert answer.status_code == 200, answer.text
        (result,) = answer.json()["results"]
        assert isinstance(result, dict)
        return result

    def prove_check(self, statement: str, proof: str, **options: Any) -> dict[str, Any]:
        """The verdict on one proof."""
        asked = {"problem": {"statement": statement}, "proof": proof, **options}
        answer = self.client.post("/prove-check", json=asked)
        assert answer.status_code == 200, answer.text
        verdict = answer.json()
        assert isinstance(verdict, dict)
        return verdict

    def lean_processes(self) -> list[int]:
        """What the server has started and still runs."""
        return [pid for child in children(self.process.pid) for pid in _tree(child)]

    def wait_for_work(self, checks: int = 1) -> None:
        """Return when so many checks run in Lean."""
        wait_until(lambda: self.at_work() >= checks)

    def at_work(self) -> float:
        """Checks that run in Lean now."""
        kinds = ("snippet", "proof")
        return sum(self.metric(f'lean_agent_pool_at_work{{kind="{kind}"}}') for kind in kinds)


def _tree(pid: int) -> list[int]:
    return [pid, *(one for child in children(pid) for one in _tree(child))]


def serve_in_vain(*arguments: object) -> str:
    """The line on standard error of a server that must refuse to start, with exit code 2."""
    done = subprocess.run(
        command("serve-lean", *arguments), capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr.splitlines()[-1]
