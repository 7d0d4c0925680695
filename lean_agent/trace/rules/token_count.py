"""How many tokens a trace has: by a tokenizer, or estimated and said to be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lean_agent.errors import UserError
from lean_agent.models.base import estimated_tokens
from lean_agent.trace.trace import Trace

PER_MESSAGE = 8
"""Added for each message: the marks that chat templates put around it are at most so many."""

ESTIMATE = "an estimate that is rather too high: a token for every two bytes"


class TokenCounter:
    """Counts tokens of whole traces.

    `name` says by what, in the same words on every machine; `checksum` is the SHA-256 of the
    tokenizer, empty for an estimate.
    """

    def __init__(self, count: Callable[[str], int], name: str, checksum: str = "") -> None:
        self._count = count
        self.name = name
        self.checksum = checksum

    @classmethod
    def open(cls, tokenizer: str | None) -> TokenCounter:
        """By a `tokenizer.json`, a folder that holds one or a name on the Hub; None: an estimate.

        Raises UserError where there is none.
        """
        if tokenizer is None:
            return cls(estimated_tokens, ESTIMATE)
        loaded = _load(tokenizer)
        path = Path(tokenizer)
        name = path.parent.name if path.suffix == ".json" and path.parent.name else path.name
        checksum = hashlib.sha256(loaded.to_str().encode()).hexdigest()

        def count(text: str) -> int:
            return len(loaded.encode(text, add_special_tokens=False).ids)

        return cls(count, tokenizer if not path.exists() else name, checksum)

    def count(self, trace: Trace) -> int:
        """Tokens of the messages, their calls as JSON and, where they are sent beside the
        messages, the tools; and PER_MESSAGE for each."""
        parts = [] if trace.tools_in_prompt else [one.model_dump_json() for one in trace.tools]
        for message in trace.messages:
            parts.append(message.content)
            parts += (
                json.dumps({"name": call.name, "arguments": call.arguments}, ensure_ascii=False)
                for call in message.tool_calls
            )
        return sum(map(self._count, filter(None, parts))) + PER_MESSAGE * len(trace.messages)


def _load(name: str) -> Any:
    from tokenizers import Tokenizer

    path = Path(name)
    try:
        if path.is_dir():
            path /= "tokenizer.json"
        if path.is_file():
            return Tokenizer.from_file(str(path))
        if path.suffix == ".json" or name.startswith(("/", ".", "~")):
            raise FileNotFoundError(f"{path} does not exist")
        return Tokenizer.from_pretrained(name)
    except Exception as error:  # the package raises plain Exception for a file it cannot read
        raise UserError(
            f"cannot load the tokenizer {name}: {str(error).splitlines()[0].rstrip('.')}. Give a "
            "tokenizer.json, a folder that holds one, or a name on the Hugging Face Hub; without "
            "--tokenizer tokens are estimated from bytes"
        ) from error
