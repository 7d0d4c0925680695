"""`lean-agent benchmarks`: which there are, what their statements are worth, what they share."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lean_agent.benchmarks import FORMS, find_benchmark, load_benchmark, names
from lean_agent.benchmarks.hub import PREFIX
from lean_agent.benchmarks.published import PUBLISHED, checksum, edition
from lean_agent.chat import Frozen
from lean_agent.decontamination import (
    GRAM,
    INFORMAL_SHARE,
    PARTS_SHARE,
    STATEMENT_SHARE,
    EvaluationSets,
    Overlap,
)
from lean_agent.errors import UserError
from lean_agent.harmless import harmless
from lean_agent.options import Json, Lean, Limit

benchmarks = typer.Typer(
    name="benchmarks",
    invoke_without_command=True,
    rich_markup_mode="markdown",
    help="Benchmarks: which there are, what their statements are worth, what they share.",
)

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


Name = Annotated[str, typer.Argument(metavar="BENCHMARK", help=f"One by name, {FORMS}.")]


class BenchmarkFacts(Frozen):
    """A benchmark by name: what it holds, and its file where that is at hand.

    `published` are the numbers of problems by split as published; `here` are those of the file,
    whose checksum is `sha256`; `edition` says what it is where it is not the published one, and
    `trouble` why there is none.
    """

    name: str
    published: dict[str, int]
    here: dict[str, int]
    path: str
    sha256: str
    edition: str
    url: str
    licence: str
    trouble: str


class OverlapsOfProblem(Frozen):
    """A problem and what it shares with problems of evaluation sets."""

    problem_id: str
    overlaps: tuple[Overlap, ...]


@benchmarks.callback()
def _alone(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_benchmarks()


@benchmarks.command("list")
def list_benchmarks(json: Json = False) -> None:
    """List the benchmarks that have a name: counts, source, licence, checksum.

    Nothing is fetched. A published benchmark is fetched when it is first used, and its SHA-256
    compared with the known one; files of your own go into the folder LEAN_AGENT_DATA, as
    `proofnet.jsonl`, `minif2f.jsonl`, and the folder or file `putnambench`.
    """
    facts = [_facts(name) for name in names()]
    if json:
        _print_json([one.model_dump() for one in facts])
        return
    table = Table(box=box.SIMPLE_HEAD)
    for column in ("name", "problems", "file, source, licence"):
        table.add_column(column, overflow="fold", no_wrap=column == "name")
    for one in facts:
        counts = one.here or one.published
        lines = [one.path or one.trouble]
        if one.sha256:
            lines.append(f"SHA-256 {one.sha256[:16]}…{f': {one.edition}' if one.edition else ''}")
        if one.url:
            lines.append(f"{one.url.removeprefix('https://')} ({one.licence})")
        problems = "\n".join(f"{split} {count}" for split, count in counts.items())
        table.add_row(Text(one.name), Text(problems), Text("\n".join(lines)))
    out.print(table)
    out.print(Text(f"Or {FORMS}. Checksums in full: --json."))


@benchmarks.command()
def check(
    benchmark: Name,
    split: Annotated[str, typer.Option(help="Which problems; `all` for all.")] = "test",
    limit: Limit = None,
    lean: Lean = "auto",
    seconds: Annotated[
        float, typer.Option(min=0.1, help="Time limit of each question to Lean.")
    ] = 30.0,
    json: Json = False,
    file: Annotated[
        Path | None, typer.Option("--out", help="Write what was found to this JSON file too.")
    ] = None,
) -> None:
    """Elaborate every statement, and list those that cannot count.

    They are the statements that do not elaborate; those that are false or whose hypotheses
    contradict each other (where that is not the point: a conclusion that is false by itself asks
    for the contradiction), by proofs that were accepted; those that a single tactic proves; and
    those that published lists name. What was changed to suit this Lean stands there too, and
    which statements may mean something else than published since. It ends with the honest
    denominator. Stopped, it goes on quickly: Lean's verdicts are remembered.

    Exit code 0: every statement elaborates and none is false or vacuous. 1: otherwise. 2: the
    input cannot be used.

    Example: `lean-agent benchmarks check embedded`
    """
    from lean_agent.benchmark_check import BenchmarkCheck, check_problems, print_check
    from lean_agent.lean.library import Library, require_library
    from lean_agent.workbench import open_verifier

    if file is not None and not file.absolute().parent.is_dir():
        raise UserError(f"cannot write {file}: its folder does not exist")
    problems = load_benchmark(benchmark, None if split == "all" else split)[:limit]
    require_library(benchmark, problems, lean)

    async def run() -> BenchmarkCheck:
        async with open_verifier(lean) as verifier:
            checked = await check_problems(problems, verifier, Library(lean), seconds, err)
            sum_, which = _identity(benchmark)
            return BenchmarkCheck(
                benchmark=benchmark,
                split=split,
                sha256=sum_,
                edition=which,
                toolchain=verifier.pool.toolchain.version,
                statements=checked,
            )

    found = asyncio.run(run())
    if file is not None:
        try:
            file.write_text(found.model_dump_json(indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise UserError(f"cannot write {file}: {error.strerror}") from error
    if json:
        print(found.model_dump_json(indent=2))
    else:
        print_check(found, out)
    raise typer.Exit(0 if found.sound else 1)


@benchmarks.command()
def overlap(
    problems: Annotated[
        str, typer.Argument(metavar="FILE_OR_NAME", help=f"What to look into: a name, {FORMS}.")
    ],
    against: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="An evaluation set; again for more of them."),
    ] = None,
    split: Annotated[str, typer.Option(help="Which problems; `all` for all.")] = "all",
    json: Json = False,
) -> None:
    """List problems that stand in evaluation sets, word for word or nearly, with the evidence.

    Compared are statements in a normal form (white space, comments, names and spelling do not
    matter), then their binders, hypotheses and conclusions in whatever order, then the n-grams of
    their words, then those of their informal texts. An evaluation set counts without its split
    `train`. Exit code 0: nothing overlaps. 1: something does.

    Example: `lean-agent benchmarks overlap mine.jsonl --against minif2f --against proofnet`
    """
    if not against:
        raise UserError("name what to compare with: --against NAME, such as --against proofnet")
    candidates = load_benchmark(problems, None if split == "all" else split)
    sets = EvaluationSets.load(against)
    found = [
        OverlapsOfProblem(problem_id=one.id, overlaps=overlaps)
        for one in candidates
        if (overlaps := sets.overlaps(one))
    ]
    if json:
        _print_json([one.model_dump(mode="json") for one in found])
    else:
        for each in found:
            _say(each.problem_id, style="bold")
            for one in each.overlaps:
                share = f"{one.kind}, {one.share:.0%}"
                _say(f"  {one.benchmark} {one.problem_id} ({share}): {one.evidence}")
        kinds = Counter(each.overlaps[0].kind for each in found)
        by_kind = f" ({', '.join(f'{n} by {kind}' for kind, n in kinds.items())})" if found else ""
        _say(
            f"{len(found)} of {len(candidates)} problems overlap with one of {len(sets)} in "
            f"{', '.join(against)}{by_kind}. Overlap: an equal normal form, or "
            f"{PARTS_SHARE:.0%} of the words in common parts, or {STATEMENT_SHARE:.0%} of a "
            f"statement's {GRAM}-grams, or {INFORMAL_SHARE:.0%} of an informal text's."
        )
    raise typer.Exit(1 if found else 0)


def _facts(name: str) -> BenchmarkFacts:
    published = PUBLISHED.get(name)
    path, trouble, here, sum_ = "", "", {}, ""
    try:
        found = find_benchmark(name, fetch=False)
        path, sum_ = str(found), checksum(found)
        here = dict(sorted(Counter(one.split for one in load_benchmark(name, None)).items()))
    except UserError as error:
        trouble = str(error)
    return BenchmarkFacts(
        name=name,
        published=published.splits if published else {},
        here=here,
        path=path,
        sha256=sum_,
        edition=edition(name, sum_) if published and sum_ else "",
        url=published.url if published else "",
        licence=published.licence if published else "Apache-2.0",
        trouble=trouble,
    )


def _identity(benchmark: str) -> tuple[str, str]:
    """The checksum of a benchmark's file and which edition it is; nothing for the Hub's."""
    if benchmark.startswith(PREFIX):
        return "", ""
    found = checksum(find_benchmark(benchmark))
    return found, edition(benchmark, found) if benchmark in PUBLISHED else ""


def _print_json(found: object) -> None:
    import json

    print(json.dumps(found, indent=2, ensure_ascii=False))


def _say(line: str, style: str | None = None) -> None:
    out.print(harmless(line), style=style, markup=False, soft_wrap=True)
