"""Rerankers: a real cross-encoder of random weights, and a real HTTP server for a model."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from mathlib_index import SearchIndex
from mathlib_index.evaluate_command import evaluate as evaluate_command
from mathlib_index.index import Hit
from mathlib_index.rerank import (
    CrossEncoderReranker,
    LanguageModelReranker,
    Reranker,
    RerankerUnavailable,
    open_reranker,
    read_order,
    reranked,
)

QUERY = "the size of a subgroup divides the size of the group"


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two small layers and random weights that gives each pair one score."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("cross-encoder")
    letters = [chr(code) for code in range(33, 127)]
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + x for x in letters)]
    (folder / "vocab.txt").write_text("\n".join(tokens), encoding="utf-8")
    tokenizer = BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=128)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    for labels, name in ((1, "one-score"), (3, "three-classes")):
        config = BertConfig(
            vocab_size=len(tokens),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=128,
            num_labels=labels,
            initializer_range=0.5,
        )
        BertForSequenceClassification(config).save_pretrained(folder / name)
        tokenizer.save_pretrained(folder / name)
    return folder


@pytest.fixture
def hits(index: SearchIndex) -> list[Hit]:
    """Ten hits in the order of the search."""
    return index.search(QUERY, 10)


def names(hits: list[Hit]) -> list[str]:
    """Full names, best first."""
    return [hit.declaration.name for hit in hits]


def test_a_cross_encoder_sorts_by_its_own_scores(cross_encoder: Path, hits: list[Hit]) -> None:
    from sentence_transformers import CrossEncoder

    reranker = CrossEncoderReranker(str(cross_encoder / "one-score"), depth=6)
    (result,) = reranker.rerank([QUERY], [hits])
    scores = CrossEncoder(str(cross_encoder / "one-score")).predict(
        [
            (QUERY, f"{d.kind} {d.name}\n" + "\n".join(filter(None, (d.docstring, d.signature))))
            for d in (hit.declaration for hit in hits[:6])
        ]
    )
    by_score = sorted(range(6), key=lambda position: -scores[position])
    assert names(result) == [names(hits)[position] for position in by_score] + names(hits)[6:]
    assert names(result) != names(hits)
    assert [hit.rank for hit in result] == list(range(1, 11))
    assert [hit.score for hit in result] == [hit.score for hit in hits]


def test_many_queries_go_through_at_once(cross_encoder: Path, index: SearchIndex) -> None:
    reranker = open_reranker(f"cross-encoder:{cross_encoder / 'one-score'}")
    queries = [QUERY, "inverse of the inverse"]
    rows = index.search_many(queries, 10)
    together = reranker.rerank(queries, rows)
    assert together == [
        reranker.rerank([q], [row])[0] for q, row in zip(queries, rows, strict=True)
    ]
    assert reranker.rerank([], []) == []
    assert reranker.rerank(["nothing found"], [[]]) == [[]]


def test_a_hit_from_beyond_k_can_come_first(cross_encoder: Path, index: SearchIndex) -> None:
    reranker = CrossEncoderReranker(str(cross_encoder / "one-score"), depth=10)
    (all_ten,) = reranker.rerank([QUERY], index.search_many([QUERY], 10))
    assert reranked(index.search_many, reranker)([QUERY], 3) == [all_ten[:3]]


def answers_with(*answers: str) -> Iterator[Any]:
    """A script of chat completions."""
    for answer in answers:
        yield {
            "id": "x",
            "object": "chat.completion",
            "created": 0,
            "model": "m",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "message": {"role": "assistant", "content": answer},
                }
            ],
        }


@contextmanager
def chat_server(reply: Callable[[dict[str, Any]], tuple[int, Any]]) -> Iterator[str]:
    """URL of a server that answers each chat request with what `reply` makes of it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, answer = reply(body)
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_language_model_names_the_best_and_the_rest_follow(hits: list[Hit]) -> None:
    asked: list[dict[str, Any]] = []
    script = answers_with("[3, 1]")

    def reply(body: dict[str, Any]) -> tuple[int, Any]:
        asked.append(body)
        return 200, next(script)

    with chat_server(reply) as url:
        reranker = LanguageModelReranker(f"some/model@{url}", depth=5)
        (result,) = reranker.rerank([QUERY], [hits])
    before = names(hits)
    assert names(result) == [before[2], before[0], before[1], *before[3:]]
    assert [hit.score for hit in result] == [hit.score for hit in hits]
    assert reranker.malformed == 0
    (body,) = asked
    prompt = body["messages"][0]["content"]
    assert body["model"] == "some/model"
    assert QUERY in prompt
    assert [name in prompt for name in before] == [True] * 5 + [False] * 5


