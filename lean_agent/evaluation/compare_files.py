"""What `lean-agent compare --out` writes: tables for papers and scripts, and the page."""

from __future__ import annotations

from pathlib import Path

from lean_agent.errors import UserError
from lean_agent.evaluation.compare import Comparison
from lean_agent.evaluation.compare_page import render_comparison
from lean_agent.evaluation.compare_tables import as_latex, as_markdown
from lean_agent.evaluation.whole_files import write_whole

JSON_FILE = "compare.json"
MARKDOWN_FILE = "compare.md"
LATEX_FILE = "compare.tex"
PAGE_FILE = "compare.html"


def write_comparison(comparison: Comparison, folder: Path) -> tuple[Path, ...]:
    """Write the tables as Markdown and LaTeX, all numbers as JSON, and the page; return the paths.

    Makes the folder where there is none. Raises UserError where not all can be written, and then
    leaves earlier ones as they are.
    """
    texts = {
        folder / MARKDOWN_FILE: as_markdown(comparison),
        folder / LATEX_FILE: as_latex(comparison, folder.resolve().name),
        folder / JSON_FILE: comparison.model_dump_json(indent=2) + "\n",
        folder / PAGE_FILE: render_comparison(comparison, folder),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(texts)
    except OSError as problem:
        raise UserError(
            f"cannot write the comparison into {folder}: {problem.strerror}. Choose another --out"
        ) from problem
    return tuple(texts)
