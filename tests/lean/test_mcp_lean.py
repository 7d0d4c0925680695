"""`lean-agent mcp`: a real server process, asked by the client of the official SDK."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from typing import Any

import pytest
from command import AND_SWAP, AND_SWAP_PROOF, command
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent
from process_table import alive, children, wait_until
from search_server import ROOT

from lean_agent.lean.toolchain import Toolchain
from lean_agent.workbench import own_index_path

pytestmark = pytest.mark.usefixtures("toolchain")  # its library is built before a client waits


def over_stdio(*options: object) -> StdioServerParameters:
    """What a client's configuration says: the command that it starts."""
    executable, *arguments = mcp(*options)
    return StdioServerParameters(command=executable, args=arguments, cwd=ROOT)


def mcp(*options: object) -> list[str]:
    return command("mcp", "--lean", "embedded", *options)


async def check(client: Client, code: str, **more: str) -> str:
    """The text of an answer that is no error."""
    result = await client.call_tool("check_lean", {"code": code, **more})
    assert not result.is_error, text_of(result)
    assert result.structured_content is None, "one text, not the same again as JSON"
    return text_of(result)


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


async def test_a_client_starts_the_server_and_has_proofs_judged(toolchain: Toolchain) -> None:
    async with Client(over_stdio()) as client:
        assert client.server_info is not None
        assert client.server_info.name == "lean-agent"
        assert toolchain.version in (client.instructions or "")
        (tool,) = (await client.list_tools()).tools
        assert tool.name == "check_lean"
        assert tool.input_schema["required"] == ["code"]
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        accepted = await check(client, AND_SWAP_PROOF, statement=AND_SWAP)
        assert accepted.startswith("Accepted: Lean accepts the proof of `and_swap'`\nAxioms: none")
        # A rejection is an answer too.
        rejected = await check(client, f"{AND_SWAP} := h", statement=AND_SWAP)
        assert rejected.startswith("Rejected (errors): Lean reports an error; line 1: ")
        assert f"  | {AND_SWAP} := h\n" in rejected
        goals = await check(client, f"{AND_SWAP} := by\n  sorry", statement=AND_SWAP)
        assert goals.startswith("Rejected (sorry)")
        assert "⊢ b ∧ a" in goals
        cheat = f"axiom oops : False\n{AND_SWAP} := oops.elim"
        assert (await check(client, cheat, statement=AND_SWAP)).startswith("Rejected (forbidden)")


async def test_code_without_a_statement_is_just_read(toolchain: Toolchain) -> None:  # noqa: ARG001
    async with Client(over_stdio()) as client:
        assert await check(client, "#check And.intro") == (
            "No errors.\n"
            "1:0 info: And.intro {a b : Prop} (left : a) (right : b) : a ∧ b\n"
            "  | #check And.intro\n"
            "  | ^^^^^^"
        )
        assert await check(client, "axiom oops : False") == "No errors."
        answer = await check(client, f"{AND_SWAP} := by\n  exact ⟨sorry, nope⟩")
        assert answer.startswith("Lean reports 1 error.\n2:16 error: Unknown identifier `nope`")
        assert "2:9 sorry stands for:" in answer
        in_header = await check(client, "#check (n : Nat)", header="variable (n : Nat)")
        assert "n : Nat" in in_header
        imported = await check(client, "import Core.Nat\n#check nope")
        assert imported.startswith("Lean reports 1 error.\n2:7 error: Unknown identifier `nope`")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "`code`: Field required"),
        ({"code": "", "statement": "hello"}, "the statement must declare a theorem"),
        (
            {"code": "", "statement": "theorem t : True", "header": "import Core.Nat\n#eval 1"},
            "the header may not hold `#eval` (line 2, column 0)",
        ),
        (
            {"code": "", "statement": "@[simp] theorem t : (run_tac pure ()) = 1"},
            "the statement may not hold `run_tac`",
        ),
        ({"code": "", "statement": "theorem t : Nat"}, "the problem's statement does not elab"),
        ({"code": "", "header": "import No.Such"}, "the header does not elaborate"),
        (
            {"code": "", "header": "import No.Such", "statement": "theorem t : True"},
            "the header imports No",
        ),
    ],
)
async def test_what_cannot_be_checked_is_a_sentence_for_the_model(
    arguments: dict[str, Any], sentence: str
) -> None:
    async with Client(over_stdio()) as client:
        result = await client.call_tool("check_lean", arguments)
    assert result.is_error
    assert text_of(result).startswith(sentence)


@pytest.mark.usefixtures("embedded_lean")
async def test_with_an_index_it_searches_too() -> None:
    async with Client(over_stdio("--index", own_index_path())) as client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        assert tools == {"check_lean", "search_mathlib", "get_declaration"}
        assert "declarations of the Lean 4 library" in (client.instructions or "")
        found = await client.call_tool("search_mathlib", {"query": "And.intro", "k": 1})
        assert text_of(found).startswith("1. ")
        assert (await check(client, AND_SWAP_PROOF, statement=AND_SWAP)).startswith("Accepted")


def test_over_http() -> None:
    async def ask(url: str) -> str:
        async with Client(url) as client:
            return await check(client, AND_SWAP_PROOF, statement=AND_SWAP)

    server = subprocess.Popen(mcp("--http", 0), stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert server.stdout is not None
        with server.stdout as said:
            announcement = said.readline()
        assert announcement.startswith("Serving MCP at http://127.0.0.1:")
        assert asyncio.run(ask(announcement.split()[-1])).startswith("Accepted")
        processes = [server.pid, *children(server.pid)]
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
        wait_until(lambda: not any(map(alive, processes)))
    finally:
        server.kill()
        server.wait()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_lean_outlives_the_server(end: signal.Signals) -> None:
    server = subprocess.Popen(
        mcp(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )
    try:
        wait_until(lambda: children(server.pid))
        processes = children(server.pid)
        server.send_signal(end)
        assert server.wait(30) in (-end, 128 + end)
        wait_until(lambda: not any(map(alive, processes)))
        assert server.stderr is not None
        assert b"Traceback" not in server.stderr.read()
    finally:
        server.kill()
        server.communicate()


def test_it_ends_when_its_client_does() -> None:
    server = subprocess.Popen(
        mcp(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )
    try:
        wait_until(lambda: children(server.pid))
        processes = children(server.pid)
        said, complaints = server.communicate(timeout=30)  # which closes its standard input
        assert (server.returncode, said, complaints) == (0, b"", b"")
        wait_until(lambda: not any(map(alive, processes)))
    finally:
        server.kill()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--index", "/no/such/index"], "no index at /no/such/index"),
        (["--lean", "/"], "not a Lake project"),
        (["--index", "/no/such/index", "--http", "0"], "no index at /no/such/index"),
    ],
)
def test_what_cannot_be_served_is_told_at_once(options: list[str], complaint: str) -> None:
    done = subprocess.run(mcp(*options), capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert complaint in line
