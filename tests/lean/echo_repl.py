"""A stand-in for the REPL: its one message repeats the command.

    python echo_repl.py [PIECE]

With PIECE it writes its answers so many bytes at a time.
"""

from __future__ import annotations

import json
import sys

from transcripts import read_requests


def main() -> None:
    piece = int(sys.argv[1]) if len(sys.argv) > 1 else sys.maxsize
    sys.stdin.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    for number, request in enumerate(read_requests(sys.stdin)):
        pos = {"line": 1, "column": 0}
        message = {"severity": "info", "pos": pos, "data": json.loads(request)["cmd"]}
        answer = json.dumps({"env": number, "messages": [message]}, ensure_ascii=False)
        rest = answer.encode() + b"\n\n"
        while rest:
            sys.stdout.buffer.write(rest[:piece])
            sys.stdout.buffer.flush()
            rest = rest[piece:]


if __name__ == "__main__":
    main()
