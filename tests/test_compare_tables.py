"""The tables of a comparison: terminal, Markdown, LaTeX, JSON; and the command that makes them."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from synthetic_runs import make_problem, make_run, make_trace
from typer.testing import CliRunner

from lean_agent.compare_command import compare
from lean_agent.errors import UserError
from lean_agent.evaluation.compare import Comparison, compare_runs
from lean_agent.evaluation.compare_files import write_comparison
from lean_agent.evaluation.compare_tables import print_comparison
from lean_agent.evaluation.tables import Column, Kind, Table, to_latex, to_markdown

PROOF = "theorem t (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩"


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Two made-up runs of three problems × 4, one with names that need care."""
    problems = [make_problem(name) for name in ("exercise_1_2", "a|b&c", "50%_{x}")]
    ids = [problem.id for problem in problems]
    made = []
    for name, solved in (("plain", {(0, 0), (1, 2)}), ("tool_use", {(0, 0), (0, 1), (2, 3)})):
        traces = [
            make_trace(problem, s, PROOF if (i, s) in solved else None, tokens=1000 + i)
            for i, problem in enumerate(problems)
            for s in range(4)
        ]
        make_run(tmp_path / name, ids, 4, traces, model=f"openai:{name}")
        made.append(tmp_path / name)
    return made


@pytest.fixture
def comparison(folders: list[Path]) -> Comparison:
    return compare_runs(folders)


def printed(comparison: Comparison, width: int = 100) -> str:
    said = io.StringIO()
    print_comparison(comparison, Console(file=said, width=width))
    return said.getvalue()


def test_the_terminal_shows_rates_differences_cost_and_names(comparison: Comparison):
    said = printed(comparison)
    for words in (
        "pass@4",
        "66.67%",  # 2 of 3 problems
        "+8.33",  # of pass@1, from 2 to 3 of 12 samples
        "McNemar's exact test",
        "a solved problem",
        "50%_{x}",
        "a|b&c",
        "openai:tool_use",
    ):
        assert words in said


@pytest.mark.parametrize("width", [80, 120])
def test_the_tables_fit_the_terminal(comparison: Comparison, width: int):
    said = printed(comparison, width)
    assert max(map(len, said.splitlines())) <= width
    assert "…" not in said


def test_the_json_holds_the_comparison(comparison: Comparison, tmp_path: Path):
    written = write_comparison(comparison, tmp_path / "new" / "out")
    text = next(path for path in written if path.suffix == ".json").read_text()
    assert Comparison.model_validate_json(text) == comparison


def test_the_markdown_tables_are_whole(comparison: Comparison, tmp_path: Path):
    written = write_comparison(comparison, tmp_path)
    text = next(path for path in written if path.suffix == ".md").read_text()
    blocks = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    assert len(blocks) == text.count("\n## ")
    for block in blocks:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1
    assert "| tool_use | 2 (of 3) | 25.00% (" in text
    assert r"a\|b&c" in text


def test_the_latex_is_well_formed(comparison: Comparison, tmp_path: Path):
    written = write_comparison(comparison, tmp_path / "small_models")
    text = next(path for path in written if path.suffix == ".tex").read_text()
    assert text.count(r"\begin{table}") == text.count(r"\toprule") == 7
    check_latex(text)
    assert r"tool\_use & 2 & 25.00\% & " in text
    labels = re.findall(r"\\label{(.*)}", text)
    assert len(set(labels)) == 7
    assert all(label.startswith("tab:small-models-") for label in labels), "after the folder"
    assert r"50\%\_\{x\}" in text


def test_each_column_of_differences_has_those_of_its_own_k(comparison: Comparison, tmp_path: Path):
    markdown, *_ = (path.read_text() for path in write_comparison(comparison, tmp_path))
    table = markdown[markdown.index("## Difference of pass@k") :]
    heading, _, row = (line for line in table.splitlines()[:5] if line.startswith("|"))
    assert heading == "|  | problems | pass@1 | pass@2 | pass@4 |"
    shown = [float(cell.split(" (")[0]) for cell in row.split(" | ")[2:]]
    differences = comparison.against_first[0].differences
    assert shown == [round(100 * differences[k].value, 2) for k in ("1", "2", "4")]
    assert len(set(shown)) == 3


def test_an_error_that_no_number_of_samples_tells_is_a_dash(comparison: Comparison, tmp_path: Path):
    markdown, latex, *_ = (path.read_text() for path in write_comparison(comparison, tmp_path))
    (row,) = (line for line in markdown.splitlines() if line.startswith("| tool_use | 2 (of 3)"))
    once, twice, four = row.split(" | ")[2:]
    assert "±" in once and "±" in twice, "of 4 samples"
    assert "±" not in four and four.endswith(" —) |")
    assert "(— where some problem has fewer than 2k samples" in markdown
    assert r"{\scriptsize ---}" in latex
    assert "(--- where some problem has fewer than 2k samples" in latex


