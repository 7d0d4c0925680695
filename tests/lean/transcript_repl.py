"""A stand-in for the REPL: it plays the transcript in the file `NAME.in` back.

    python transcript_repl.py FOLDER/NAME.in

It answers a request with the recorded bytes, if it is the one that was recorded next, as JSON;
otherwise it ends and says on standard error what it was to be.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from transcripts import Transcript, read_requests


def main() -> None:
    transcript = Transcript(Path(sys.argv[1]))
    recorded = zip(transcript.requests(), transcript.answers(), strict=True)
    sys.stdin.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    for received in read_requests(sys.stdin):
        expected, answer = next(recorded, ("null", ""))
        if json.loads(received) != json.loads(expected):
            sys.exit(f"expected {expected} but received {received}")
        sys.stdout.buffer.write(answer.encode() + b"\n\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
