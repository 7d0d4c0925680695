"""The embedded Lean behind the JSON protocol of leanprover-community/repl, command mode.

    LEAN_PATH=FOLDER python -m lean_agent.lean.embedded_repl

A command is a JSON object and a blank line: `{"cmd": TEXT}` or `{"cmd": TEXT, "env": N}`.
The answer is a JSON object and a blank line: `{"env": N, "messages": […], "sorries": […]}`,
or `{"message": TEXT}` when there is no such environment, when the command was not JSON, or
when Lean did not survive the text.

Lean is loaded, initialized and imports the library once; each command forks, and the child reads
the text. A text that imports something else is read by `lean`, from the start. An environment is
the text that made it, put before the new command. Of Python only the standard library is imported
here, to keep the start quick and the forks cheap.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import resource
import selectors
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from lean_agent.lean import native
from lean_agent.lean.embedded_library import Library, body
from lean_agent.lean.last_words import out_of_memory

MEMORY_MIB = 4096  # of a process that was started without a limit
LEAN_SHARE = 0.75  # of the memory limit: past that Lean ends with an error of its own
CPU_SECONDS = 3600  # a last resort: whoever drives this process has shorter limits
OUTPUT_BYTES = 4 << 20  # of messages from one command; the rest is cut
STDERR_BYTES = 4096  # of what a dying Lean says
ARGUMENTS = ("--stdin", "--json", "-j1")
FLOOD = "too many messages"  # how the error begins that says that messages were cut
# A refusal for want of memory begins so; protocol.OUT_OF_MEMORY is the same.
OUT_OF_MEMORY = "Lean ran out of memory"

# Ends whatever the text before left unfinished, so that two commands stay two.
SEPARATOR = "\nsection _ end _\n"
# In a second pass every `sorry` shows its goal.
SHOW_GOALS = (
    "macro_rules | `(tactic| sorry) => `(tactic| focus (trace_state; exact sorryAx _ true))\n"
    "macro_rules | `(term| sorry) => `(term| by trace_state; exact sorryAx _ true)\n"
)
USAGE = 'the embedded Lean takes {"cmd": TEXT} and {"cmd": TEXT, "env": NUMBER}'
_IMPORTS = re.compile(r"(?:\s*import\s+\S+[^\S\n]*(?:\n|\Z))*")
_SORRY = re.compile(r"\bsorry\b")
_SEVERITY = {"information": "info"}

Json = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """What one `lean` process wrote: its messages, or why there is nothing to be had.

    `flood` says that it was stopped because it wrote too much.
    """

    messages: list[Json]
    crash: str | None = None
    flood: bool = False


def main() -> None:
    """Answer commands from standard input until it ends."""
    native.die_with_parent()
    if "LEAN_PATH" not in os.environ:  # started by hand
        from lean_agent.lean.embedded import build_library

        os.environ["LEAN_PATH"] = str(build_library())
    if native.memory_limit() is None:  # not started in the sandbox
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_MIB << 20, MEMORY_MIB << 20))
    native.raise_stack_limit()
    lean = native.load()
    native.initialize(lean)
    repl = Repl(lean, Library(lean))
    for text in _commands(sys.stdin.buffer):
        answer = json.dumps(repl.answer(text), ensure_ascii=False)
        sys.stdout.buffer.write(answer.encode("utf-8", "replace") + b"\n\n")
        sys.stdout.buffer.flush()


def _commands(stream: BinaryIO) -> Iterator[str]:
    """The commands in a stream: lines up to a blank one, joined without their line ends."""
    lines: list[str] = []
    for line in stream:
        text = line.decode("utf-8", "replace").rstrip()
        if text:
            lines.append(text)
        elif lines:
            yield "".join(lines)
            lines = []
    if lines:
        yield "".join(lines)


class Repl:
    """The environments made so far, and the Lean that makes new ones."""

    def __init__(self, lean: ctypes.CDLL, library: Library) -> None:
        self._lean = lean
        self._library = library
        # An environment is the number of the one it grew from, and its own text.
        self._environments: list[tuple[int | None, str]] = []

    def answer(self, command: str) -> Json:
        """The answer to one command, as the protocol has it."""
        try:
            request = json.loads(command)
        except ValueError as error:
            return {"message": f"Could not parse JSON:\n{error}"}
        match request:
            case {"cmd": str(text), **rest}:
                env = rest.get("env")
            case _:
                return {"message": f"Could not parse as a valid JSON command:\n{USAGE}"}
        if env is not None:
            if type(env) is not int:
                return {"message": f"Could not parse as a valid JSON command:\n{USAGE}"}
            if not 0 <= env < len(self._environments):
                return {"message": "Unknown environment."}
        # Lean reads UTF-8, in which a lone surrogate cannot be written.
        text = text.encode("utf-8", "replace").decode("utf-8")
        return self._check(text, env)

    def _check(self, text: str, env: int | None) -> Json:
        prefix = self._text_of(env)
        run = self._lean_on(prefix, text)
        if run.crash is not None:
            return {"message": run.crash}
        self._environments.append((env, text))
        answer: Json = {"env": len(self._environments) - 1}
        if run.messages:
            answer["messages"] = run.messages
        sorries = self._sorries(prefix, text, run.messages)
        if sorries:
            answer["sorries"] = sorries
        return answer

    def _text_of(self, env: int | None) -> str:
        parts: list[str] = []
        while env is not None:
            env, text = self._environments[env]
            parts += [SEPARATOR, text]
        return "".join(reversed(parts))

    def _lean_on(self, prefix: str, text: str) -> Run:
        """Run Lean on both texts; the messages are those of the second, in its lines."""
        run = run_lean(self._lean, self._library, prefix + text)
        messages = _below(run.messages, prefix.count("\n"))
        if run.flood:
            messages.append(_flood(messages))
        return Run(messages, run.crash)

    def _sorries(self, prefix: str, text: str, messages: list[Json]) -> list[Json]:
        """Each `sorry` in the text, with its goal where a second run can show it."""
        if not _SORRY.search(text):
            return []
        match = _IMPORTS.match(text)
        imports = match.group() if match and not prefix else ""
        above = prefix + imports + ("" if imports.endswith("\n") or not imports else "\n")
        second = run_lean(self._lean, self._library, above + SHOW_GOALS + text[len(imports) :])
        shift = prefix.count("\n") + SHOW_GOALS.count("\n")
        sorries = [
            {"pos": m["pos"], "endPos": m["endPos"], "goal": m["data"].split("\n\n")[0]}
            for m in _below(second.messages, shift)
            if m["severity"] == "info" and _text_at(text, m) == "sorry"
        ]
        if sorries or not any("declaration uses `sorry`" in m["data"] for m in messages):
            return sorries
        return [_sorry_at(text, m.start()) for m in _SORRY.finditer(text)]


def _below(messages: list[Json], lines: int) -> list[Json]:
    """The messages that lie below the first `lines` lines, counted from there."""

    def lift(place: Json | None) -> Json | None:
        return place and {"line": place["line"] - lines, "column": place["column"]}

    return [
        m | {"pos": lift(m["pos"]), "endPos": lift(m["endPos"])}
        for m in messages
        if m["pos"]["line"] > lines
    ]


def _text_at(text: str, message: Json) -> str:
    """The stretch of one line that a message is about; empty when it is longer than a line."""
    start, end = message["pos"], message["endPos"]
    lines = text.split("\n")
    if end is None or start["line"] != end["line"] or start["line"] > len(lines):
        return ""
    line: str = lines[start["line"] - 1]
    return line[start["column"] : end["column"]]


def _sorry_at(text: str, offset: int) -> Json:
    line = text.count("\n", 0, offset)
    column = offset - (text.rfind("\n", 0, offset) + 1)
    return {
        "pos": {"line": line + 1, "column": column},
        "endPos": {"line": line + 1, "column": column + len("sorry")},
        "goal": "",
    }


def run_lean(lean: ctypes.CDLL, library: Library, text: str) -> Run:
    """Have a child process read a text, and collect its messages."""
    source = os.memfd_create("source")
    try:
        with os.fdopen(source, "wb", closefd=False) as file:
            file.write(text.encode())
    except OSError as error:  # RLIMIT_FSIZE
        os.close(source)
        return Run([], f"a text of {len(text)} characters cannot be given to Lean: {error}")
    os.lseek(source, 0, os.SEEK_SET)
    output, output_end = os.pipe()
    complaints, complaints_end = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            _confine(parent, source, output_end, complaints_end)
            _read(lean, library, text)
        finally:
            os._exit(126)
    for descriptor in (source, output_end, complaints_end):
        os.close(descriptor)
    written, said, cut = _read_both(output, complaints)
    if cut:
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    messages = [m for line in written.split(b"\n") if (m := _message(line)) is not None]
    if cut or status == 0:
        return Run(messages, flood=cut)
    last_words = said.decode("utf-8", "replace").strip()
    no_memory = out_of_memory(last_words)
    # A panic too ends with status 1, and after SEPARATOR there is always an error.
    panic = no_memory or "PANIC" in last_words
    if status == 1 and not panic and any(m["severity"] == "error" for m in messages):
        return Run(messages)
    what = OUT_OF_MEMORY if no_memory else "Lean crashed"
    return Run([], f"{what} ({_exit_in_words(status)}). {last_words}".rstrip())


def _confine(parent: int, source: int, output: int, complaints: int) -> None:
    """In the child: take the pipes and the limits."""
    native.die_with_parent()
    if os.getppid() != parent:
        os._exit(1)
    os.dup2(source, 0)
    os.dup2(output, 1)
    os.dup2(complaints, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(lean: ctypes.CDLL, library: Library, text: str) -> NoReturn:
    """In the child: read the text, here or, where it has a head of its own, as `lean` does."""
    limit = native.memory_limit()
    assert limit is not None  # main saw to it
    memory, alone = int(LEAN_SHARE * limit), body(text)
    if alone is None:
        native.run(lean, (*ARGUMENTS, f"-M{memory >> 20}"))
    library.read(alone, memory)
    native.end(0)


def _read_both(output: int, complaints: int) -> tuple[bytes, bytes, bool]:
    """Read two pipes to their ends; whether the first was cut at OUTPUT_BYTES comes third."""
    kept = {output: bytearray(), complaints: bytearray()}
    cut = False
    with selectors.DefaultSelector() as selector:
        for pipe in kept:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map() and not cut:
            for key, _ in selector.select():
                chunk = os.read(key.fd, 1 << 16)
                kept[key.fd] += chunk
                if not chunk:
                    selector.unregister(key.fd)
            cut = len(kept[output]) > OUTPUT_BYTES
            del kept[complaints][:-STDERR_BYTES]
    os.close(output)
    os.close(complaints)
    return bytes(kept[output]), bytes(kept[complaints]), cut


def _message(line: bytes) -> Json | None:
    """One line of `lean --json` as the protocol has it; None for anything else."""
    try:
        said = json.loads(line)
        return {
            "severity": _SEVERITY.get(said["severity"], said["severity"]),
            "pos": said["pos"],
            "endPos": said["endPos"],
            "data": said["data"],
        }
    except (ValueError, KeyError, TypeError):
        return None


def _flood(messages: list[Json]) -> Json:
    """The error that says that messages were cut; it stands where the last whole one stood."""
    place = messages[-1]["pos"] if messages else {"line": 1, "column": 0}
    text = f"{FLOOD}: cut after {OUTPUT_BYTES} bytes, and the check was stopped there"
    return {"severity": "error", "pos": place, "endPos": None, "data": text}


def _exit_in_words(status: int) -> str:
    return f"exit code {status}" if status >= 0 else signal.Signals(-status).name


if __name__ == "__main__":
    main()
