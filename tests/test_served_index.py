"""The agent with an index that a server has: as with one of its own, through restarts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from command import AND_SWAP, lean_agent
from scripted import Checker, ScriptedModel, call
from search_server import SearchServer
from slow_run import PROBLEMS, SETTINGS

from lean_agent.agent import run_episode
from lean_agent.chat import Message, Sampling
from lean_agent.errors import UserError
from lean_agent.runner import RunSummary, run
from lean_agent.tools import LocalIndex, SearchMathlib, Toolbox
from lean_agent.trace.store import RunFolder
from lean_agent.trace.trace import Limits, Outcome, Trace
from lean_agent.workbench import open_workbench
from mathlib_index import SearchIndex, build_index
from mathlib_index.client import RemoteIndex

LIBRARY = Path(__file__).parent / "mathlib_index" / "fixtures" / "library"
SEARCH = call("search_mathlib", query="the inverse of an inverse")
OTHER_SEARCH = call("search_mathlib", query="a prime number divides a product")
PROOF = call("check_lean", code="good")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served") / "index"
    build_index(LIBRARY, folder)
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[SearchServer]:
    """One for all the tests; who kills it starts it again."""
    with SearchServer(folder) as server:
        yield server


async def episode(model: ScriptedModel, search: SearchMathlib) -> Trace:
    return await run_episode(
        PROBLEMS[0],
        model,
        Toolbox((search, Checker()), Checker().check),
        sample=0,
        sampling=Sampling(),
        limits=Limits(),
        versions={},
    )


async def test_traces_tell_of_the_index_and_not_of_where_it_is(
    folder: Path, server: SearchServer
) -> None:
    async with open_workbench("embedded", str(folder), workers=1) as here:
        expected = await episode(ScriptedModel([SEARCH, PROOF]), here.search)
        versions = here.versions
    async with open_workbench("embedded", server.url, workers=1) as there:
        trace = await episode(ScriptedModel([SEARCH, PROOF]), there.search)
        assert there.versions == versions
    assert trace.messages == expected.messages
    assert "Mini.inv_inv" in trace.messages[3].content


async def test_a_server_restarted_in_the_middle_of_an_episode_changes_nothing(
    folder: Path, server: SearchServer
) -> None:
    lines = [SEARCH, OTHER_SEARCH, PROOF]
    undisturbed = await episode(
        ScriptedModel(lines), SearchMathlib(LocalIndex(SearchIndex.load(folder)))
    )
    turn = 0

    def and_restart(_: Sequence[Message], __: Sampling) -> str:
        nonlocal turn
        turn += 1
        if turn == 2:
            server.kill()
            server.start()
        return lines[turn - 1]

    async with RemoteIndex(server.url) as index:
        trace = await episode(ScriptedModel(and_restart), SearchMathlib(index))
    assert trace.outcome is Outcome.PROVED
    assert trace.messages == undisturbed.messages


async def run_in(path: Path, model: ScriptedModel, index: RemoteIndex) -> RunSummary:
    """The 30 episodes of the scripted run, each with a search that no other has made."""
    tools = Toolbox((SearchMathlib(index), Checker()), Checker().check)
    with RunFolder.create_or_resume(path, SETTINGS) as folder:
        return await run(
            PROBLEMS,
            model,
            lambda *_: tools,
            folder,
            versions={},
            concurrency=1,
        )


def searching(messages: Sequence[Message], sampling: Sampling) -> str:
    """Search, then prove."""
    if len(messages) > 2:
        return PROOF
    return call("search_mathlib", query=f"lemma {sampling.seed}")


async def test_a_server_gone_for_good_is_no_outcome_of_an_episode(
    server: SearchServer, tmp_path: Path
) -> None:
    asked = 0

    def until_it_is_killed(messages: Sequence[Message], sampling: Sampling) -> str:
        nonlocal asked
        asked += 1
        if asked == 7:  # two turns an episode: three have ended, the fourth is about to search
            server.kill()
        return searching(messages, sampling)

    async with RemoteIndex(server.url, patience=0.2) as index:
        with pytest.raises(
            UserError, match=r"5 episodes in a row failed.*nothing answers.*3 of 30"
        ):
            await run_in(tmp_path, ScriptedModel(until_it_is_killed), index)
        assert [trace.outcome for trace in RunFolder.open(tmp_path).traces()] == ["proved"] * 3
        server.start()
        summary = await run_in(tmp_path, ScriptedModel(searching), index)
    assert (summary.done, summary.proved, summary.failures) == (30, 30, ())


@pytest.mark.usefixtures("embedded_lean")
def test_the_command_takes_a_url(server: SearchServer, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "trace.jsonl"
    prove = ("prove", "--statement", AND_SWAP, "--model", "portfolio", "--trace", file)
    done = lean_agent(*prove, "--index", server.url)
    assert done.returncode == 0, done.stderr
    trace = json.loads(file.read_text())
    assert trace["versions"]["index"] == SearchIndex.load(folder).manifest.identity
    assert "Mini." in done.stderr, "a hit of that index"


def test_a_url_where_nothing_is() -> None:
    prove = ("prove", "--statement", AND_SWAP, "--model", "portfolio")
    done = lean_agent(*prove, "--index", "http://127.0.0.1:9")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "nothing answers at http://127.0.0.1:9" in line
    assert "mathlib-index serve INDEX" in line


async def test_the_token_comes_from_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SearchServer(folder, token="open sesame") as server:
        with pytest.raises(UserError, match="Put it into LEAN_AGENT_SEARCH_TOKEN"):
            async with open_workbench("embedded", server.url, workers=1):
                pass
        monkeypatch.setenv("LEAN_AGENT_SEARCH_TOKEN", "open sesame")
        async with open_workbench("embedded", server.url, workers=1) as bench:
            assert "Mini." in (await bench.search.call({"query": "a group"})).text
