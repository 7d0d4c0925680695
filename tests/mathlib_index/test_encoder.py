"""Encoders: real models, on the CPU in 8 bits and by sentence-transformers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from mathlib_index import DEFAULT_MODEL, Encoder, ModelUnavailable
from mathlib_index.encoder import Vectors, int8
from mathlib_index.encoder.model_files import find_model
from mathlib_index.encoder.plain import PlainBackend, quiet_loading

TEXTS = [
    "Is Compact.image\nThe continuous image of a compact set is compact.",
    "mul comm {a b : G} : a * b = b * a",
    "∀ ε > 0, ∃ δ > 0, |x - a| < δ → |f x - f a| < ε",
    "",
    "a long one " * 400,
    *(f"Lemma number {i} about the {'very ' * (i % 40)}small prime {i}" for i in range(120)),
]
MODELS = ["bert-mean", "bert-cls", "e5-small-v2", "own-prompts", "xlm-roberta-cls"]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The default model, in 8 bits."""
    return Encoder(device="cpu")


@pytest.fixture(scope="module")
def original() -> PlainBackend:
    """The same model in float32, as sentence-transformers runs it."""
    return PlainBackend(find_model(DEFAULT_MODEL), "cpu")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small models with random weights and the default model's tokenizer."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Dense, Pooling, Transformer
    from transformers import BertConfig, BertModel, XLMRobertaConfig, XLMRobertaModel

    folder = tmp_path_factory.mktemp("models")
    shape = {
        "vocab_size": 30522,
        "hidden_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 128,
        "max_position_embeddings": 80,
        "position_embedding_type": "absolute",
    }
    bare = {
        "bert": BertModel(BertConfig(**shape)),
        "xlm-roberta": XLMRobertaModel(XLMRobertaConfig(**shape, pad_token_id=1)),
    }
    for name, network in bare.items():
        network.save_pretrained(folder / name)
        for file in find_model(DEFAULT_MODEL).folder.glob("*token*"):
            shutil.copy(file, folder / name)
    with quiet_loading():
        for name, kind, pooling, prompts in (
            ("bert-mean", "bert", "mean", None),
            ("bert-cls", "bert", "cls", None),
            ("e5-small-v2", "bert", "mean", None),
            ("own-prompts", "bert", "mean", {"query": "Q: ", "document": "D: "}),
            ("xlm-roberta-cls", "xlm-roberta", "cls", None),
            ("bert-with-dense", "bert", "mean", None),
        ):
            words = Transformer(str(folder / kind), max_seq_length=70)
            modules = [words, Pooling(64, pooling_mode=pooling)]
            if name == "bert-with-dense":
                modules.append(Dense(64, 16))
            model = SentenceTransformer(modules=modules, device="cpu", prompts=prompts)
            model.save(str(folder / name))
    return folder