def test_a_run_on_recorded_verdicts_is_named_and_has_no_times(tmp_path: Path):
    traces = [make_trace(make_problem(), 0, PROOF, tokens=7)]
    for name, record in (("checked", None), ("played", "5ba7e")):
        make_run(tmp_path / name, ["and_swap"], 1, traces, recorded=record)
    found = compare_runs([tmp_path / "checked", tmp_path / "played"])
    checked, played = (one.per_episode for one in found.runs)
    assert (checked.model_seconds, checked.lean_seconds) == (2.0, 0.5)
    assert (played.model_seconds, played.lean_seconds) == (None, None)
    assert played.checks == checked.checks
    words = "taken from a record; nothing was checked anew."
    assert f"played: Verdicts were {words}" in " ".join(printed(found).split())
    markdown, latex, _, page = (path.read_text() for path in write_comparison(found, tmp_path))
    assert f'<p class="notice">played: Verdicts were {words}' in page
    assert "| played | an episode | 14 | 14 | — | — | 2.0 |" in markdown
    assert f"Verdicts of played were {words}" in markdown
    (caption,) = re.findall(r"\\caption{(pass@k\. .*)}", latex)
    assert f"Verdicts of played were {words}" in caption, "where a reader of the paper sees it"
    assert "Verdicts of checked" not in markdown + latex + page


def test_of_partial_runs_each_rate_says_what_it_is_over(tmp_path: Path):
    names = ("a", "b", "c")
    whole = [make_trace(make_problem(name), s, PROOF) for name in names for s in range(2)]
    for name, traces in (("whole", whole), ("part", whole[:3])):  # two samples of a, one of b
        make_run(tmp_path / name, list(names), 2, traces)
    found = compare_runs([tmp_path / "whole", tmp_path / "part"], ks=(1, 2))
    markdown, *_ = (path.read_text() for path in write_comparison(found, tmp_path))
    shown = {line.split(" | ")[0]: line for line in reversed(markdown.splitlines())}
    assert re.findall(r"over \d", shown["| whole"]) == ["over 3", "over 3"]
    assert re.findall(r"over \d", shown["| part"]) == ["over 2", "over 1"]
    assert "| part | 1–2 | 2 | 2 | 0 | 0 | 0 | 1.0000 |" in markdown
    assert "as many as both have of that problem, since one is a partial run" in markdown
    assert "over 3" not in printed(compare_runs([tmp_path / "whole"]))
    assert "not all problems of that run have k samples" not in markdown
    markdown, *_ = (
        p.read_text()
        for p in write_comparison(compare_runs([run.path for run in found.runs]), tmp_path)
    )
    assert "No rate (—): not all problems of that run have k samples." in markdown


LINE_ENDS = "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
CELLS = st.text(st.characters(codec="utf-8", exclude_characters=LINE_ENDS))


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4))
def test_whatever_the_cells_hold_the_tables_keep_their_form(rows: list[tuple[str, str, str]]):
    names, numbers, words = zip(*rows, strict=True)
    columns = (
        Column("", names, Kind.NAME),
        Column("n", tuple(f"{cell}\n{cell}" for cell in numbers)),
        Column("words", words, Kind.WORDS),
    )
    table = Table(names[0], columns, words[0])
    check_latex(to_latex(table, "tab:x"))
    bare = replace(table, title="", note="")
    lines = to_markdown(bare).removesuffix("\n").split("\n")
    assert len(lines) == len(rows) + 2
    for line in lines:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 4


def check_latex(text: str) -> None:
    """Braces and environments match, and each row has as many cells as the table has columns."""
    text = re.sub(r"(?<!\\)%.*", "", text)
    bare = re.sub(r"\\[\\&%$#_{}]", "", text)
    assert bare.count("{") == bare.count("}")
    assert bare.count("$") % 2 == 0
    assert not set(re.sub(r"\$\\(pm|times)\$|\$-\$", "", bare)) & set("#_^~$<>|%")
    for name in ("table", "tabular"):
        assert text.count(rf"\begin{{{name}}}") == text.count(rf"\end{{{name}}}")
    for spec, body in re.findall(
        r"\\begin{tabular}{([^\n]*)}\n\\toprule\n(.*?)\\bottomrule", text, re.DOTALL
    ):
        columns = len(re.sub(r"p{[^}]*}", "p", spec))
        rows = [line for line in body.split("\n") if line and line != r"\midrule"]
        assert rows
        for row in rows:
            assert row.endswith(r" \\")
            assert len(re.findall(r"(?<!\\)&", row)) == columns - 1


def test_a_folder_that_cannot_be_written_is_told(comparison: Comparison, tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="cannot write the comparison into"):
        write_comparison(comparison, tmp_path / "file")


# The command.


app = typer.Typer()
app.command()(compare)


def test_the_command_prints_and_writes(folders: list[Path], tmp_path: Path):
    out = tmp_path / "comparison"
    done = CliRunner().invoke(app, [*map(str, folders), "--k", "1,4", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "pass@4" in done.stdout
    assert "pass@2" not in done.stdout
    assert {"compare.md", "compare.tex", "compare.json"} <= {path.name for path in out.iterdir()}


def test_the_command_prints_one_json_document(folders: list[Path]):
    done = CliRunner().invoke(app, [*map(str, folders), "--json"])
    found = json.loads(done.stdout)
    assert [run["name"] for run in found["runs"]] == ["plain", "tool_use"]
    assert found["against_first"][0]["mcnemar"]["won"] == 1


def test_the_command_refuses_a_k_larger_than_n(folders: list[Path]):
    done = CliRunner().invoke(app, [*map(str, folders), "--k", "1,32"])
    assert isinstance(done.exception, UserError)
    assert "plain has 4: ask for k up to 4, or run it with --samples 32" in str(done.exception)
