"""An episode told in the terminal, message by message, as it happens or from a trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from lean_agent.chat import Message, ToolCall
from lean_agent.harmless import harmless
from lean_agent.lean.feedback import format_verdict
from lean_agent.lean.verdict import Verdict
from lean_agent.problem import Problem
from lean_agent.submission import submitted_proof
from lean_agent.trace.attempts import Attempt, attempts
from lean_agent.trace.listing import INDENT, diff, lean, listing
from lean_agent.trace.trace import Trace, Turn

_RESULT_LINES = 9


def story(trace: Trace) -> str:
    """An episode in one line, such as `search → check ✗✗ → search → check ✓ (5 turns)`."""
    steps: list[tuple[str, str]] = []
    answers = (message for message in trace.messages if message.role == "assistant")
    for answer, verdicts in zip(answers, trace.verdicts_by_call(), strict=False):
        called = [
            (call.name.partition("_")[0], verdicts.get(call.id)) for call in answer.tool_calls
        ]
        for name, verdict in called or [("proof", verdicts.get(""))] * ("" in verdicts):
            mark = "" if verdict is None else "✓" if verdict.accepted else "✗"
            if steps and steps[-1][0] == name:
                mark = steps.pop()[1] + mark
            steps.append((name, mark))
    path = " → ".join(" ".join(step).strip() for step in steps)
    return f"{path} ({_turns(trace)})".strip()


def facts(trace: Trace) -> str:
    """What was asked of which model, in one line."""
    sampling = trace.sampling
    about = [
        trace.model,
        _turns(trace),
        f"{trace.seconds:.1f} s" if trace.seconds else "",
        f"temperature {sampling.temperature:g}",
        f"seed {sampling.seed}",
        trace.problem.topic,
        f"difficulty {trace.problem.difficulty}" if trace.problem.difficulty else "",
        trace.started,
    ]
    return " · ".join(part for part in about if part)


def notes(turn: Turn) -> list[str]:
    """What happened on the way to an answer."""
    said = [f"mended: {repair.kind.replace('_', ' ')}; {repair.done}" for repair in turn.repairs]
    for lost in turn.interruptions:
        kind = lost.kind.replace("_", " ")
        said.append(f"a request was lost ({kind}) and made again after {lost.seconds:.0f} s")
    if turn.shortened:
        numbers = ", ".join(str(cut.message) for cut in turn.shortened)
        said.append(f"shortened before this turn, to fit the context: messages {numbers}")
    return said


def _turns(trace: Trace) -> str:
    return f"{len(trace.turns)} turn{'s' * (len(trace.turns) != 1)}"


class Narrator:
    """Prints the messages of one episode in the order they come.

    Of what a tool answers it prints the beginning; with `whole` all of it and, where a recorded
    episode is told, how each attempt differs from the one before.
    """

    def __init__(self, console: Console, *, whole: bool = False) -> None:
        self.console = console
        self.whole = whole
        self._streamed = False
        self._answered = False

    def problem(self, problem: Problem, sample: int | None = None) -> None:
        """The goal, in words and in Lean."""
        number = "" if sample is None else f"#{sample}"
        self.console.rule(Text(harmless(problem.id + number), style="bold"), align="left")
        if problem.informal:
            self._print(problem.informal)
        self.console.print(lean(problem.statement))

    def text(self, chunk: str) -> None:
        """Some of the model's next message, as it is generated."""
        self._streamed = True
        self.console.print(Text(harmless(chunk), style="dim"), end="", soft_wrap=True)

    def message(self, message: Message) -> None:
        """One message; those before the model's first say nothing new and are passed over."""
        streamed = self._end_of_text()
        if message.role == "assistant":
            self._answered = True
            if not streamed:
                self._words(message)
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
        self._outcome(trace)

    def tell(self, trace: Trace) -> None:
        """A recorded episode from start to end, with what Lean said on the lines it is about."""
        self.problem(trace.problem, trace.sample)
        self._print(facts(trace), "dim")
        judged = attempts(trace)
        for number, (answer, replies) in enumerate(_exchanges(trace.messages)):
            turn = trace.turns[number] if number < len(trace.turns) else None
            self._turn(number + 1, answer, turn)
            self._exchange(answer, replies, judged[number])
        self._outcome(trace)

    def _turn(self, number: int, answer: Message, turn: Turn | None) -> None:
        """What the model wrote in one turn, its calls aside."""
        self.console.print()
        about = _about(turn) if turn else ""
        self.console.print(
            Text.assemble(
                (f"Turn {number}", "bold"), ("  " * bool(about)), (harmless(about), "dim")
            )
        )
        self._words(answer)
        if turn is None or not turn.errors:
            return
        for error in turn.errors:
            kind = error.kind.replace("_", " ")
            self.console.print(Text.assemble((f"✗ {kind}: ", "bold red"), harmless(error.detail)))
        if turn.raw.strip() != answer.content.strip():
            self.console.print(Text("The model's text as generated:", style="dim"))
            self._indented(turn.raw)

    def _exchange(
        self, answer: Message, replies: Sequence[Message], judged: Mapping[str, Attempt]
    ) -> None:
        """The calls of one answer, each with what came of it, and what else the model was told."""
        results = {reply.tool_call_id: reply for reply in replies if reply.role == "tool"}
        for call in answer.tool_calls:
            attempt = judged.get(call.id)
            self._call(call, attempt)
            if attempt is not None and attempt.verdict is not None:
                self._verdict(attempt.verdict)
            elif call.id in results:
                self._result(results[call.id].content)
        written = judged.get("")
        if written is not None and written.verdict is not None:
            self.console.print(Text(f"The proof it wrote down: attempt {written.number}"))
            self._attempt(written)
            self._verdict(written.verdict)
        else:
            for reply in replies:
                if reply.role != "tool":
                    self._result(reply.content)

    def _outcome(self, trace: Trace) -> None:
        mark = "[bold green]proved[/]" if trace.proved else f"[bold red]{trace.outcome}[/]"
        self.console.print(
            f"{mark} in {cost(trace)}"
            + (f": {escape(harmless(trace.detail))}" if trace.detail else "")
        )

    def _end_of_text(self) -> bool:
        """Whether some was printed, which is ended then."""
        streamed, self._streamed = self._streamed, False
        if streamed:
            self.console.print()
        return streamed

    def _words(self, message: Message) -> None:
        if message.content.strip():
            self._print(message.content.strip(), "italic")

    def _call(self, call: ToolCall, attempt: Attempt | None = None) -> None:
        arguments = dict(call.arguments)
        code = arguments.pop("code", None)
        listed = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
        number = f"  attempt {attempt.number}" if attempt else ""
        self.console.print(
            f"[bold cyan]→ {escape(harmless(call.name))}[/]({escape(harmless(listed))})"
            f"[dim]{number}[/]"
        )
        if attempt is not None:
            self._attempt(attempt)
        elif isinstance(code, str):
            self.console.print(lean(code))

    def _attempt(self, attempt: Attempt) -> None:
        if self.whole and attempt.before is not None:
            self.console.print(diff(attempt))
        self.console.print(listing(attempt, self.console.width))

    def _verdict(self, verdict: Verdict) -> None:
        """The verdict without Lean's messages, which stand beside the code."""
        without = verdict.model_copy(update={"messages": (), "sorries": ()})
        self._result(format_verdict(without, ""))

    def _result(self, text: str) -> None:
        lines = text.splitlines()
        shown = lines if self.whole else lines[:_RESULT_LINES]
        if (more := len(lines) - len(shown)) > 0:
            shown.append(f"… {more} more line{'s' * (more != 1)}")
        style = "green" if text.startswith("Accepted") else "dim"
        self._indented("\n".join(shown), style)

    def _indented(self, text: str, style: str = "") -> None:
        self.console.print(Padding(Text(harmless(text), style=style), (0, 0, 0, INDENT)))

    def _print(self, text: str, style: str = "") -> None:
        self.console.print(Text(harmless(text), style=style))


