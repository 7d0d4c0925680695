"""What `lean-agent run` and `prove` look at first: a model is loaded when all else is good."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from command import AND_SWAP, AND_SWAP_PROOF, write_problems
from rich.console import Console
from scripted import ScriptedModel, call

from lean_agent import open_model
from lean_agent.benchmark_run import RunRequest, run_benchmark
from lean_agent.chat import Sampling
from lean_agent.errors import UserError
from lean_agent.models.backends import BACKENDS
from lean_agent.prove import prove_one
from lean_agent.settings import Settings

pytestmark = pytest.mark.usefixtures("embedded_lean")

MODEL = "transformers:/models/large"


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The models that were loaded. Each proves the theorem."""
    names: list[str] = []

    def resolve(spec: str, *_: object) -> ScriptedModel:
        names.append(spec)
        return ScriptedModel(lambda *_: call("check_lean", code=AND_SWAP_PROOF))

    here = BACKENDS["transformers"].model_copy(update={"packages": ("json",)})
    monkeypatch.setitem(BACKENDS, "transformers", here)
    monkeypatch.setattr(open_model, "resolve", resolve)
    return names


def request(folder: Path, **changes: Any) -> RunRequest:
    problems = write_problems(folder / "one.jsonl", {"id": "swap", "statement": AND_SWAP})
    settings = Settings(model=MODEL, **changes)
    return RunRequest(str(problems), settings, 1, folder / "run", lean="embedded")


async def run(asked: RunRequest) -> str:
    """What is said meanwhile."""
    said = io.StringIO()
    await run_benchmark(asked, Console(file=said, width=200))
    return said.getvalue()


async def test_that_a_model_is_loaded_is_said(tmp_path: Path, loaded: list[str]) -> None:
    assert (await run(request(tmp_path))).startswith(f"Loading {MODEL} …\n")
    assert loaded == [MODEL]


async def test_another_runs_folder_is_seen_before(tmp_path: Path, loaded: list[str]) -> None:
    await run(request(tmp_path))
    loaded.clear()
    with pytest.raises(UserError, match=r"sampling\.top_p is 1\.0 there and 0\.5 now"):
        await run(request(tmp_path, sampling=Sampling(top_p=0.5)))
    assert loaded == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"episode": {"prompt": "kimina-prover"}}, "made for the mode whole-proof"),
        ({"backend": {"tensor_parallel": 2}}, "`tensor_parallel` is a setting of vllm"),
    ],
)
async def test_settings_that_cannot_be_used_are_seen_before(
    tmp_path: Path, loaded: list[str], changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(UserError, match=says):
        await run(request(tmp_path, **changes))
    assert loaded == []
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("changes", [{"prompt": "kimina-prover"}, {"statement": "theorem t : no"}])
async def test_a_question_that_cannot_be_used_is_seen_before(
    loaded: list[str], changes: dict[str, str]
) -> None:
    settings = Settings.model_validate(
        {"model": MODEL, "episode": {"prompt": changes.get("prompt", "")}}
    )
    statement = changes.get("statement", AND_SWAP)
    with pytest.raises(UserError, match=r"made for the mode|does not elaborate"):
        await prove_one(statement, "", "", settings, lean="embedded", index=None, console=Console())
    assert loaded == []
