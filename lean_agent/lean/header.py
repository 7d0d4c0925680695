"""A problem's header in a process: its imports are run once, the rest of it on top of them.

`import Mathlib` takes seconds and gigabytes, `open Nat Real` nothing. So two headers with the
same imports share them in a process, and processes are told apart by their imports alone.
"""

from __future__ import annotations

from functools import lru_cache

from lean_agent.lean import source
from lean_agent.lean.protocol import Answer
from lean_agent.lean.repl import LeanRepl
from lean_agent.lean.work_time import not_measured

HEADER_SECONDS = 600.0  # for the imports: Mathlib may have to come from a cold disk


@lru_cache(maxsize=1024)
def split_header(header: str) -> tuple[str, str]:
    """The header up to the line of its last import, and what comes after it.

    The second part stands behind as many line ends as the first has lines, so that Lean's
    positions in it are positions in the header.
    """
    words = list(source.tokens(header))
    imports = [place for place, word in enumerate(words) if word.text == "import"]
    if not imports:
        return "", header if header.strip() else ""
    # The name may stand on a line of its own, `import all` has a word before it.
    last = words[imports[-1] : imports[-1] + 3]
    named = last[2] if len(last) > 2 and last[1].text == "all" else last[min(1, len(last) - 1)]
    lines = header.split("\n")
    rest = "\n".join(lines[named.line :])
    return "\n".join(lines[: named.line]).rstrip(), "\n" * named.line + rest if rest.strip() else ""


async def run_header(repl: LeanRepl, header: str, seconds: float = HEADER_SECONDS) -> Answer | None:
    """Lean's answer to the header, run once a process; None where there is nothing in it.

    `seconds` is for what follows the imports, which have HEADER_SECONDS. The environment is the
    one to go on from. Where the imports fail, it is their answer, as there is nothing to run
    the rest in. Raises what `LeanRepl.run` raises.
    """
    imports, rest = split_header(header)
    answer: Answer | None = None
    if imports:
        with not_measured():
            answer = await repl.environment(imports, None, HEADER_SECONDS)
        if answer.errors:
            return answer
    if rest:
        above = answer.messages if answer else ()
        answer = await repl.environment(rest, answer.env if answer else None, seconds)
        answer = answer.model_copy(update={"messages": above + answer.messages})
    return answer
