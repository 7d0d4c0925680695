"""A run is a folder: `run.json` says what was run, `episodes.jsonl` holds a trace a line."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterable, Iterator, Set
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, TypeVar

from filelock import FileLock, Timeout
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from lean_agent.chat import Frozen, Sampling
from lean_agent.episode import EpisodeSettings
from lean_agent.errors import UserError
from lean_agent.models.backends import without_address
from lean_agent.models.settings import AnswerSettings
from lean_agent.problem import Problem
from lean_agent.trace.digest import Digest
from lean_agent.trace.trace import Limits, Outcome, Trace, episode_id

SETTINGS_FILE = "run.json"
EPISODES_FILE = "episodes.jsonl"
_LOCK_FILE = "run.lock"
_SYNC_SECONDS = 1.0

Record = TypeVar("Record", bound=BaseModel)


class RunSettings(Frozen):
    """Everything that must be the same for two sittings to be one run.

    `limit` is the number of problems asked for, None for all. `sampling.seed` is
    the run's seed, from which each episode's own is derived. `preset` names the
    published settings that these began with, if any. `model` is without the
    address of its server, which may be another one the next time; traces have it.
    `broken` are the problems that were left out because their statements do not elaborate; they
    count as unsolved.
    `model_facts` are those of the model (see Model.facts); of them only what is
    known both times must be the same. `toolchain` and `index_checksum` name the
    Lean and the search index that the tools use.
    """

    benchmark: str
    benchmark_checksum: str
    split: str
    limit: int | None
    problem_ids: tuple[str, ...]
    broken: tuple[str, ...] = ()
    model: Annotated[str, AfterValidator(without_address)]
    preset: str | None = None
    samples: int
    sampling: Sampling
    limits: Limits
    episode: EpisodeSettings = EpisodeSettings()
    backend: AnswerSettings = AnswerSettings()
    model_facts: dict[str, str] = Field(default_factory=dict)
    toolchain: str
    index_checksum: str
    lean_agent: str


class RunFolder:
    """One run on disk. Made by `create_or_resume` to write to it, by `open` to read it."""

    def __init__(self, path: Path, settings: RunSettings, lock: FileLock | None = None) -> None:
        self.path = path
        self.settings = settings
        self._lock = lock
        self._writer: int | None = None
        self._synced = 0.0
        self._syncing = threading.Lock()
        self._timer: threading.Timer | None = None
        self._failed_sync: OSError | None = None

    @classmethod
    def create_or_resume(cls, path: Path, settings: RunSettings) -> RunFolder:
        """Open the folder for writing, making it where there is none.

        What a kill left half written at the end is cut off. Raises UserError where
        the folder holds something else or a run with other settings, where another
        process is writing to it, or where it cannot be written.
        """
        try:
            return cls._create_or_resume(path, settings)
        except OSError as error:
            why = error.strerror or error
            raise UserError(
                f"cannot write the run folder {path}: {why}. Mend that, or choose another --out"
            ) from error

    @staticmethod
    def refuse_other(path: Path, settings: RunSettings) -> None:
        """Raise UserError where `path` holds something else or a run with other settings.

        So that this is known before a model is loaded. Nothing is written.
        """
        _refuse_foreign_folder(path)
        if (path / SETTINGS_FILE).exists():
            _refuse_other_settings(path, _read_settings(path), settings)

    @classmethod
    def _create_or_resume(cls, path: Path, settings: RunSettings) -> RunFolder:
        _refuse_foreign_folder(path)
        path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path / _LOCK_FILE)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise UserError(
                f"another lean-agent is writing to {path}: wait for it, or choose another --out"
            ) from None
        try:
            if (path / SETTINGS_FILE).exists():
                _refuse_other_settings(path, _read_settings(path), settings)
            else:
                _write_whole(path / SETTINGS_FILE, settings.model_dump_json(indent=2) + "\n")
            _mend_last_line(path / EPISODES_FILE)
            run = cls(path, settings, lock)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            run._writer = os.open(path / EPISODES_FILE, flags, 0o644)
        except BaseException:
            lock.release()
            raise
        return run

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """Open an existing run for reading, also while another process writes to it.

        Raises UserError where `path` is not a run folder.
        """
        if not (path / SETTINGS_FILE).is_file():
            raise UserError(f"{path} is not a run folder: it has no {SETTINGS_FILE}")
        return cls(path, _read_settings(path))

    def traces(self) -> Iterator[Trace]:
        """The finished episodes in the order they finished, one at a time.

        Raises UserError, naming the line, where one is damaged.
        """
        return read_traces(self.path / EPISODES_FILE)

    def digests(self) -> Iterator[Digest]:
        """What reports count of each finished episode, in the order they finished."""
        return map(Digest.of, self.traces())

    def fetch(self, episode_ids: Set[str]) -> Iterator[Trace]:
        """The traces of these episodes, in the order they finished."""
        return (trace for trace in self.traces() if trace.episode_id in episode_ids)

    def done(self) -> dict[str, Outcome]:
        """Outcomes of the finished episodes by id. Raises UserError where a line is damaged."""
        path = self.path / EPISODES_FILE
        keys = (_parse(_EpisodeKey, line, path, number) for number, line in _whole_lines(path))
        return {episode_id(key.problem.id, key.sample): key.outcome for key in keys}

    def append(self, trace: Trace) -> None:
        """Write one finished episode; a kill from here on does not lose it.

        Nor does a power cut lose more than the last second's. Raises UserError where it cannot be
        written, for example on a full disk.
        """
        if self._writer is None:
            raise ValueError("this run folder was opened for reading, or is closed")
        line = trace.model_dump_json().encode() + b"\n"
        size = os.fstat(self._writer).st_size
        try:
            # One write, so that a kill can tear only the last line.
            if os.write(self._writer, line) < len(line):
                os.ftruncate(self._writer, size)
                raise OSError("the disk is full")
            self._sync_soon()
        except OSError as error:
            raise self._unwritable(error) from error

    def _sync_soon(self) -> None:
        """Sync now, or within a second of the last time: each takes milliseconds."""
        if self._failed_sync is not None:
            raise self._failed_sync
        if time.monotonic() - self._synced >= _SYNC_SECONDS:
            self._sync()
        elif self._timer is None:
            self._timer = threading.Timer(_SYNC_SECONDS, self._sync_late)
            self._timer.daemon = True
            self._timer.start()

    def _sync_late(self) -> None:
        with self._syncing:
            self._timer = None
            try:
                self._sync()
            except OSError as error:  # told of by the next to write or close
                self._failed_sync = error

    def _sync(self) -> None:
        if self._writer is not None:
            os.fsync(self._writer)
            self._synced = time.monotonic()

    def _unwritable(self, error: OSError) -> UserError:
        return UserError(f"cannot write to {self.path / EPISODES_FILE}: {error}")

    def close(self) -> None:
        """Let others write to the folder. Raises UserError where the last episodes are not safe."""
        if self._timer is not None:
            self._timer.cancel()
        try:
            self._sync()
            if self._failed_sync is not None:
                raise self._failed_sync
        except OSError as error:
            raise self._unwritable(error) from error
        finally:
            with self._syncing:
                if self._writer is not None:
                    os.close(self._writer)
                    self._writer = None
            if self._lock is not None:
                self._lock.release()

    def __enter__(self) -> RunFolder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def read_traces(path: Path) -> Iterator[Trace]:
    """The traces of a run folder or of a JSONL file, one at a time.

    A last line that breaks off was being written and is passed over. Raises UserError
    for a missing file or a damaged line.
    """
    if path.is_dir():
        path = RunFolder.open(path).path / EPISODES_FILE
    elif not path.exists() and not (path.parent / SETTINGS_FILE).is_file():
        raise UserError(f"{path}: no such run folder or trace file")
    return (_parse(Trace, line, path, number) for number, line in _whole_lines(path))


def problems_checksum(problems: Iterable[Problem]) -> str:
    """A SHA-256 over the problems as a run uses them."""
    digest = hashlib.sha256()
    for problem in problems:
        digest.update(problem.model_dump_json().encode() + b"\n")
    return digest.hexdigest()


class _ProblemKey(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: str


class _EpisodeKey(BaseModel):
    """As much of a trace as tells which episode it is and how it ended."""

    model_config = ConfigDict(extra="ignore")
    problem: _ProblemKey
    sample: int
    outcome: Outcome


def _whole_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.endswith(b"\n") or _is_json(line):
                    yield number, line
    except FileNotFoundError:
        return  # a run that was stopped before its first episode ended
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error


def _parse(kind: type[Record], line: bytes, path: Path, number: int) -> Record:
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        what = f"field `{field}`: {first['msg']}" if field else first["msg"]
        raise UserError(
            f"{path}, line {number} is damaged ({what}): mend or delete that line"
        ) from error


def _read_settings(path: Path) -> RunSettings:
    try:
        text = (path / SETTINGS_FILE).read_bytes()
    except OSError as error:
        raise UserError(f"cannot read {path / SETTINGS_FILE}: {error.strerror}") from error
    return _parse(RunSettings, text, path / SETTINGS_FILE, 1)


def _refuse_foreign_folder(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise UserError(f"{path} is a file, not a run folder: choose another --out")
    if not path.is_dir() or (path / SETTINGS_FILE).exists():
        return
    # The lock file alone is a run that was killed before it began.
    if any(entry.name not in {_LOCK_FILE, SETTINGS_FILE + ".part"} for entry in path.iterdir()):
        raise UserError(f"{path} holds other files and is not a run folder: choose another --out")


def _refuse_other_settings(path: Path, there: RunSettings, now: RunSettings) -> None:
    known = there.model_facts.keys() & now.model_facts.keys()
    old, new = _comparable(there, known), _comparable(now, known)
    differing = [
        f"{name} is {_short(old.get(name))} there and {_short(new.get(name))} now"
        for name in old | new  # the arguments of a chat template may be others
        if old.get(name) != new.get(name)
    ]
    if differing:
        raise UserError(
            f"{path} holds a run with other settings: {'; '.join(differing)}. "
            "Use the same settings to go on with it, or choose another --out"
        )


def _comparable(settings: RunSettings, known: Set[str]) -> dict[str, Any]:
    """The settings by name, with those facts of the model alone."""
    facts = {name: settings.model_facts[name] for name in known}
    return _flat({**settings.model_dump(), "model_facts": facts})


def _flat(fields: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


def _short(value: Any) -> str:
    if isinstance(value, tuple):
        head = ", ".join(map(str, value[:3]))
        return f"[{head}{', …' if len(value) > 3 else ''}] ({len(value)})"
    return "none" if value is None else str(value)


def _write_whole(path: Path, text: str) -> None:
    """Write so that a kill leaves the old file or the new one, never half of it."""
    partial = path.with_name(path.name + ".part")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _mend_last_line(path: Path) -> None:
    """Cut off a last line that a kill tore; end one that lacks no more than its newline."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        end = file.seek(0, os.SEEK_END)
        keep = end
        while keep > 0:  # look for the last newline, a block at a time from the end
            start = max(0, keep - 65536)
            file.seek(start)
            newline = file.read(keep - start).rfind(b"\n")
            if newline >= 0:
                keep = start + newline + 1
                break
            keep = start
        file.seek(keep)
        last = file.read()
        if _is_json(last):
            file.write(b"\n")
        elif last:
            file.truncate(keep)
        file.flush()
        os.fsync(file.fileno())


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
