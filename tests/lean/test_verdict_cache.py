"""Verdicts are kept over restarts; nothing that may have been the machine's fault is."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from lean_agent.errors import UserError
from lean_agent.lean import verdict_cache
from lean_agent.lean.verdict import Level, Reason, Verdict
from lean_agent.lean.verdict_cache import VerdictCache, verdict_key

PROVED = Verdict(
    accepted=True, reason=Reason.PROVED, detail="fine ∀", axioms=("propext",), level=Level.STRICT
)
KEY = verdict_key("Lean", "", "theorem t : True", ":= trivial", 5.0)


def rejected(reason: Reason) -> Verdict:
    return Verdict(accepted=False, reason=reason, detail="no")


def test_a_verdict_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "verdicts.sqlite"
    with VerdictCache(path) as cache:
        assert cache.get(KEY) is None
        cache.put(KEY, PROVED)
    with VerdictCache(path) as cache:
        assert cache.get(KEY) == PROVED


def test_everything_the_verdict_depends_on_is_in_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    question = ("Lean", "", "theorem t : True", ":= trivial")
    assert verdict_key(*question, 5.0) == KEY
    assert verdict_key(*question, 6.0) != KEY
    assert verdict_key("Lean", "theorem t : True", "", ":= trivial", 5.0) != KEY
    monkeypatch.setattr(verdict_cache, "_rules", lambda: "another verifier")
    assert verdict_key(*question, 5.0) != KEY


@pytest.mark.parametrize("reason", Reason)
def test_only_lasting_verdicts_are_kept(tmp_path: Path, reason: Reason) -> None:
    with VerdictCache(tmp_path / "verdicts.sqlite") as cache:
        cache.put(KEY, rejected(reason))
        kept = cache.get(KEY) is not None
    assert kept is (reason not in {Reason.TIMEOUT, Reason.CRASH, Reason.OUT_OF_MEMORY})


def test_a_verdict_with_a_flood_of_messages_is_not_kept(tmp_path: Path) -> None:
    with VerdictCache(tmp_path / "verdicts.sqlite") as cache:
        cache.put(KEY, rejected(Reason.ERRORS).model_copy(update={"detail": "x" * 100_000}))
        assert cache.get(KEY) is None


def test_a_damaged_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with VerdictCache(path) as cache:
        cache.put(KEY, PROVED)
        assert cache.get(KEY) == PROVED


def test_an_entry_that_cannot_be_read_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.sqlite"
    with VerdictCache(path) as cache:
        cache.put(KEY, PROVED)
        with sqlite3.connect(path) as database:
            database.execute("UPDATE verdicts SET verdict = '{}'")
        assert cache.get(KEY) is None


def test_the_oldest_go_when_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdict_cache, "MOST_VERDICTS", 2)
    path = tmp_path / "verdicts.sqlite"
    keys = [verdict_key(number) for number in range(4)]
    with VerdictCache(path) as cache:
        for key in keys:
            cache.put(key, PROVED)
    with VerdictCache(path) as cache:
        assert [cache.get(key) is not None for key in keys] == [False, False, True, True]


def test_several_processes_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.sqlite"
    write = (
        "import sys; from pathlib import Path\n"
        "from lean_agent.lean.verdict import Reason, Verdict\n"
        "from lean_agent.lean.verdict_cache import VerdictCache, verdict_key\n"
        "verdict = Verdict(accepted=True, reason=Reason.PROVED, detail='')\n"
        "with VerdictCache(Path(sys.argv[1])) as cache:\n"
        "    for number in range(200): cache.put(verdict_key(sys.argv[2], number), verdict)\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", write, str(path), name]) for name in ("a", "b")
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    with VerdictCache(path) as cache:
        kept = [cache.get(verdict_key(name, n)) for name in ("a", "b") for n in range(200)]
    assert None not in kept


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match="LEAN_AGENT_CACHE"):
        VerdictCache(tmp_path / "file" / "verdicts.sqlite")