def _exchanges(messages: Sequence[Message]) -> list[tuple[Message, list[Message]]]:
    """Each answer of the model with what it was told after it."""
    found: list[tuple[Message, list[Message]]] = []
    for message in messages:
        if message.role == "assistant":
            found.append((message, []))
        elif found:
            found[-1][1].append(message)
    return found


def _about(turn: Turn) -> str:
    """The cost of a turn, and what happened on the way to its answer."""
    seconds = turn.model_seconds + turn.tool_seconds
    about = [
        f"{seconds:.1f} s" if seconds >= 0.05 else "",
        f"{turn.completion_tokens:,} tokens" if turn.completion_tokens is not None else "",
        "cut off at the token limit" if turn.finish_reason == "length" else "",
        *notes(turn),
    ]
    return " · ".join(part for part in about if part)


def cost(trace: Trace) -> str:
    """Turns, and seconds and tokens where they are known, in one line."""
    turns = trace.turns
    said = [_turns(trace)]
    if trace.seconds:
        model = sum(turn.model_seconds for turn in turns)
        tools = sum(turn.tool_seconds for turn in turns)
        lean = sum(verdict.seconds for turn in turns for verdict in turn.verdicts)
        parts = f"model {model:.1f}, tools {tools:.1f}; Lean worked {lean:.1f}"
        said.append(f"{trace.seconds:.1f} s ({parts})")
    prompt = [turn.prompt_tokens for turn in turns if turn.prompt_tokens is not None]
    completion = [turn.completion_tokens for turn in turns if turn.completion_tokens is not None]
    if turns and len(prompt) == len(completion) == len(turns):
        said.append(f"{sum(prompt):,} prompt and {sum(completion):,} completion tokens")
    return ", ".join(said)
