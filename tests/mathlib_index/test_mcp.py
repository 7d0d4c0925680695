"""`mathlib-index mcp`: a real server process, asked by the client of the official SDK."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from mathlib_index import Declaration, SearchIndex
from mathlib_index.catalogue import DECLARATIONS_FILE

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "mathlib_index", "mcp"]
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "by hand", "version": "0"},
    },
}
SEARCH = {
    "jsonrpc": "2.0",
    "id": 2,
    "method": "tools/call",
    "params": {"name": "search_mathlib", "arguments": {"query": "a group"}},
}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


def over_stdio(folder: Path) -> StdioServerParameters:
    """What a client's configuration says: the command that it starts."""
    return StdioServerParameters(command=COMMAND[0], args=[*COMMAND[1:], str(folder)], cwd=ROOT)


class HttpServer:
    """`mathlib-index mcp INDEX --http PORT`, on a port that stays the same when restarted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = "0"

    def __enter__(self) -> HttpServer:
        self.start()
        return self

    def start(self) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, str(self._folder), "--http", self._port],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]
        self._port = self.url.removesuffix("/mcp").rpartition(":")[2]

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def server(index_folder: Path) -> Iterator[HttpServer]:
    """Streamable HTTP; one for all the tests."""
    with HttpServer(index_folder) as server:
        yield server


async def ask(client: Client, tool: str, **arguments: Any) -> str:
    """The text of an answer that is no error."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, text_of(result)
    return text_of(result)


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


async def test_a_client_starts_the_server_and_searches_over_stdio(
    index_folder: Path, index: SearchIndex
) -> None:
    async with Client(over_stdio(index_folder)) as client:
        assert client.server_info is not None
        assert client.server_info.name == "mathlib-index"
        assert client.server_info.version
        assert f"{len(index)} declarations" in (client.instructions or "")
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"search_mathlib", "get_declaration"}
        for tool in tools.values():
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
        answer = await ask(client, "search_mathlib", query="Mini.inv_inv", k=2)
        refused = await client.call_tool("search_mathlib", {"query": " "})
        assert refused.is_error
        assert text_of(refused).startswith("the query is empty")
        assert await ask(client, "search_mathlib", query="inverse"), "it goes on"
    first, second = answer.splitlines()
    found = index.get("Mini.inv_inv")
    assert found is not None
    assert first == f"1. {found.headline} — {found.docstring}"
    assert first.startswith("1. theorem Mini.inv_inv ")
    assert second.startswith("2. ")


@pytest.mark.parametrize("mode", ["auto", "legacy"])  # legacy: with the handshake `initialize`
async def test_search_over_streamable_http(server: HttpServer, mode: Any) -> None:
    async with Client(server.url, mode=mode) as client:
        assert len((await client.list_tools()).tools) == 2
        lines = (await ask(client, "search_mathlib", query="a group")).splitlines()
        assert len(lines) == 10
        result = await client.call_tool("search_mathlib", {"query": "a group"})
        assert result.structured_content is None, "one text, not the same again as JSON"


async def test_kinds_and_modules_narrow_a_search(server: HttpServer) -> None:
    async with Client(server.url) as client:
        narrow = {"query": "a group", "kinds": ["class", "structure"], "module": "Algebra"}
        lines = (await ask(client, "search_mathlib", **narrow)).splitlines()
        assert lines
        assert {line.split()[1] for line in lines} <= {"class", "structure"}
        names = [line.split()[2] for line in lines]
        declarations = [json.loads(await ask(client, "get_declaration", name=n)) for n in names]
        assert {found["module"].split(".")[0] for found in declarations} == {"Algebra"}
        nothing = await ask(client, "search_mathlib", query="a group", module="No.Such")
        assert "Leave out kinds and module" in nothing


async def test_a_declaration_whole(server: HttpServer, index: SearchIndex) -> None:
    expected = index.get("Mini.inv_inv")
    assert expected is not None
    async with Client(server.url) as client:
        for name in ("Mini.inv_inv", " `Mini.inv_inv` ", "@Mini.inv_inv"):
            result = await client.call_tool("get_declaration", {"name": name})
            assert Declaration.model_validate(result.structured_content) == expected
            assert json.loads(text_of(result)) == result.structured_content


