"""The published benchmarks: where their files are, what they hold, and that they are those.

A file is fetched once, from a pinned commit, into the cache. Its SHA-256 is known and compared
whenever it is read; of a folder it is that of the list which `LC_ALL=C sha256sum *.lean` prints
in it.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import tarfile
from pathlib import Path
from tempfile import mkdtemp

import httpx
from platformdirs import user_cache_path
from pydantic import Field

from lean_agent.chat import Frozen
from lean_agent.errors import UserError
from lean_agent.lean.feedback import first_line

DATA_VARIABLE = "LEAN_AGENT_DATA"
"""The environment variable with a folder of benchmark files that are used as they are."""

_DEEPSEEK = "https://raw.githubusercontent.com/deepseek-ai/DeepSeek-Prover-V1.5/2c4ba9119eef74d0d611f494261b2c5bae98c69a"
_PUTNAM = "3c9b9268ebd132d482938b8e9d242dd71fc1ebc0"


class PublishedBenchmark(Frozen):
    """A benchmark that others published.

    `members` is the pattern of the wanted files in the archive that `url` is; without it, `url`
    is the file. `splits` are the numbers of problems. `editions` are the SHA-256 of other known
    files of the benchmark, and what they are.
    """

    name: str
    url: str
    licence: str
    sha256: str
    splits: dict[str, int]
    members: str = ""
    editions: dict[str, str] = Field(default_factory=dict)

    @property
    def file_name(self) -> str:
        """How its file is called where users put it; a folder's files have their own names."""
        return self.name if self.members else f"{self.name}.jsonl"


PUBLISHED = {
    one.name: one
    for one in (
        PublishedBenchmark(
            name="proofnet",
            url=f"{_DEEPSEEK}/datasets/proofnet.jsonl",
            licence="MIT",
            sha256="4a4d4fd69f45d6180830f12a73adb8a7e04915f651f3fa44a2877082fe252132",
            splits={"valid": 185, "test": 186},
        ),
        PublishedBenchmark(
            name="minif2f",
            url=f"{_DEEPSEEK}/datasets/minif2f.jsonl",
            licence="MIT",
            sha256="d6654c88476ff14db19d57dea25bd955a240525fb52171e460f89d98f83d7dd5",
            splits={"valid": 244, "test": 244},
            editions={
                "47ca505cd60a503a77165e84bbf34c662f9a8c650d09fc33fb4c000179eee8f3": "the test "
                "split as Goedel-Prover-V2 has it, with 15 statements repaired"
            },
        ),
        PublishedBenchmark(
            name="putnambench",
            url=f"https://codeload.github.com/trishullab/PutnamBench/tar.gz/{_PUTNAM}",
            licence="Apache-2.0",
            sha256="d170ea6766b9cce6bde53e1d7cfe6a48586c2aabba4298d9bf22f785415e890d",
            splits={"test": 672},
            members=r"[^/]+/lean4/src/(putnam_\w+\.lean)",
        ),
    )
}


def locate(name: str, fetch: bool = True) -> Path:
    """The benchmark's file or folder: from LEAN_AGENT_DATA, from the cache, or fetched into it.

    A file in LEAN_AGENT_DATA may be another edition. Raises UserError where the file is not to
    be had, or not there yet and `fetch` is false, and where the cached or fetched one is not the
    published one.
    """
    benchmark = PUBLISHED[name]
    if folder := os.environ.get(DATA_VARIABLE):
        return _users_own(benchmark, Path(folder))
    path = _cached(benchmark)
    if path.exists():
        found = checksum(path)
        if found != benchmark.sha256:
            raise UserError(
                f"{path} has been changed: {_both_sums(benchmark, found)}. Remove it, and it is "
                "fetched again"
            )
        return path
    if not fetch:
        raise UserError(f"{name} has not been fetched yet")
    _fetch(benchmark, path)
    return path


def checksum(path: Path) -> str:
    """SHA-256, in hexadecimal, of a file, or of a folder's list of sums and names.

    Raises UserError where it cannot be read.
    """
    try:
        if not path.is_dir():
            return hashlib.sha256(path.read_bytes()).hexdigest()
        files = sorted(file for pattern in ("*.lean", "*.jsonl") for file in path.rglob(pattern))
        return _list_checksum({str(f.relative_to(path)): f.read_bytes() for f in files})
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error


def edition(name: str, found: str) -> str:
    """What a file with the checksum `found` is, in words; empty for the published one."""
    benchmark = PUBLISHED[name]
    if found == benchmark.sha256:
        return ""
    known = benchmark.editions.get(found)
    return known or f"not the published file: {_both_sums(benchmark, found)}"


def _users_own(benchmark: PublishedBenchmark, folder: Path) -> Path:
    names = dict.fromkeys([benchmark.file_name, f"{benchmark.name}.jsonl"])
    for name in names:
        if (folder / name).exists():
            return folder / name
    raise UserError(
        f"{DATA_VARIABLE} is set, but {folder / benchmark.file_name} does not exist: put "
        f"{benchmark.name} there (from {benchmark.url}), or unset the variable to have it fetched"
    )


def _cached(benchmark: PublishedBenchmark) -> Path:
    folder = user_cache_path("lean-agent") / "benchmarks"
    stem = f"{benchmark.name}-{benchmark.sha256[:12]}"
    return folder / (stem if benchmark.members else f"{stem}.jsonl")


def _fetch(benchmark: PublishedBenchmark, path: Path) -> None:
    try:
        answer = httpx.get(benchmark.url, follow_redirects=True, timeout=60).raise_for_status()
        content = answer.content
        files = _extract(content, benchmark.members) if benchmark.members else {}
    except (httpx.HTTPError, tarfile.TarError, EOFError) as error:
        raise UserError(
            f"cannot fetch {benchmark.name} ({first_line(str(error))}); put it by hand into a "
            f"folder of yours, as {benchmark.file_name} (it is at {benchmark.url}), and set "
            f"{DATA_VARIABLE} to that folder"
        ) from error
    found = _list_checksum(files) if benchmark.members else hashlib.sha256(content).hexdigest()
    if found != benchmark.sha256:
        raise UserError(
            f"{benchmark.url} is not the file it was: {_both_sums(benchmark, found)}. If you want "
            f"it all the same, put it into a folder of yours and set {DATA_VARIABLE} to that"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(mkdtemp(prefix=".part-", dir=path.parent))
        if benchmark.members:
            for name, data in files.items():
                (partial / name).write_bytes(data)
            partial.chmod(0o755)
            _move(partial, path)
        else:
            (partial / path.name).write_bytes(content)
            _move(partial / path.name, path)
            partial.rmdir()
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error


def _move(partial: Path, path: Path) -> None:
    """Put what is whole into its place; another process may have been there first."""
    try:
        partial.replace(path)
    except OSError:
        if not path.exists():
            raise
        shutil.rmtree(partial, ignore_errors=True)


def _extract(archive: bytes, members: str) -> dict[str, bytes]:
    """The files whose names match, by the first group; nothing is unpacked to disk."""
    files: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        for member in tar:
            named = re.fullmatch(members, member.name)
            data = tar.extractfile(member) if named and member.isfile() else None
            if named and data is not None:
                files[named[1]] = data.read()
    return files


def _list_checksum(files: dict[str, bytes]) -> str:
    lines = (
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _both_sums(benchmark: PublishedBenchmark, found: str) -> str:
    return f"its SHA-256 is {found}, that of the published one {benchmark.sha256}"