@pytest.fixture(autouse=True)
def cache_of_its_own(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Conversions of random models do not go into the user's cache."""
    if "models" in request.fixturenames:
        monkeypatch.setenv("LEAN_AGENT_CACHE", str(tmp_path / "cache"))


def cosines(a: Vectors, b: Vectors) -> np.ndarray:
    return (a * b).sum(axis=1)


def plain(backend: PlainBackend, texts: list[str], prompt: str = "") -> Vectors:
    return backend.encode(texts, prompt, lambda _done, _total: None)


def test_eight_bits_stay_close_to_the_original(encoder: Encoder, original: PlainBackend) -> None:
    wanted = plain(original, TEXTS)
    for found in (encoder.encode_passages(TEXTS), encoder.encode_queries(TEXTS)):
        assert found.dtype == np.float32
        assert found.shape == (len(TEXTS), 384)
        np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
        assert cosines(found, wanted).mean() > 0.99
        assert cosines(found, wanted).min() > 0.97


def test_a_vector_hardly_depends_on_the_texts_beside_it(encoder: Encoder) -> None:
    alone = np.concatenate([encoder.encode_queries([text]) for text in TEXTS])
    assert cosines(encoder.encode_passages(TEXTS), alone).min() > 0.995


def test_batches_are_counted_to_the_end(encoder: Encoder) -> None:
    calls: list[tuple[int, int]] = []
    encoder.encode_passages(TEXTS, lambda done, total: calls.append((done, total)))
    assert len(calls) > 1
    assert calls == sorted(calls)
    assert calls[-1] == (len(TEXTS), len(TEXTS))
    assert encoder.encode_passages([]).shape == (0, 384)


def test_threads_share_an_encoder(encoder: Encoder) -> None:
    alone = np.concatenate([encoder.encode_queries([text]) for text in TEXTS[:40]])
    with ThreadPoolExecutor(8) as threads:
        at_once = list(threads.map(lambda text: encoder.encode_queries([text]), TEXTS[:40]))
    np.testing.assert_allclose(np.concatenate(at_once), alone, atol=1e-6)


def test_a_converted_model_needs_no_torch(encoder: Encoder) -> None:
    program = (
        "import sys; from mathlib_index import Encoder\n"
        f"vector = Encoder({encoder.name!r}).encode_queries(['a compact set'])[0]\n"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers') if m in sys.modules])"
    )
    assert run(program).stdout.strip() == "[]"


@pytest.mark.parametrize("name", MODELS)
def test_models_of_the_bert_family_run_in_eight_bits(name: str, models: Path) -> None:
    encoder = Encoder(str(models / name), "cpu")
    assert "int8" in encoder.identity
    original = PlainBackend(find_model(str(models / name)), "cpu")
    for found, prompt in (
        (encoder.encode_queries(TEXTS), encoder.prompts.query),
        (encoder.encode_passages(TEXTS), encoder.prompts.passage),
    ):
        assert cosines(found, plain(original, TEXTS, prompt)).min() > 0.97


def test_other_models_run_on_sentence_transformers(models: Path) -> None:
    encoder = Encoder(str(models / "bert-with-dense"), "cpu")
    assert "float32" in encoder.identity
    assert encoder.dimension == 16
    original = PlainBackend(find_model(str(models / "bert-with-dense")), "cpu")
    np.testing.assert_allclose(encoder.encode_passages(TEXTS), plain(original, TEXTS), atol=1e-5)
    assert encoder.encode_queries([]).shape == (0, 16)


def test_prompts_come_from_the_model_or_from_its_family(models: Path) -> None:
    assert Encoder(DEFAULT_MODEL, "cpu").prompts == ("", "")
    assert Encoder(str(models / "own-prompts"), "cpu").prompts == ("Q: ", "D: ")
    e5 = Encoder(str(models / "e5-small-v2"), "cpu")
    assert e5.prompts == ("query: ", "passage: ")
    # The same weights under a name that asks for no prompts.
    bare = Encoder(str(models / "bert-mean"), "cpu")
    for found, spelt_out in (
        (e5.encode_queries(["a group"]), "query: a group"),
        (e5.encode_passages(["a group"]), "passage: a group"),
    ):
        np.testing.assert_allclose(found, bare.encode_queries([spelt_out]), atol=1e-6)
        assert np.abs(found - bare.encode_queries(["a group"])).max() > 1e-3


def test_identity_follows_the_files(models: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(models / "bert-mean", tmp_path / "copy"))
    before = find_model(str(copy)).checksum
    assert before == find_model(str(models / "bert-mean")).checksum
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps(config | {"layer_norm_eps": 1e-3}))
    assert find_model(str(copy)).checksum != before


def test_a_damaged_conversion_is_made_again(models: Path, tmp_path: Path) -> None:
    wanted = Encoder(str(models / "bert-mean"), "cpu").encode_queries(TEXTS[:3])
    for damage in (b"", b"not a model"):
        (weights,) = tmp_path.glob("cache/models/*/model.bin")
        weights.write_bytes(damage)
        again = Encoder(str(models / "bert-mean"), "cpu")
        np.testing.assert_allclose(again.encode_queries(TEXTS[:3]), wanted, atol=1e-6)


def test_a_model_that_does_not_convert_is_tried_once(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(int8, "_LEAST_COSINE", 1.1)  # no conversion is close enough
    caplog.set_level("INFO")
    for times in (1, 2):
        encoder = Encoder(str(models / "bert-mean"), "cpu")
        assert "float32" in encoder.identity
        assert caplog.text.count("once") == 1
        assert caplog.text.count("runs on sentence-transformers: in 8 bits its vectors") == times
        assert [path.suffix for path in tmp_path.glob("cache/models/*[!k]")] == [".refused"]


@pytest.mark.parametrize("name", ["/nowhere/model", "./model", "~/no-such-model"])
def test_a_folder_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(ModelUnavailable, match="no model folder at"):
        Encoder(name)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="cannot load the embedding model"):
        Encoder(str(tmp_path), "cpu")


def test_a_cache_that_cannot_be_written_is_named(
    models: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LEAN_AGENT_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelUnavailable, match="LEAN_AGENT_CACHE"):
        Encoder(str(models / "bert-mean"), "cpu")


def test_a_model_that_nobody_has_is_named_without_a_network(tmp_path: Path) -> None:
    # The address is of no machine that answers; the cache of the Hub is empty.
    program = (
        "import os; "
        f"os.environ.update(HF_HOME={str(tmp_path)!r}, HF_ENDPOINT='http://127.0.0.1:9')\n"
        "from mathlib_index import Encoder, ModelUnavailable\n"
        "try: Encoder('nobody/no-such-model')\n"
        "except ModelUnavailable as error: print(error)"
    )
    said = run(program).stdout
    assert "cannot download the embedding model 'nobody/no-such-model'" in said
    assert DEFAULT_MODEL in said


@pytest.mark.gpu
def test_the_gpu_agrees_with_the_cpu(original: PlainBackend) -> None:
    on_gpu = Encoder(device="cuda")
    assert "float16" in on_gpu.identity
    assert cosines(on_gpu.encode_passages(TEXTS), plain(original, TEXTS)).min() > 0.99


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