def test_answers_that_make_no_sense_change_nothing_and_are_counted(hits: list[Hit]) -> None:
    script = answers_with("I think the third.", "[2, 2]", "[99]", "[2, 1]", "")
    with chat_server(lambda _: (200, next(script))) as url:
        reranker = LanguageModelReranker(f"m@{url}")
        results = [reranker.rerank([QUERY], [hits])[0] for _ in range(5)]
    assert [names(result) == names(hits) for result in results] == [True, True, True, False, True]
    assert reranker.malformed == 4


def test_a_server_that_is_not_there_or_refuses_is_named(hits: list[Hit]) -> None:
    reranker: Reranker
    with chat_server(lambda _: (404, {"error": {"message": "no model m"}})) as url:
        reranker = LanguageModelReranker(f"m@{url}")
        with pytest.raises(RerankerUnavailable, match=r"m at http://127.*no model m"):
            reranker.rerank([QUERY], [hits])
    with pytest.raises(RerankerUnavailable, match=r"m at http://127.*Connection"):
        reranker.rerank([QUERY], [hits])


@pytest.mark.parametrize(
    ("answer", "order"),
    [
        ("[3, 1, 2]", [2, 0, 1]),
        (" [2]\n", [1]),
        ("<think>[1] looks [good]</think>\n[4]", [3]),
        ("[]", None),
        ("[1, 1]", None),
        ("[0]", None),
        ("[5]", None),
        ("[1.0]", None),
        ('["1"]', None),
        ("[1] > [2]", None),
        ("1, 2", None),
        ("```json\n[1]\n```", None),
        ("null", None),
        ("", None),
    ],
)
def test_what_counts_as_an_order_of_four_hits(answer: str, order: list[int] | None) -> None:
    assert read_order(answer, 4) == order


@given(st.text() | st.from_regex(re.compile(r"\[[\d, -]{0,12}\]"), fullmatch=True))
def test_no_answer_can_lose_or_double_a_hit(answer: str) -> None:
    order = read_order(answer, 4)
    assert order is None or (
        order and len(set(order)) == len(order) and set(order) <= set(range(4))
    )


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ("bm25", "unknown reranker 'bm25'. Known are cross-encoder:"),
        ("cross-encoder:", "unknown reranker"),
        ("cross-encoder:/no/model", "no model folder at /no/model"),
        ("cross-encoder:nope", "'nope' is no folder here, nor a name OWNER/MODEL. Give the path"),
        ("cross-encoder:a/b/c", "cannot download the cross-encoder 'a/b/c'"),
        ("cross-encoder:{folder}", "cannot load the cross-encoder"),
        ("cross-encoder:{folder}/three-classes", "into 3 classes"),
        ("openai:m@nowhere", "write openai:MODEL or openai:MODEL@URL"),
    ],
)
def test_a_reranker_that_cannot_be_had_is_one_line_and_exit_code_2(
    spec: str, complaint: str, cross_encoder: Path, index_folder: Path, tmp_path: Path
) -> None:
    code, out, err = evaluate(index_folder, tmp_path, spec.format(folder=cross_encoder))
    assert (code, out) == (2, "")
    (line,) = [line for line in err.splitlines() if line.startswith("error: ")]
    assert complaint in line


def test_a_hub_that_cannot_be_reached_is_not_asked_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connections = 0

    def refuse(*_: object) -> None:
        nonlocal connections
        connections += 1
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(RerankerUnavailable, match=r"cross-encoder 'nobody/nothing'.*such as cross"):
        open_reranker("cross-encoder:nobody/nothing")
    assert connections <= 2, "a loader left to itself tries a dozen times, for most of a minute"


def test_evaluate_prints_with_and_without_in_one_run(
    cross_encoder: Path, index_folder: Path, tmp_path: Path
) -> None:
    spec = f"cross-encoder:{cross_encoder / 'one-score'}"
    code, out, _ = evaluate(index_folder, tmp_path, spec)
    assert code == 0
    answer = json.loads(out)
    comparison = answer["comparisons"][f"with {spec}"]
    assert comparison["difference"]["mrr"]["value"] == pytest.approx(
        comparison["mrr"]["value"] - answer["mrr"]["value"]
    )


def test_evaluate_warns_of_answers_that_could_not_be_read(
    index_folder: Path, tmp_path: Path
) -> None:
    script = answers_with("no")
    with chat_server(lambda _: (200, next(script))) as url:
        code, out, err = evaluate(index_folder, tmp_path, f"openai:m@{url}")
    assert code == 0
    assert json.loads(out)["comparisons"][f"with openai:m@{url}"]["difference"]["mrr"]["value"] == 0
    assert "no readable order for 1 of 1 queries" in err


def evaluate(index_folder: Path, scratch: Path, reranker: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of an evaluation with one query."""
    queries = scratch / "queries.json"
    queries.write_text(json.dumps([{"query": QUERY, "answer": "lagrange_theorem"}]))
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(evaluate_command)
    arguments = [str(index_folder), str(queries), "--reranker", reranker, "--json"]
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.stdout, result.stderr
