"""VerdictCache: verdicts that need not be asked of Lean twice, in a SQLite file."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout
from pydantic import ValidationError

from lean_agent.errors import UserError
from lean_agent.lean.verdict import Reason, Verdict

MOST_VERDICTS = 500_000
"""Kept in the file, roughly a kilobyte each; the oldest go."""
LONGEST = 1 << 16
"""Characters of a verdict that is kept; longer ones, with floods of messages, are rare."""

# A time limit, a crash or a lack of memory may be the machine's fault, so they are asked again.
_LASTING = frozenset(Reason) - {Reason.TIMEOUT, Reason.CRASH, Reason.OUT_OF_MEMORY}
_PUTS_BETWEEN_PRUNES = 10_000
_SECONDS_TO_WAIT = 10.0  # for another process that writes
_TABLE = "CREATE TABLE IF NOT EXISTS verdicts (key BLOB PRIMARY KEY, verdict TEXT) STRICT"
_PRUNE = """
    DELETE FROM verdicts WHERE rowid <= (SELECT max(rowid) FROM verdicts) - ?
"""


class VerdictCache:
    """Verdicts by key, in a file that several processes may use at once.

        with VerdictCache(path) as cache:
            verdict = cache.get(key)

    A verdict keeps its `seconds`, the time of the check that it comes from. A damaged file is
    replaced by an empty one. Raises UserError where it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._puts = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # To change the journal's mode SQLite wants the file for itself and does not wait.
            with FileLock(path.with_name(path.name + ".lock"), timeout=_SECONDS_TO_WAIT):
                self._database = _open_or_replace(path)
        except (OSError, Timeout, sqlite3.Error) as error:
            raise UserError(
                f"cannot keep verdicts in {path}: {error}; set LEAN_AGENT_CACHE to a folder that "
                "can be written"
            ) from error

    def __enter__(self) -> VerdictCache:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def get(self, key: bytes) -> Verdict | None:
        """The verdict that was put under this key."""
        # A cache that fails is an empty cache: Lean gives the same answer, later.
        with suppress(sqlite3.Error, ValidationError):
            row = self._database.execute("SELECT verdict FROM verdicts WHERE key = ?", (key,))
            for (verdict,) in row:
                return Verdict.model_validate_json(verdict)
        return None

    def put(self, key: bytes, verdict: Verdict) -> None:
        """Keep the verdict, if asking Lean again would give the same."""
        text = verdict.model_dump_json()
        if verdict.reason not in _LASTING or len(text) > LONGEST:
            return
        with suppress(sqlite3.Error):
            self._database.execute("INSERT OR REPLACE INTO verdicts VALUES (?, ?)", (key, text))
            self._puts += 1
            if self._puts % _PUTS_BETWEEN_PRUNES == 0:
                self._database.execute(_PRUNE, (MOST_VERDICTS,))


def verdict_key(*parts: object) -> bytes:
    """The key of a verdict: a hash of all it depends on (each must have a JSON form).

    The program that decides is one of these things.
    """
    text = json.dumps([_rules(), *parts], ensure_ascii=True)
    return hashlib.sha256(text.encode()).digest()


@lru_cache(maxsize=1)
def _rules() -> str:
    """A hash of the source that decides: a changed verifier must not answer with old verdicts."""
    folder = Path(__file__).parent
    files = [*folder.rglob("*.py"), *folder.rglob("*.lean"), folder.parent / "problem.py"]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _open_or_replace(path: Path) -> sqlite3.Connection:
    try:
        return _open(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # not damaged: not to be had
            raise
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        return _open(path)


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_SECONDS_TO_WAIT, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")  # a lost last second is asked again
        database.execute(_TABLE)
        database.execute(_PRUNE, (MOST_VERDICTS,))
    except BaseException:
        database.close()
        raise
    return database
