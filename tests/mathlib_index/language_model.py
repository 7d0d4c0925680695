"""A real HTTP server that answers like a language model, and fails when told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, Any]
HANG_UP: Answer = (0, None)


def says(content: str | None, finish: str = "stop") -> Answer:
    """An answer of the chat-completions protocol."""
    return 200, {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content},
                "finish_reason": finish,
            }
        ],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }


def fails(status: int) -> Answer:
    """An error that the client may try again at once."""
    return status, {"error": {"message": f"status {status}"}}


def about(question: str) -> Answer:
    """A description that names what it is of, so that a mix-up would show."""
    return says(f"This is about {name_in(question)}.")


def name_in(question: str) -> str:
    """The full name in a question: the second word, after the kind."""
    return question.split()[1]


class LanguageModel:
    """Answers each question by `answer(question)`, after `seconds`.

    `questions` holds what was asked, `answered` counts what was sent whole, `keys` the API keys.
    """

    def __init__(self, answer: Callable[[str], Answer] = about, seconds: float = 0.0) -> None:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["content-length"])
                request: dict[str, Any] = json.loads(self.rfile.read(size))
                question = request["messages"][-1]["content"]
                with server._lock:
                    server.requests.append(request)
                    server.questions.append(question)
                    server.keys.add(self.headers["authorization"])
                time.sleep(seconds)
                status, reply = answer(question)
                if status == 0:
                    self.connection.close()
                    return
                data = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
                with suppress(ConnectionError):  # the one who asked was killed meanwhile
                    self.send_response(status)
                    self.send_header("content-type", "application/json")
                    self.send_header("retry-after-ms", "5")
                    self.send_header("content-length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                    with server._lock:
                        server.answered += status == 200

            def log_request(self, *args: Any) -> None:
                pass

        self.requests: list[dict[str, Any]] = []
        self.questions: list[str] = []
        self.keys: set[str] = set()
        self.answered = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever)
        self.spec = f"tester/small@http://127.0.0.1:{self._server.server_port}/v1"

    def asked(self) -> list[str]:
        """Names that were asked about, sorted."""
        return sorted(name_in(question) for question in self.questions)

    def __enter__(self) -> LanguageModel:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
