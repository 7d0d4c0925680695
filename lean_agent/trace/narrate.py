"""An episode told in the terminal, message by message, as it happens or from a trace."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.syntax import Syntax
from rich.text import Text

from lean_agent.chat import Message, ToolCall
from lean_agent.lean.feedback import format_verdict
from lean_agent.problem import Problem
from lean_agent.submission import submitted_proof
from lean_agent.trace.trace import Trace

_RESULT_LINES = 9


def story(trace: Trace) -> str:
    """An episode in one line, such as `search → check ✗✗ → search → check ✓ (5 turns)`."""
    steps: list[tuple[str, str]] = []
    answers = (message for message in trace.messages if message.role == "assistant")
    for answer, verdicts in zip(answers, trace.verdicts_by_call(), strict=False):
        called = [
            (call.name.partition("_")[0], verdicts.get(call.id)) for call in answer.tool_calls
        ]
        for name, verdict in called or [("proof", verdicts[""])] * ("" in verdicts):
            mark = "" if verdict is None else "✓" if verdict.accepted else "✗"
            if steps and steps[-1][0] == name:
                mark = steps.pop()[1] + mark
            steps.append((name, mark))
    path = " → ".join(" ".join(step).strip() for step in steps)
    return f"{path} ({_turns(trace)})"


def _turns(trace: Trace) -> str:
    return f"{len(trace.turns)} turn{'s' * (len(trace.turns) != 1)}"


class Narrator:
    """Prints the messages of one episode in the order they come."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._streamed = False
        self._answered = False

    def problem(self, problem: Problem) -> None:
        """The goal, in words and in Lean."""
        self.console.rule(f"[bold]{escape(problem.id)}", align="left")
        if problem.informal:
            self.console.print(Text(problem.informal))
        self._lean(problem.statement)

    def text(self, chunk: str) -> None:
        """Some of the model's next message, as it is generated."""
        self._streamed = True
        self.console.print(Text(chunk, style="dim"), end="", soft_wrap=True)

    def message(self, message: Message) -> None:
        """One message; those before the model's first say nothing new and are passed over."""
        streamed = self._end_of_text()
        if message.role == "assistant":
            self._answered = True
            if message.content.strip() and not streamed:
                self.console.print(Text(message.content.strip(), style="italic"))
            for call in message.tool_calls:
                self._call(call)
        elif self._answered:
            self._result(message.content)

    def end(self, trace: Trace) -> None:
        """How the episode ended, and what it took."""
        self._end_of_text()
        answer = trace.messages[-1]
        if answer.role == "assistant" and (written := trace.verdicts_by_call()[-1].get("")):
            # Of the verdict on a proof in the last answer no message tells.
            code = submitted_proof(answer.content, trace.problem) or ""
            self._result(format_verdict(written, code))
        mark = "[bold green]proved[/]" if trace.proved else f"[bold red]{trace.outcome}[/]"
        self.console.print(
            f"{mark} in {_turns(trace)}, {trace.seconds:.1f} s"
            + (f": {escape(trace.detail)}" if trace.detail else "")
        )

    def tell(self, trace: Trace) -> None:
        """A recorded episode from start to end."""
        self.problem(trace.problem)
        for message in trace.messages:
            self.message(message)
        self.end(trace)

    def _end_of_text(self) -> bool:
        """Whether some was printed, which is ended then."""
        streamed, self._streamed = self._streamed, False
        if streamed:
            self.console.print()
        return streamed

    def _call(self, call: ToolCall) -> None:
        arguments = dict(call.arguments)
        code = arguments.pop("code", None)
        listed = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
        self.console.print(f"[bold cyan]→ {escape(call.name)}[/]({escape(listed)})")
        if isinstance(code, str):
            self._lean(code)

    def _result(self, text: str) -> None:
        lines = text.splitlines()
        shown = lines[:_RESULT_LINES]
        if (more := len(lines) - len(shown)) > 0:
            shown.append(f"… {more} more line{'s' * (more != 1)}")
        style = "green" if text.startswith("Accepted") else "dim"
        self.console.print(Padding(Text("\n".join(shown), style=style), (0, 0, 0, 2)))

    def _lean(self, code: str) -> None:
        syntax = Syntax(code, "lean4", background_color="default", word_wrap=True)
        self.console.print(Padding(syntax, (0, 0, 0, 2)))