async def test_a_name_that_does_not_exist_is_answered_with_names_near_it(
    server: HttpServer,
) -> None:
    async with Client(server.url) as client:
        for wrong in ("inv_inv", "Mini.inv_invv", "Mini.inv_inv'"):
            result = await client.call_tool("get_declaration", {"name": wrong})
            assert result.is_error
            assert text_of(result).startswith(f"there is no declaration {wrong}. Near it: Mini.inv")


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("search_mathlib", {}, "`query`: Field required"),
        ("search_mathlib", {"query": "\n"}, "the query is empty"),
        ("search_mathlib", {"query": "x", "k": 0}, "`k`: Input should be greater than"),
        (
            "search_mathlib",
            {"query": "x", "k": 51},
            "`k`: Input should be less than or equal to 50",
        ),
        ("search_mathlib", {"query": "x", "k": "many"}, "`k`: Input should be a valid integer"),
        ("search_mathlib", {"query": "x" * 1_000_000}, "`query`: String should have at most"),
        ("search_mathlib", {"query": "x", "kinds": ["lemmas"]}, "`kinds.0`: Input should be"),
        ("get_declaration", {"name": "``"}, "the name is empty"),
        ("get_declaration", {"name": "x" * 1_000_000}, "`name`: String should have at most"),
    ],
)
async def test_arguments_that_do_not_fit_are_a_sentence_for_the_model(
    server: HttpServer, tool: str, arguments: dict[str, Any], sentence: str
) -> None:
    async with Client(server.url) as client:
        result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert text_of(result).startswith(sentence)
    assert len(text_of(result)) < 300


async def test_a_server_killed_and_restarted_costs_a_client_nothing(server: HttpServer) -> None:
    async with Client(server.url) as client:
        before = await ask(client, "search_mathlib", query="a group")
        server.process.kill()
        server.process.wait()
        server.start()
        assert await ask(client, "search_mathlib", query="a group") == before


def test_a_web_site_cannot_ask_through_its_visitors_browser(server: HttpServer) -> None:
    headers = {"accept": "application/json, text/event-stream"}

    def status(**more: str) -> int:
        return httpx.post(server.url, json=INITIALIZE, headers=headers | more).status_code

    assert status() == 200
    assert status(host="evil.example") == 421
    assert status(origin="http://evil.example") == 403


def test_the_http_server_ends_when_told_to(index_folder: Path) -> None:
    with HttpServer(index_folder) as server:
        server.process.terminate()
        assert server.process.wait(timeout=60) == 0


def test_it_talks_while_the_index_is_still_loading(index_folder: Path, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)  # who reads from it waits for who writes to it
    env = in_every_thread(tmp_path, f"self.name == 'load-index' and open({str(gate)!r}).read()")
    with Talk(index_folder, env) as talk:
        talk.initialize()
        talk.send(SEARCH)
        talk.send({"jsonrpc": "2.0", "id": 3, "method": "tools/list"})
        assert talk.receive()["id"] == 3, "the search waits, the list does not"
        gate.write_text("go on")
        found = talk.receive()
        assert found["id"] == 2
        assert "Mini." in found["result"]["content"][0]["text"]


async def test_a_damaged_index_is_a_tool_error_until_it_is_mended(index_copy: Path) -> None:
    whole = (index_copy / DECLARATIONS_FILE).read_bytes()
    (index_copy / DECLARATIONS_FILE).write_bytes(whole[:-100])
    async with Client(over_stdio(index_copy)) as client:
        for _ in range(2):
            result = await client.call_tool("search_mathlib", {"query": "a group"})
            assert result.is_error
            assert "is damaged" in text_of(result)
        (index_copy / DECLARATIONS_FILE).write_bytes(whole)
        assert await ask(client, "search_mathlib", query="a group")


