"""`lean-agent serve-lean`: a real server of the embedded Lean, asked over HTTP.

Kimina Lean Server's routes are asked by its own client from PyPI.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
from kimina import AsyncKiminaClient, Infotree, KiminaClient, Snippet
from lean_server import ENDLESS, LeanServer, serve_in_vain
from process_table import alive, wait_until

from lean_agent.lean.pool import LeanPool
from lean_agent.lean.repl import LeanRepl, PoolBusy
from lean_agent.lean.server import process
from lean_agent.lean.server.app import create_app
from lean_agent.lean.server.limits import MAX_BODY_BYTES, MAX_SNIPPETS
from lean_agent.lean.snippet import SnippetChecker, split
from lean_agent.lean.toolchain import Toolchain
from lean_agent.lean.verdict import Level, Reason, Verdict
from lean_agent.lean.verifier import Verifier
from mathlib_index.server.process import bind, url_of

AND_SWAP = "theorem and_swap' (a b : Prop) (h : a ∧ b) : b ∧ a"
GOOD = f"{AND_SWAP} := ⟨h.2, h.1⟩"
WRONG = f"{AND_SWAP} := ⟨h.1, h.2⟩"
SORRY = f"{AND_SWAP} := by\n  sorry"
# A macro whose native code does not exist: Lean aborts when it wants to run it.
CRASHING = (
    '@[extern "x", macro Lean.Parser.Term.app] opaque Lean.noSuchMacro : Lean.Macro\n#check id True'
)
ENDLESS_CHECKS: dict[str, dict[str, Any]] = {
    "/api/check": {"snippets": [{"id": str(n), "code": f"{ENDLESS} -- {n}"} for n in range(9)]},
    "/prove-check": {"problem": {"statement": "theorem endless : False"}, "proof": ENDLESS},
}
TOKEN = "correct horse"


@pytest.fixture(scope="module")
def server(toolchain: Toolchain) -> Iterator[LeanServer]:  # noqa: ARG001  (it is built first)
    """One for most of the tests, with two processes for snippets and two for proofs."""
    with LeanServer("--workers", "2") as server:
        yield server
        assert server.errors() == ""


@pytest.fixture
def kimina(server: LeanServer) -> Any:
    """The synchronous client."""
    return KiminaClient(server.url, http_timeout=60, n_retries=1)


# The client of Kimina Lean Server


def test_the_official_client_tells_good_code_from_bad(kimina: Any) -> None:
    codes = {"good": GOOD, "bad": WRONG, "sorry": SORRY, "no import": "import No.Such\n#check Nat"}
    snippets = [Snippet(id=name, code=code) for name, code in codes.items()]
    response = kimina.check(snippets, batch_size=2, show_progress=False)
    status = {result.id: result.analyze().status.value for result in response.results}
    assert status == {
        "good": "valid",
        "bad": "lean_error",
        "sorry": "sorry",
        "no import": "lean_error",
    }
    by_id = {result.id: result for result in response.results}
    assert by_id["sorry"].response["sorries"][0]["goal"].endswith("⊢ b ∧ a")
    assert by_id["good"].time > 0
    assert by_id["good"].diagnostics is None
    response.analyze(1.0)  # its own summary


async def test_the_official_asynchronous_client(server: LeanServer) -> None:
    client = AsyncKiminaClient(server.url, n_retries=1)
    try:
        await client.test()  # its own test of a server
        assert (await client.health())["status"] == "ok"
        codes = [f"theorem t{n} (p : Prop) (h : p) : p := h" for n in range(40)]
        response = await client.check(codes, batch_size=8, show_progress=False)
    finally:
        await client.close()
    assert [result.analyze().status.value for result in response.results] == ["valid"] * 40


def test_messages_stand_at_the_lines_of_the_snippet(kimina: Any) -> None:
    imports = "import Core.Logic\n-- and\nimport Core.Nat /- then -/\n\n"
    code = f"{imports}#check nope\ntheorem t : False := by\n  sorry"
    (result,) = kimina.check(code, show_progress=False).results
    error, warning = result.response["messages"]
    assert error["pos"] == {"line": 5, "column": 7}
    assert error["endPos"] == {"line": 5, "column": 11}
    assert warning["pos"]["line"] == 6
    assert result.response["sorries"][0]["pos"] == {"line": 7, "column": 2}


def test_an_import_that_is_not_there_is_lean_s_own_error(kimina: Any) -> None:
    (result,) = kimina.check("import No.Such\ntheorem t : True := ⟨⟩", show_progress=False).results
    (message,) = result.response["messages"]
    assert message["severity"] == "error"
    assert "unknown module prefix 'No'" in message["data"]
    assert message["pos"]["line"] == 1


def test_infotrees_that_this_lean_has_not_are_left_out(kimina: Any) -> None:
    for infotree in Infotree:
        (result,) = kimina.check(GOOD, infotree=infotree, show_progress=False).results
        assert result.analyze().status.value == "valid"
        assert "infotree" not in result.response


def test_debug_tells_of_the_process(kimina: Any) -> None:
    def process(**options: Any) -> Any:
        (result,) = kimina.check(GOOD, debug=True, show_progress=False, **options).results
        assert result.analyze().status.value == "valid"
        assert result.diagnostics["memory_max"] > 0
        assert result.diagnostics["cpu_max"] >= 0
        return result.diagnostics["repl_uuid"]

    assert len({process(reuse=False) for _ in range(4)}) == 4, "each in a process of its own"
    assert len({process() for _ in range(6)}) <= 2, "there are two processes"


def test_a_snippet_without_end_times_out_and_harms_no_other(kimina: Any) -> None:
    snippets = [Snippet(id="endless", code=ENDLESS), Snippet(id="good", code=GOOD)]
    response = kimina.check(snippets, timeout=2, show_progress=False)
    endless, good = response.results
    assert endless.analyze().status.value == "timeout_error"
    assert endless.error == "Lean REPL command timed out in 2 seconds"
    assert endless.time == 2
    assert good.analyze().status.value == "valid"


def test_a_snippet_that_kills_lean_harms_no_other(kimina: Any) -> None:
    snippets = [Snippet(id="crash", code=CRASHING), Snippet(id="good", code=GOOD)]
    crash, good = kimina.check(snippets, show_progress=False).results
    assert crash.analyze().status.value == "repl_error"
    assert "Lean crashed (SIGABRT" in crash.response["message"]
    assert good.analyze().status.value == "valid"


def test_the_older_form_of_a_request(server: LeanServer) -> None:
    codes = [
        {"custom_id": 1, "proof": GOOD},
        {"custom_id": "two", "code": WRONG},
        {"custom_id": "three", "code": ENDLESS},
    ]
    asked = {"codes": codes, "timeout": 2, "infotree_type": "original", "disable_cache": True}
    for route in ("/verify", "/one_pass_verify_batch"):
        answer = server.client.post(route, json=asked).json()
        good, wrong, endless = answer["results"]
        assert good["custom_id"] == "1"
        assert good["response"]["time"] > 0
        assert "messages" not in good["response"]
        assert wrong["response"]["messages"][0]["severity"] == "error"
        assert endless == {
            "custom_id": "three",
            "error": "Lean REPL command timed out in 2 seconds",
        }


def test_equal_snippets_of_a_batch_are_checked_once(server: LeanServer) -> None:
    checked = 'lean_agent_checks_total{kind="snippet",outcome="answered"}'
    before = server.metric(checked)
    codes = [f"#check (fun (x : Nat) => x) {n % 3}" for n in range(12)]
    snippets = [{"id": str(n), "code": code} for n, code in enumerate(codes)]
    answer = server.client.post("/api/check", json={"snippets": snippets}).json()
    assert [result["id"] for result in answer["results"]] == [str(n) for n in range(12)]
    for n, result in enumerate(answer["results"]):
        assert result["response"]["messages"][0]["data"] == f"(fun x => x) {n % 3} : Nat"
    assert server.metric(checked) - before == 3


def test_a_slash_at_the_end_is_as_good(server: LeanServer) -> None:
    asked = {"snippets": [{"id": "a", "code": GOOD}]}
    assert server.client.post("/api/check/", json=asked).status_code == 200
    assert server.client.get("/health/").status_code == 200


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "\r\n", "/-", "😀", "«", "end", "import"])
def test_odd_text_is_answered(server: LeanServer, text: str) -> None:
    asked = {"snippets": [{"id": f"id {text}", "code": text}]}
    answer = server.client.post("/api/check", content=json.dumps(asked))
    (result,) = answer.json()["results"]
    assert result["id"] == f"id {text}"
    assert "env" in result["response"]


@pytest.mark.parametrize(
    ("code", "header", "body"),
    [
        ("theorem t : True := ⟨⟩", "", "theorem t : True := ⟨⟩"),
        ("import A\nimport B.C\nx", "import A\nimport B.C", "        \n          \nx"),
        ("import B import A x", "import A\nimport B", " " * 17 + " x"),
        ("-- import A\nimport B\nx", "import B", " " * 11 + "\n        \nx"),
        (
            "import Mathlib.Tactic\nimport Mathlib\nx",
            "import Mathlib",
            " " * 21 + "\n" + " " * 14 + "\nx",
        ),
        ("module\nimport A\nx", None, "module\nimport A\nx"),
        ("import all A\nx", None, "import all A\nx"),
        ("x\nimport A", "", "x\nimport A"),
        ("import", None, "import"),
    ],
)
def test_the_leading_imports_are_the_header(code: str, header: str | None, body: str) -> None:
    parts = split(code)
    assert (parts.header, parts.body) == (header, body)


# Verdicts


def test_prove_check_answers_with_a_verdict(server: LeanServer) -> None:
    accepted = Verdict.model_validate(server.prove_check(AND_SWAP, GOOD))
    assert accepted.accepted
    assert accepted.reason is Reason.PROVED
    assert accepted.level is Level.FAST
    rejected = {
        Reason.ERRORS: WRONG,
        Reason.SORRY: SORRY,
        Reason.FORBIDDEN: f"axiom a : False\n{AND_SWAP} := a.elim",
        Reason.WRONG_STATEMENT: "theorem and_swap' : True := True.intro",
    }
    for reason, proof in rejected.items():
        verdict = Verdict.model_validate(server.prove_check(AND_SWAP, proof))
        assert not verdict.accepted
        assert verdict.reason is reason
    endless = server.prove_check("theorem endless : False", ENDLESS, timeout=2)
    assert endless["reason"] == Reason.TIMEOUT


def test_strict_is_strict_or_refused(server: LeanServer) -> None:
    asked = {"problem": {"statement": AND_SWAP}, "proof": GOOD, "level": "strict"}
    answer = server.client.post("/prove-check", json=asked)
    if server.client.get("/health").json()["strict"]:
        assert answer.json()["accepted"]
        assert answer.json()["level"] == "strict"
    else:
        assert answer.status_code == 422
        assert "no strict check" in answer.json()["error"]


def test_code_that_only_cheats_is_no_error_to_kimina_s_routes_and_rejected_by_ours(
    server: LeanServer,
) -> None:
    cheat = "axiom oops : False\ntheorem t : False := oops"
    assert "messages" not in server.check(cheat)["response"]
    assert not server.prove_check("theorem t : False", cheat)["accepted"]


# What cannot be answered


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("import Core.Nat\n#eval 1", "#eval"),
        ("run_cmd pure ()", "run_cmd"),
        ('open Nat\nnotation "one" => 1', "notation"),
        ("#eval 1\nimport Core.Nat", "import"),
        ("import all Core.Nat", "import"),
        ("open Nat\nimport Core.Nat", "import"),
    ],
)
def test_no_client_runs_code_in_the_process_that_judges_others(
    server: LeanServer, header: str, word: str
) -> None:
    for problem in (
        {"statement": AND_SWAP, "header": header},
        {"statement": f"{header}\n{AND_SWAP}"},
    ):
        answer = server.client.post("/prove-check", json={"problem": problem, "proof": GOOD})
        assert answer.status_code == 422
        field = "header" if "header" in problem else "statement"
        assert answer.json()["error"].startswith(f"{field} may not hold `")
        if field == "header":
            assert f"`{word}`" in answer.json()["error"]


def test_a_header_of_imports_and_opens_is_welcome(server: LeanServer) -> None:
    header = (
        "import Core.Logic -- #eval\nimport Core.Nat\n\nopen Nat\nset_option autoImplicit false"
    )
    problem = {"statement": AND_SWAP, "header": header}
    answer = server.client.post("/prove-check", json={"problem": problem, "proof": GOOD})
    assert answer.json()["accepted"]


@pytest.mark.parametrize(
    ("route", "asked", "sentence"),
    [
        ("/api/check", {"snippets": []}, "snippets is an empty list."),
        ("/api/check", {}, "snippets is missing."),
        ("/api/check", [1], "the body must be a JSON object; /docs shows its fields."),
        ("/api/check", {"snippets": [{"code": ""}]}, "id is missing."),
        (
            "/api/check",
            {"snippets": [{"id": "a", "code": ""}, {"id": "a", "code": "x"}]},
            "id 'a' is given twice; results are told apart by it.",
        ),
        (
            "/api/check",
            {"snippets": [{"id": str(n), "code": ""} for n in range(MAX_SNIPPETS + 1)]},
            "snippets has 1025 entries; the limit is 1,024.",
        ),
        (
            "/api/check",
            {"snippets": [{"id": "a", "code": ""}], "timeout": 1e6},
            "timeout is 1000000.0; it must be a number of seconds up to 3600.",
        ),
        (
            "/api/check",
            {"snippets": [{"id": "a", "code": ""}], "timeout": 0},
            "timeout is 0; it must be a number of seconds up to 3600.",
        ),
        ("/verify", {"codes": [{"custom_id": 7}]}, "the snippet 7 has neither proof nor code."),
        (
            "/verify",
            {"codes": [{"custom_id": 1, "code": ""}, {"custom_id": "1", "code": ""}]},
            "custom_id '1' is given twice; results are told apart by it.",
        ),
        (
            "/prove-check",
            {"problem": {"statement": "hello"}, "proof": ""},
            "statement must declare a theorem: `theorem NAME … : …`.",
        ),
        ("/prove-check", {"problem": {"statement": AND_SWAP}}, "proof is missing."),
        (
            "/prove-check",
            {"problem": "theorem", "proof": ""},
            "problem must be a JSON object; /docs shows its fields.",
        ),
        (
            "/prove-check",
            {"problem": {"statement": AND_SWAP, "difficulty": 9}, "proof": ""},
            "difficulty: input should be less than or equal to 5.",
        ),
        (
            "/prove-check",
            {"problem": {"statement": AND_SWAP, "header": "#eval 1"}, "proof": ""},
            "header may not hold `#eval` (line 1, column 0): it can run code or change how Lean "
            "reads, in a process that judges the proofs of others too.",
        ),
        (
            "/prove-check",
            {"problem": {"statement": AND_SWAP}, "proof": "", "level": "lax"},
            "level cannot be \"lax\"; it can be 'fast' or 'strict'.",
        ),
        (
            "/prove-check",
            {"problem": {"statement": f"{AND_SWAP} \ud800"}, "proof": ""},
            "statement is not UTF-8 text.",
        ),
        (
            "/prove-check",
            {"problem": {"statement": AND_SWAP, "header": "-" * 100_001}, "proof": ""},
            "header has 100,001 characters; the limit is 100,000.",
        ),
        (
            "/prove-check",
            {"problem": {"statement": f"theorem a : True\n{AND_SWAP}"}, "proof": ""},
            "statement must declare one theorem and nothing else, but holds 2 declarations "
            "(theorem, theorem); the header is for what the theorem needs before it.",
        ),
    ],
)
def test_what_cannot_be_checked_is_told_in_a_sentence(
    server: LeanServer, route: str, asked: object, sentence: str
) -> None:
    answer = server.client.post(route, content=json.dumps(asked))
    assert (answer.status_code, answer.json()) == (422, {"error": sentence})


def test_a_broken_statement_is_told_with_lean_s_words(server: LeanServer) -> None:
    asked = {"problem": {"statement": "theorem t : Nat"}, "proof": "theorem t : Nat := 0"}
    answer = server.client.post("/prove-check", json=asked)
    assert answer.status_code == 422
    assert "the problem's statement does not elaborate" in answer.json()["error"]
    assert "is not a proposition" in answer.json()["error"]


def test_other_requests_are_answered_with_a_sentence(server: LeanServer) -> None:
    http = server.client
    assert http.post("/api/check", content="{").status_code == 400
    for answer in (http.get("/nothing"), http.get("/api/check"), http.put("/health")):
        assert answer.status_code in (404, 405)
        assert "/docs lists what there is" in answer.json()["error"]
    elsewhere = http.get("/health", headers={"Host": "evil.example"})
    assert elsewhere.status_code == 421
    too_big = http.post("/api/check", content=b" " * (MAX_BODY_BYTES + 1))
    assert too_big.status_code == 413
    assert too_big.json() == {"error": "the body is larger than 16384 KiB."}


def test_a_large_snippet_is_checked(server: LeanServer) -> None:
    result = server.check("-- " + "x" * 5_000_000 + "\n#check nope", timeout=60)
    assert result["response"]["messages"][0]["pos"]["line"] == 2


def test_health_metrics_and_docs(server: LeanServer) -> None:
    http = server.client
    for path in ("/", "/health"):
        health = http.get(path).json()
        assert health["status"] == "ok"
        assert health["workers"] == 2
        assert health["lean"].startswith("Lean 4.")
    server.check(GOOD)
    assert server.metric('lean_agent_requests_total{route="/api/check",status="200"}') >= 1
    assert server.metric('lean_agent_checks_total{kind="snippet",outcome="answered"}') >= 1
    assert server.metric('lean_agent_pool_processes{kind="snippet"}') >= 1
    assert server.metric('lean_agent_pool_waiting{kind="snippet"}') == 0
    page = http.get("/docs").text
    assert "/docs-files/" in page
    assert "https://" not in page.replace("https://fastapi", "")
    assert "/api/check" in http.get("/openapi.json").json()["paths"]


async def test_a_full_queue_says_when_to_come_back(toolchain: Toolchain) -> None:
    proofs, snippets = LeanPool(toolchain), LeanPool(toolchain)
    app = create_app(Verifier(proofs), SnippetChecker(snippets), max_waiting=0)
    to_app = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=to_app, base_url="http://localhost") as http:
        for route, asked in (
            ("/api/check", {"snippets": [{"id": "a", "code": GOOD}]}),
            ("/prove-check", {"problem": {"statement": AND_SWAP}, "proof": GOOD}),
        ):
            answer = await http.post(route, json=asked)
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "1"
            assert "try again in a second" in answer.json()["error"]


class Busy(LeanPool):
    """Lends no process, and notes who asked for one."""

    def __init__(self, toolchain: Toolchain) -> None:
        super().__init__(toolchain)
        self.owners: list[str] = []

    @asynccontextmanager
    async def lease(
        self,
        header: str = "",  # noqa: ARG002
        owner: str = "",
        fresh: bool = False,  # noqa: ARG002
    ) -> AsyncIterator[LeanRepl]:
        self.owners.append(owner)
        raise PoolBusy("no process is lent")
        yield


async def test_every_connection_waits_in_its_own_turn(toolchain: Toolchain) -> None:
    proofs, snippets = Busy(toolchain), Busy(toolchain)
    app = create_app(Verifier(proofs), SnippetChecker(snippets))
    for port in (5001, 5002, 5001):
        to_app = httpx.ASGITransport(app, client=("127.0.0.1", port))
        async with httpx.AsyncClient(transport=to_app, base_url="http://localhost") as http:
            for route, asked in (
                ("/api/check", {"snippets": [{"id": "a", "code": GOOD}]}),
                ("/verify", {"codes": [{"custom_id": "a", "code": GOOD}]}),
                ("/prove-check", {"problem": {"statement": AND_SWAP}, "proof": GOOD}),
            ):
                assert (await http.post(route, json=asked)).status_code == 503
    first, second = "127.0.0.1:5001", "127.0.0.1:5002"
    assert proofs.owners == [first, second, first]
    assert snippets.owners == [first, first, second, second, first, first]


def test_snippets_and_verdicts_never_share_a_process(toolchain: Toolchain) -> None:
    pool = LeanPool(toolchain)
    with pytest.raises(ValueError, match="processes that snippets have run in"):
        create_app(Verifier(pool), SnippetChecker(pool))


# A token


def test_a_token_guards_all_but_health_and_docs(toolchain: Toolchain) -> None:  # noqa: ARG001
    with LeanServer("--workers", "1", token=TOKEN) as server:
        http = server.client
        for path in ("/", "/health", "/docs", "/openapi.json"):
            assert http.get(path).status_code == 200
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}):
            for path in ("/api/check", "/verify", "/prove-check", "/metrics", "/other"):
                refused = http.post(path, json={}, headers=headers)
                assert refused.status_code == 401
                assert "this server wants a token" in refused.json()["error"]
        right = KiminaClient(server.url, api_key=TOKEN, n_retries=1)
        (result,) = right.check(GOOD, show_progress=False).results
        assert result.analyze().status.value == "valid"
        wrong = KiminaClient(server.url, api_key="wrong", n_retries=1)
        (result,) = wrong.check(GOOD, show_progress=False).results
        assert result.analyze().status.value == "server_error"


# Faults


def test_kill_minus_nine_of_workers_changes_no_answer(toolchain: Toolchain) -> None:  # noqa: ARG001
    with LeanServer("--workers", "2") as server, ThreadPoolExecutor() as clients:
        lemmas = "\n".join(f"theorem u{n} (p : Prop) (h : p) : p := h" for n in range(3000))
        for _ in range(5):
            new = f"-- {secrets.token_hex()}\n{lemmas}"  # not to be remembered from an earlier run
            snippet = clients.submit(server.check, f"{new}\n{WRONG}", timeout=60)
            verdict = clients.submit(server.prove_check, AND_SWAP, f"{new}\n{GOOD}", timeout=60)
            server.wait_for_work(2)
            for pid in server.lean_processes():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            assert snippet.result()["response"]["messages"][0]["severity"] == "error"
            assert verdict.result()["accepted"]


def test_a_client_that_goes_away_ends_its_checks(server: LeanServer) -> None:
    wait_until(lambda: server.at_work() == 0)
    for route, asked in ENDLESS_CHECKS.items():
        with ThreadPoolExecutor() as clients, httpx.Client(base_url=server.url) as leaving:
            under_way = clients.submit(
                leaving.post, route, json=asked | {"timeout": 600}, timeout=3
            )
            server.wait_for_work()
            with pytest.raises(httpx.ReadTimeout):
                under_way.result()
        wait_until(lambda: server.at_work() == 0)
    assert "response" in server.check(GOOD)


def test_sigterm_lets_checks_finish_and_leaves_no_process(toolchain: Toolchain) -> None:  # noqa: ARG001
    with LeanServer("--workers", "1") as server, ThreadPoolExecutor() as clients:
        snippet = clients.submit(server.check, ENDLESS, timeout=4)
        verdict = clients.submit(server.prove_check, "theorem endless : False", ENDLESS, timeout=4)
        server.wait_for_work(2)
        processes = server.lean_processes()
        assert len(processes) >= 2
        server.ask_to_stop()
        assert "timed out in 4 seconds" in snippet.result()["error"]
        assert verdict.result()["reason"] == Reason.TIMEOUT
        assert server.process.wait(30) == 0
        wait_until(lambda: not any(map(alive, processes)))
        assert server.errors() == ""


def ask_for_endless_checks(server: LeanServer, clients: ThreadPoolExecutor) -> list[Any]:
    """A snippet and a proof that never end, under way."""
    under_way = [
        clients.submit(server.client.post, route, json=asked | {"timeout": 600})
        for route, asked in ENDLESS_CHECKS.items()
    ]
    server.wait_for_work(2)
    return under_way


def test_a_second_ctrl_c_ends_checks_with_503_and_no_verdict(toolchain: Toolchain) -> None:  # noqa: ARG001
    with LeanServer("--workers", "1") as server, ThreadPoolExecutor() as clients:
        under_way = ask_for_endless_checks(server, clients)
        processes = server.lean_processes()
        server.process.send_signal(signal.SIGINT)
        wait_until(lambda: not is_open(server.url))
        server.process.send_signal(signal.SIGINT)
        for answer in under_way:
            assert answer.result().status_code == 503, answer.result().text
        assert server.process.wait(30) == 0
        wait_until(lambda: not any(map(alive, processes)))
        assert server.errors() == ""


async def test_checks_that_outlast_sigterm_end_with_503_and_no_verdict(
    toolchain: Toolchain,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "_SECONDS_TO_FINISH", 1)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    listener = bind("127.0.0.1", 0)
    serving = asyncio.create_task(process._serve(listener, "embedded", 1, None))
    try:
        async with httpx.AsyncClient(base_url=url_of(listener), timeout=60) as http:
            while not is_open(url_of(listener)):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
            under_way = [
                asyncio.create_task(http.post(route, json=asked | {"timeout": 600}))
                for route, asked in ENDLESS_CHECKS.items()
            ]
            while '_at_work{kind="proof"} 1.0' not in (await http.get("/metrics")).text:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
            os.kill(os.getpid(), signal.SIGTERM)
            for answer in under_way:
                assert (await answer).status_code == 503, (await answer).text
        await serving
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def is_open(url: str) -> bool:
    """Whether the port takes connections."""
    address = httpx.URL(url)
    with suppress(ConnectionRefusedError):
        socket.create_connection((address.host, address.port or 0)).close()
        return True
    return False


def test_a_killed_server_leaves_no_lean(toolchain: Toolchain) -> None:  # noqa: ARG001
    with LeanServer("--workers", "1") as server, ThreadPoolExecutor() as clients:
        under_way = clients.submit(
            httpx.post,
            f"{server.url}/api/check",
            timeout=60,
            json={
                "snippets": [{"id": "endless", "code": ENDLESS}],
                "timeout": 600,
            },
        )
        server.wait_for_work()
        processes = server.lean_processes()
        server.kill()
        with pytest.raises(httpx.TransportError):
            under_way.result()
        wait_until(lambda: not any(map(alive, processes)))


# Starting


def test_what_cannot_be_served_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"cannot listen at 127.0.0.1 on port {port}" in serve_in_vain("--port", port)
    assert "NO_SUCH is not set" in serve_in_vain("--port", 0, "--token-env", "NO_SUCH")
    assert "not a Lake project" in serve_in_vain("--port", 0, "--lean", "/")
    assert "not an address" in serve_in_vain("--port", 0, "--host", "no-such-host.invalid")


def test_a_server_open_to_others_warns_unless_it_has_a_token(toolchain: Toolchain) -> None:  # noqa: ARG001
    with LeanServer("--host", "0.0.0.0", "--workers", "1") as server:
        assert "anyone there may run Lean code" in server.errors()
    with LeanServer("--host", "0.0.0.0", "--workers", "1", token=TOKEN) as server:
        assert server.errors() == ""
