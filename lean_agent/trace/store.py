"""A run is a folder: `run.json` says what was run, `episodes/` holds a trace for each episode."""

from __future__ import annotations

from collections.abc import Iterator, Set
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from lean_agent.errors import UserError
from lean_agent.trace.appender import Appender
from lean_agent.trace.digest import Digest
from lean_agent.trace.run_settings import SETTINGS_FILE as SETTINGS_FILE
from lean_agent.trace.run_settings import RunSettings as RunSettings
from lean_agent.trace.run_settings import problems_checksum as problems_checksum
from lean_agent.trace.run_settings import read_settings, refuse_other_settings
from lean_agent.trace.sealing import PART, write_whole
from lean_agent.trace.shards import lines_of, shards_of
from lean_agent.trace.trace import Outcome, Trace, episode_id

TRACES_FILE = "traces.jsonl"
"""What holds the traces of a dataset's folder."""

SHARD_BYTES = 64 << 20
"""A shard that is larger is full: some ten thousand episodes."""

_LOCK_FILE = "run.lock"


class RunFolder:
    """One run on disk. Made by `create_or_resume` to write to it, by `open` to read it.

    A run may hold a million episodes. Its traces, some gigabytes, are given one at a time, and
    what reports count of them comes from indexes; see `lean_agent.trace.shards`.
    """

    def __init__(
        self,
        path: Path,
        settings: RunSettings,
        lock: FileLock | None = None,
        appender: Appender | None = None,
    ) -> None:
        self.path = path
        self.settings = settings
        self._lock = lock
        self._appender = appender

    @classmethod
    def create_or_resume(
        cls, path: Path, settings: RunSettings, shard_bytes: int = SHARD_BYTES
    ) -> RunFolder:
        """Open the folder for writing, making it where there is none.

        What a kill left half written at the end is cut off, and a folder of an older version is
        brought to today's layout. A shard of `shard_bytes` or more is full. Raises UserError where
        the folder holds something else or a run with other settings, where another
        process is writing to it, or where it cannot be written.
        """
        try:
            return cls._create_or_resume(path, settings, shard_bytes)
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
            refuse_other_settings(path, read_settings(path), settings)

    @classmethod
    def _create_or_resume(cls, path: Path, settings: RunSettings, shard_bytes: int) -> RunFolder:
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
            file = path / SETTINGS_FILE
            written = file.exists()
            if written:
                there = read_settings(path)
                refuse_other_settings(path, there, settings)
                settings = there
            text = settings.model_dump_json(indent=2).encode() + b"\n"
            if not written or file.read_bytes() != text:
                # Migrated before the episodes are, so that an older lean-agent lets them alone.
                write_whole(file, text)
            return cls(path, settings, lock, Appender(path, shard_bytes))
        except BaseException:
            lock.release()
            raise

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """Open an existing run for reading, also while another process writes to it.

        Raises UserError where `path` is not a run folder.
        """
        if not (path / SETTINGS_FILE).is_file():
            raise UserError(f"{path} is not a run folder: it has no {SETTINGS_FILE}")
        return cls(path, read_settings(path))

    def traces(self) -> Iterator[Trace]:
        """The finished episodes in the order they finished, one at a time.

        Raises UserError, naming the file and the line, where one is damaged.
        """
        for shard in shards_of(self.path):
            yield from shard.traces()

    def digests(self) -> Iterator[Digest]:
        """What reports count of each finished episode, in the order they finished.

        Raises UserError where one is damaged.
        """
        for shard in shards_of(self.path):
            yield from shard.digests()

    def fetch(self, episode_ids: Set[str]) -> Iterator[Trace]:
        """The traces of these episodes, in the order they finished; little else is read.

        Raises UserError where one is damaged.
        """
        split = (one.rpartition("#") for one in episode_ids)
        wanted = {(problem, int(sample)) for problem, _, sample in split if sample.isdecimal()}
        for shard in shards_of(self.path) if wanted else ():
            yield from shard.fetch(wanted)

    def done(self) -> dict[str, Outcome]:
        """Outcomes of the finished episodes by id. Raises UserError where one is damaged."""
        if self._appender is not None:
            every = self._appender.outcomes()
        else:
            every = (one for shard in shards_of(self.path) for one in shard.outcomes())
        return {episode_id(problem, sample): outcome for problem, sample, outcome in every}

    def append(self, trace: Trace) -> None:
        """Write one finished episode; a kill from here on does not lose it.

        Nor does a power cut lose more than the last second's. Raises UserError where it cannot be
        written, for example on a full disk.
        """
        if self._appender is None:
            raise ValueError("this run folder was opened for reading, or is closed")
        self._appender.append(trace)

    def close(self, finish: bool = True) -> None:
        """Let others write to the folder. Raises UserError where the last episodes are not safe.

        Without `finish`, shards that wait to be compressed are left to the next opening.
        """
        appender, self._appender = self._appender, None
        try:
            if appender is not None:
                appender.close(finish)
        finally:
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
        self.close(finish=kind is None)


def read_traces(path: Path) -> Iterator[Trace]:
    """The traces of a run folder, a dataset's folder, or a JSONL file (also `.jsonl.zst`).

    One at a time. A last line that breaks off was being written and is passed over. Raises
    UserError for a missing file or a damaged line.
    """
    if (path / SETTINGS_FILE).is_file():
        return RunFolder.open(path).traces()
    if path.is_dir():
        if not (path / TRACES_FILE).is_file():
            raise UserError(
                f"{path} is not a run folder or a dataset: it has no {SETTINGS_FILE} and no "
                f"{TRACES_FILE}"
            )
        path = path / TRACES_FILE
    elif not path.exists():
        hint = ""
        if (path.parent / SETTINGS_FILE).is_file():
            hint = f"; its episodes are read with {path.parent}"
        raise UserError(f"{path}: no such run folder or trace file{hint}")
    return (line.trace() for line in lines_of(path))


def _refuse_foreign_folder(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise UserError(f"{path} is a file, not a run folder: choose another --out")
    if not path.is_dir() or (path / SETTINGS_FILE).exists():
        return
    # The lock file alone is a run that was killed before it began.
    if any(entry.name not in {_LOCK_FILE, SETTINGS_FILE + PART} for entry in path.iterdir()):
        raise UserError(f"{path} holds other files and is not a run folder: choose another --out")
