"""Appender: writes to a run's shards, so that no kill loses or doubles an episode."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from lean_agent.errors import UserError
from lean_agent.trace.digest import Digest
from lean_agent.trace.sealing import PART, index_anew, seal, sync_folder
from lean_agent.trace.shards import (
    EPISODES_FOLDER,
    OLD_EPISODES_FILE,
    Shard,
    frames_of,
    is_json,
    shards_of,
)
from lean_agent.trace.trace import Outcome, Trace

_SYNC_SECONDS = 1.0
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT


class Appender:
    """Writes to the last shard of a run, and begins the next when that one is full.

    The full one is sealed in a thread beside. Where that fails, for example because there is no
    room for the compressed copy, it stays as it is until the run is opened again. Whoever makes
    an Appender holds the run's lock.
    """

    def __init__(self, run: Path, shard_bytes: int) -> None:
        """Put right what a kill left behind, and open the last shard.

        Raises OSError where the folder cannot be written, UserError where an episode of the
        last shard is damaged.
        """
        shards = _put_right(run)
        if shards and not shards[-1].sealed:
            self._earlier, self._shard = shards[:-1], shards[-1]
        else:
            self._earlier = shards
            self._shard = shards[-1].next if shards else _first(run)
        self._shard_bytes = shard_bytes
        self._digests = list(self._shard.digests()) if self._shard.exists else []
        self._file = os.open(self._shard.plain, _FLAGS, 0o644)
        self._synced = 0.0
        self._syncing = threading.Lock()
        self._timer: threading.Timer | None = None
        self._failed_sync: OSError | None = None
        self._sealer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="seal")
        for shard in self._earlier:
            self._sealer.submit(_sealed, shard)

    def outcomes(self) -> Iterator[tuple[str, int, Outcome]]:
        """Problem, sample and outcome of each episode of the run, from all sittings."""
        for shard in self._earlier:
            yield from shard.outcomes()
        yield from ((one.problem, one.sample, one.outcome) for one in self._digests)

    def append(self, trace: Trace) -> None:
        """Write one finished episode; a kill from here on does not lose it.

        Raises UserError where it cannot be written, then nothing of it is there; or where it, or an
        earlier one, is not safe from a power cut.
        """
        line = trace.model_dump_json().encode() + b"\n"
        digest = Digest.of(trace)
        try:
            size = os.fstat(self._file).st_size
            if size >= self._shard_bytes:
                size = self._begin_next(size)
            # One write, so that a kill can tear only the last line.
            if os.write(self._file, line) < len(line):
                os.ftruncate(self._file, size)
                raise OSError("the disk is full")
            self._digests.append(digest)
            self._sync_soon()
        except OSError as error:
            raise self._unwritable(error) from error

    def close(self, finish: bool = True) -> None:
        """Stop writing. Raises UserError where the last episodes are not safe.

        Without `finish`, shards that wait to be sealed are left to the next opening.
        """
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
                os.close(self._file)
                self._file = -1
            self._sealer.shutdown(cancel_futures=not finish)

    def _begin_next(self, size: int) -> int:
        """The size of the shard that is written to from now on."""
        self._sync()
        following = self._shard.next
        try:
            file = os.open(following.plain, _FLAGS | os.O_EXCL, 0o644)
        except OSError:
            return size  # there is no harm in a shard that is too long
        sync_folder(following.plain.parent)
        with self._syncing:
            os.close(self._file)
            self._file = file
        self._sealer.submit(_sealed, self._shard, self._digests)
        self._earlier.append(self._shard)
        self._shard, self._digests = following, []
        return 0

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
        if self._file >= 0:
            os.fsync(self._file)
            self._synced = time.monotonic()

    def _unwritable(self, error: OSError) -> UserError:
        return UserError(
            f"cannot write to {self._shard.plain}: {error.strerror or error}. What is there is "
            "kept; mend that, and the same command goes on"
        )


def _put_right(run: Path) -> list[Shard]:
    """The shards of a run, in today's layout and with nothing half done."""
    shards = shards_of(run)
    for shard in shards:
        if shard.sealed:
            _remove_plain(shard)
        else:
            _mend_last_line(shard.plain)
    folder = run / EPISODES_FOLDER
    folder.mkdir(exist_ok=True)
    if shards == [Shard(run / OLD_EPISODES_FILE)]:
        shards[0].plain.rename(_first(run).plain)
        shards = [_first(run)]
        sync_folder(run)
    for part in folder.glob(f"*{PART}"):
        with suppress(OSError):
            part.unlink()
    sync_folder(folder)
    return shards


def _remove_plain(shard: Shard) -> None:
    """Remove the plain file that a kill left beside the compressed one, if that is whole."""
    if shard.plain.exists():
        for _ in frames_of(shard.compressed):
            pass
        shard.plain.unlink()


def _first(run: Path) -> Shard:
    return Shard(run / EPISODES_FOLDER / "00000.jsonl")


def _sealed(shard: Shard, digests: list[Digest] | None = None) -> None:
    with suppress(OSError, UserError):
        if not shard.sealed:
            seal(shard, digests)
        elif shard.index() is None:
            index_anew(shard)


def _mend_last_line(path: Path) -> None:
    """Cut off a last line that a kill tore; end one that lacks no more than its newline."""
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
        if is_json(last):
            file.write(b"\n")
        elif last:
            file.truncate(keep)
        file.flush()
        os.fsync(file.fileno())