def test_over_http_a_damaged_index_is_told_before_anything_is_announced(index_copy: Path) -> None:
    (index_copy / DECLARATIONS_FILE).write_bytes(b"{}\n")
    done = subprocess.run(
        [*COMMAND, str(index_copy), "--http", "0"], capture_output=True, text=True, cwd=ROOT
    )
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: the index at {index_copy} is damaged")


def test_nothing_but_the_protocol_is_on_standard_output(index_folder: Path, tmp_path: Path) -> None:
    env = in_every_thread(tmp_path, "print('noise')")  # as a careless library might
    with Talk(index_folder, env) as talk:
        talk.initialize()
        talk.process.stdin.write(b"this is no JSON\n")
        talk.send(SEARCH)
        assert talk.receive()["id"] == SEARCH["id"]
        talk.process.stdin.close()
        rest = talk.process.stdout.read()
        assert talk.process.wait(timeout=30) == 0
        assert rest == b""
        assert b"noise" in talk.process.stderr.read()


def in_every_thread(folder: Path, expression: str) -> dict[str, str]:
    """The environment of a Python whose threads evaluate this before they do their work."""
    (folder / "sitecustomize.py").write_text(
        "import threading\n"
        "run = threading.Thread.run\n"
        f"threading.Thread.run = lambda self: ({expression}, run(self))\n"
    )
    return {"PYTHONPATH": str(folder)}


def test_the_server_ends_with_a_client_that_is_killed(index_folder: Path, tmp_path: Path) -> None:
    client = subprocess.Popen(
        [sys.executable, "-c", KILLED_CLIENT, str(tmp_path / "pid"), *COMMAND, str(index_folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert client.stdout is not None
    assert b"Mini." in client.stdout.readline()
    pid = int((tmp_path / "pid").read_text())
    assert Path(f"/proc/{pid}").exists()
    client.kill()
    client.wait()
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes():
        assert time.monotonic() < deadline, "the server outlives its client"
        time.sleep(0.05)


KILLED_CLIENT = """
import asyncio, sys
from pathlib import Path
from mcp import Client, StdioServerParameters

pid, *command = sys.argv[1:]
note_pid = f"echo $$ > {pid}; exec " + " ".join(command)

async def main():
    async with Client(StdioServerParameters(command="sh", args=["-c", note_pid])) as client:
        result = await client.call_tool("search_mathlib", {"query": "a group", "k": 1})
        print(result.content[0].text, flush=True)
        await asyncio.sleep(3600)

asyncio.run(main())
"""


def test_ctrl_c_ends_a_server_that_waits_for_a_client(index_folder: Path) -> None:
    with Talk(index_folder) as talk:
        talk.initialize()
        talk.process.send_signal(signal.SIGINT)
        assert talk.process.wait(timeout=30) == -signal.SIGINT
        assert b"Traceback" not in talk.process.stderr.read()


@pytest.mark.parametrize("options", [[], ["--http", "0"]])
def test_a_folder_without_an_index_is_said_at_once(tmp_path: Path, options: list[str]) -> None:
    done = subprocess.run(
        [*COMMAND, str(tmp_path / "index"), *options], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith(f"error: no index at {tmp_path / 'index'}.")


def test_a_port_that_is_taken(server: HttpServer, index_folder: Path) -> None:
    port = server.url.removesuffix("/mcp").rpartition(":")[2]
    done = subprocess.run(
        [*COMMAND, str(index_folder), "--http", port], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 2
    assert f"port {port}" in done.stderr
    assert "in use" in done.stderr


class Talk:
    """The protocol by hand, a line a message, with a server over stdio."""

    def __init__(self, folder: Path, env: dict[str, str] | None = None) -> None:
        self.process: Any = subprocess.Popen(
            [*COMMAND, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | (env or {}),
            cwd=ROOT,
        )

    def initialize(self) -> None:
        self.send(INITIALIZE)
        assert self.receive()["result"]["serverInfo"]["name"] == "mathlib-index"
        self.send(INITIALIZED)

    def send(self, message: object) -> None:
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """The next answer; notifications, such as of a line that is no JSON, are passed over."""
        while True:
            message: dict[str, Any] = json.loads(self.process.stdout.readline())
            if "id" in message:
                return message

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
