"""The life of a server process: ports, tokens, an orderly end, and a kill."""

from __future__ import annotations

import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from search_server import ROOT, SearchServer

TOKEN = "correct horse"
IN_FLIGHT = "mathlib_index_requests_in_flight"


def serve_in_vain(*arguments: str | Path) -> list[str]:
    """Lines on standard error of a server that must refuse to start, with exit code 2."""
    done = subprocess.run(
        [sys.executable, "-m", "mathlib_index", "serve", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr.splitlines()


def test_a_port_in_use_is_told_in_one_line(index_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (error,) = serve_in_vain(index_folder, "--port", str(port))
    assert f"error: cannot listen at 127.0.0.1 on port {port}: address already in use" in error


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["{index}", "--port", "0", "--token-env", "NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE is not"),
        (["{index}", "--port", "0", "--host", "no-such-host.invalid"], "not an address of this"),
        (["{tmp}/missing", "--port", "0"], "no index at"),
    ],
)
def test_what_cannot_be_served_is_told_in_one_line(
    arguments: list[str], complaint: str, index_folder: Path, tmp_path: Path
) -> None:
    places = {"index": index_folder, "tmp": tmp_path}
    (error,) = serve_in_vain(*(argument.format(**places) for argument in arguments))
    assert error.startswith("error: ")
    assert complaint in error


def test_a_server_open_to_others_warns_unless_it_has_a_token(tmp_path: Path) -> None:
    warning, error = serve_in_vain(tmp_path / "missing", "--host", "0.0.0.0", "--port", "0")
    assert warning.startswith("warning: 0.0.0.0 can be reached from other machines")
    assert "no index at" in error


def test_after_a_kill_it_serves_again_on_the_same_port_and_ends_in_good_order(
    index_folder: Path,
) -> None:
    with SearchServer(index_folder) as server:
        port = server.port
        before = server.client.get("/search", params={"query": "group"}).json()
        server.kill()
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{server.url}/health")
        server.start()
        assert server.port == port
        assert server.client.get("/search", params={"query": "group"}).json() == before
        # A request that takes a while is under way when the server is told to stop.
        long_work = {"query": ["a long question about groups " * 60] * 32, "num_results": 3}
        with ThreadPoolExecutor() as pool:
            for _ in range(50):
                under_way = pool.submit(
                    httpx.post, f"{server.url}/search", json=long_work, timeout=60
                )
                while not under_way.done() and server.metric(IN_FLIGHT) < 2:
                    pass
                if not under_way.done():  # else it was over before it was seen
                    break
            server.ask_to_stop()
            answer = under_way.result()
        assert answer.status_code == 200
        assert [len(hits) for hits in answer.json()] == [3] * 32
        assert server.process.wait(30) == 0
        assert server.errors() == ""


def test_a_token_guards_all_but_the_page_and_health(index_folder: Path) -> None:
    with SearchServer(index_folder, "--host", "0.0.0.0", token=TOKEN) as server:
        http = server.client
        for path in ("/", "/health", "/docs", "/openapi.json", "/docs-files/swagger-ui.css"):
            assert http.get(path).status_code == 200
        for path in ("/search?query=group", "/declarations/Mini.inv_inv", "/metrics", "/other"):
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}):
                refused = http.get(path, headers=headers)
                assert refused.status_code == 401
                assert refused.headers["WWW-Authenticate"] == "Bearer"
                assert "this server wants a token" in refused.json()["error"]
        right = {"Authorization": f"Bearer {TOKEN}"}
        assert http.get("/search?query=group", headers=right).status_code == 200
        assert "HTTPBearer" in http.get("/openapi.json").json()["components"]["securitySchemes"]
        elsewhere = {"Host": "search.example", **right}
        assert http.get("/search?query=group", headers=elsewhere).status_code == 200
        assert server.errors() == ""
