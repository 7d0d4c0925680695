"""Lean code runs confined: hostile code is really run here, and does not get anywhere.

Each attack is first seen to work without the sandbox, or within limits that are wide enough.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path

import hostile_lean as hostile
import pytest
from hostile_programs import ALLOCATE, CONNECT, FILL, FORK, OPEN, WRITE
from lake_stand_in import Tools
from process_table import group_members, wait_until

from lean_agent.lean import sandbox
from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.process_tree import tree
from lean_agent.lean.protocol import Command
from lean_agent.lean.repl import LeanRepl, ReplOutOfMemory
from lean_agent.lean.sandbox import CPU_SECONDS, Launch, confine, find
from lean_agent.lean.toolchain import Toolchain, find_toolchain

HERE = find()
needs_bubblewrap = pytest.mark.skipif(HERE.kind != "bubblewrap", reason=HERE.detail)
SECRET = "sk-0123456789"
LIMITS = ProcessLimits(memory_mib=512, processes=40, open_files=64, file_mib=8)
WIDE = ProcessLimits(memory_mib=2048, processes=400, open_files=400, file_mib=64)


@pytest.fixture(params=[pytest.param("bubblewrap", marks=needs_bubblewrap), "limits"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Either kind of sandbox, the lesser one as on a machine without bubblewrap."""
    if request.param == "limits":
        monkeypatch.setenv("PATH", "/nonexistent")
    assert find().kind == request.param
    return str(request.param)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir(mode=0o700)
    return folder


def python(
    script: str,
    *arguments: object,
    limits: ProcessLimits = LIMITS,
    writable: Path | None = None,
    env: Mapping[str, str] | None = None,
    readable: Sequence[Path] = (),
) -> str:
    """What a Python program says that runs confined; it must not fail as a whole."""
    argv = (sys.executable, "-ISc", script, *map(str, arguments))
    launch = confine(argv, env or {}, writable, readable, limits, writable)
    return _output(launch)


def free_python(script: str, *arguments: object) -> str:
    """What the same program says without a sandbox."""
    argv = (sys.executable, "-ISc", script, *map(str, arguments))
    return _output(Launch(argv, dict(os.environ)))


def _output(launch: Launch) -> str:
    done = subprocess.run(
        launch.argv,
        env=dict(launch.env),
        cwd=launch.cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


async def lean(toolchain: Toolchain, text: str) -> str:
    """What Lean says to a text, confined and past all checks of the source."""
    async with LeanRepl(toolchain, ProcessLimits()) as repl:
        answer = await repl.run(Command(cmd=text), timeout=60)
    return "\n".join(message.data for message in answer.messages)


def free_lean(toolchain: Toolchain, text: str) -> str:
    """What Lean says to the same text without a sandbox."""
    done = subprocess.run(
        toolchain.argv,
        env=dict(toolchain.env),
        input=json.dumps({"cmd": text}) + "\n\n",
        capture_output=True,
        text=True,
        timeout=60,
    )
    return "\n".join(message["data"] for message in json.loads(done.stdout)["messages"])


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server on this machine that a hostile program would like to talk to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


class TestLeanCode:
    """What Lean code does by itself, through Lean's own functions."""

    @pytest.mark.usefixtures("kind")
    async def test_it_does_not_see_the_variables_of_the_environment(
        self, toolchain: Toolchain
    ) -> None:
        env = {**toolchain.env, "OPENAI_API_KEY": SECRET, "LAKE_CACHE_KEY": SECRET}
        rich = dataclasses.replace(toolchain, env=env)
        for name in ("OPENAI_API_KEY", "LAKE_CACHE_KEY"):
            assert SECRET in free_lean(rich, hostile.read_variable(name))
            assert hostile.FAILED in await lean(rich, hostile.read_variable(name))
        everything = await lean(rich, hostile.run_program("/usr/bin/env"))
        assert "LEAN_PATH=" in everything and SECRET not in everything

    @needs_bubblewrap
    async def test_it_does_not_see_files(self, toolchain: Toolchain, tmp_path: Path) -> None:
        file = tmp_path / "id_rsa"
        file.write_text(SECRET)
        assert SECRET in free_lean(toolchain, hostile.read_file(file))
        assert hostile.FAILED in await lean(toolchain, hostile.read_file(file))
        program = hostile.run_program("/bin/cat", file)
        assert SECRET in free_lean(toolchain, program)
        assert SECRET not in await lean(toolchain, program)

    @needs_bubblewrap
    async def test_it_does_not_write_files(self, toolchain: Toolchain, tmp_path: Path) -> None:
        places = (tmp_path / "planted", *map(_beside, toolchain.readable))
        free_lean(toolchain, hostile.write_file(places[0]))
        assert places[0].exists()
        places[0].unlink()
        for place in places:
            assert hostile.FAILED in await lean(toolchain, hostile.write_file(place))
            assert hostile.FAILED in await lean(toolchain, hostile.run_program("/bin/touch", place))
            assert not place.exists()

    @needs_bubblewrap
    async def test_it_does_not_reach_the_network(
        self, toolchain: Toolchain, listener: socket.socket
    ) -> None:
        port = listener.getsockname()[1]
        program = hostile.run_program(sys.executable, "-ISc", CONNECT, port)
        assert "connected" in free_lean(toolchain, program)
        listener.accept()[0].close()
        assert "refused" in await lean(toolchain, program)
        with pytest.raises(BlockingIOError):
            listener.accept()

    @needs_bubblewrap
    async def test_a_program_that_it_starts_ends_with_it(self, toolchain: Toolchain) -> None:
        async with LeanRepl(toolchain) as repl:
            assert repl.pid is not None
            before = set(tree(repl.pid))
            daemon = hostile.run_program(
                "/bin/sh", "-c", "setsid sleep 600 >/dev/null 2>&1 </dev/null & echo started"
            )
            answer = await repl.run(Command(cmd=daemon), timeout=60)
            assert "started" in answer.messages[-1].data
            left = set(tree(repl.pid)) - before
            assert left - set(group_members(repl.pid))  # it has left the process group
        wait_until(lambda: not left & set(tree_of_all()))

    @pytest.mark.usefixtures("kind")
    async def test_more_memory_than_it_may_have_is_told_as_such_and_ends_one_check(
        self, toolchain: Toolchain
    ) -> None:
        megabytes = 1 << 17  # in words
        async with LeanRepl(toolchain, LIMITS) as repl:
            for _ in range(2):
                with pytest.raises(ReplOutOfMemory, match="Lean ran out of memory"):
                    await repl.run(Command(cmd=hostile.allocate(800 * megabytes)), timeout=60)
                assert repl.alive
            answer = await repl.run(Command(cmd=hostile.allocate(100 * megabytes)), timeout=60)
            assert [message.data for message in answer.messages] == [str(100 * megabytes)]


def _beside(path: Path) -> Path:
    return path / "planted"


def tree_of_all() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


@pytest.mark.usefixtures("kind")
class TestLimits:
    """Limits hold with and without bubblewrap."""

    def test_memory(self) -> None:
        assert python(ALLOCATE, 600, limits=WIDE) == "allocated"
        assert python(ALLOCATE, 600) == "out of memory"

    def test_memory_has_room_for_the_library_that_is_mapped(self) -> None:
        argv = (sys.executable, "-ISc", ALLOCATE, "600")
        assert _output(confine(argv, {}, None, (), LIMITS, library_mib=500)) == "allocated"

    def test_shared_memory_which_the_kernel_counts_apart(self) -> None:
        script = "import mmap, sys; mmap.mmap(-1, int(sys.argv[1]) << 30); print('mapped')"
        assert free_python(script, 18) == "mapped"
        guarded = f"try:\n    {script}\nexcept OSError as error: print(error)".replace(";", "\n   ")
        assert python(guarded, 1) == "mapped"
        assert "Cannot allocate memory" in python(guarded, 18)

    def test_open_files(self) -> None:
        assert python(OPEN, limits=WIDE) == "200"
        error, count = python(OPEN).splitlines()
        assert "Too many open files" in error and int(count) < LIMITS.open_files

    def test_the_size_of_a_file(self, scratch: Path) -> None:
        assert python(FILL, scratch / "big", limits=WIDE, writable=scratch) == "32"
        error, size = python(FILL, scratch / "large", writable=scratch).splitlines()
        assert "File too large" in error and int(size) == LIMITS.file_mib

    def test_processes(self, kind: str) -> None:
        if kind == "limits" and os.getuid() == 0:
            pytest.skip("run as root, and without bubblewrap, processes are not counted")
        assert born(WIDE) == ["200"]
        error, count = born(LIMITS)
        assert "temporarily unavailable" in error and int(count) < LIMITS.processes

    def test_no_dumps_no_new_privileges_and_an_end(self) -> None:
        script = (
            "from resource import *\n"
            "print(getrlimit(RLIMIT_CORE), getrlimit(RLIMIT_CPU))\n"
            "print(open('/proc/self/status').read())"
        )
        said = python(script)
        assert said.startswith(f"(0, 0) ({CPU_SECONDS}, {CPU_SECONDS})\n")
        assert re.search(r"^NoNewPrivs:\s+1$", said, re.MULTILINE)

    def test_they_cannot_be_raised_again(self, kind: str) -> None:
        script = (
            "import resource\n"
            "try: resource.setrlimit(resource.RLIMIT_DATA, (-1, -1)); print('raised')\n"
            "except ValueError as error: print(error)"
        )
        if kind == "limits" and os.getuid() == 0:
            pytest.skip("run as root, and without bubblewrap, limits can be raised")
        assert "raise" in python(script) and python(script) != "raised"

    def test_the_environment_is_what_lean_needs(self) -> None:
        env = {
            "LEAN_PATH": "/lib",
            "LC_ALL": "C.UTF-8",
            "HF_TOKEN": SECRET,
            "LAKE_CACHE_KEY": SECRET,
        }
        said = python("import os; print(dict(os.environ))", env=env)
        assert "'/lib'" in said and "C.UTF-8" in said and SECRET not in said


@needs_bubblewrap
class TestBubblewrap:
    """What bubblewrap adds."""

    def test_nothing_is_written_outside_the_scratch_folder(
        self, tmp_path: Path, scratch: Path
    ) -> None:
        package = Path(sandbox.__file__).parent
        library = scratch.with_name("library")
        library.mkdir()
        elsewhere = [
            tmp_path / "planted",
            library / "planted",
            package / "planted.py",
            *(Path(root) / "planted" for root in (sys.prefix, "/", "/usr", "/dev", "/dev/shm")),
        ]
        assert free_python(WRITE, elsewhere[0]).startswith("wrote")
        elsewhere[0].unlink()
        own = scratch / "own"
        said = python(WRITE, *elsewhere, own, writable=scratch, readable=[library]).splitlines()
        assert f"wrote {own}" in said and own.read_text() == "planted"
        assert not any(path.exists() for path in elsewhere)
        # What is made for the sandbox alone takes nothing either, for it is memory.
        assert not {f"wrote {root}/planted" for root in ("", "/dev", "/dev/shm")} & set(said)
        shutil.rmtree(scratch)  # whoever owns what is in it

    def test_tmp_is_private_and_small(self) -> None:
        assert python("import os; print(os.environ['HOME'], os.getcwd())") == "/tmp /tmp"
        with tempfile.NamedTemporaryFile(dir="/tmp") as file:
            script = f"import os; print(os.path.exists({file.name!r}))"
            assert python(script) == "False"
        fill = (
            "import os\n"
            "try:\n"
            "    for number in range(100):\n"
            "        with open(f'/tmp/{number}', 'wb', buffering=0) as file:\n"
            "            file.write(b'x' * (1 << 20))\n"
            "except OSError as error: print(error)\n"
            "print(number)"
        )
        error, count = python(fill).splitlines()
        assert "No space left" in error and int(count) <= LIMITS.file_mib
        assert python(fill, limits=dataclasses.replace(LIMITS, file_mib=128)) == "99"
        assert not Path("/tmp/0").exists()

    def test_only_what_is_readable_is_to_be_seen(self, tmp_path: Path) -> None:
        shown, hidden = tmp_path / "shown", tmp_path / "hidden"
        for folder in (shown, hidden):
            folder.mkdir()
            (folder / "file").write_text(folder.name)
        listing = (
            f"import os; print(os.listdir({str(tmp_path)!r}), os.listdir({str(Path.home())!r}))"
        )
        assert "hidden" in free_python(listing)
        said = python(f"{listing}; print(open({str(shown / 'file')!r}).read())", readable=[shown])
        assert said.startswith("['shown'] ") and said.endswith("\nshown")
        home = set(re.findall(r"'([^']+)'", said.splitlines()[0].partition("] ")[2]))
        assert home < {entry.name for entry in Path.home().iterdir()} | {"shown"}

    def test_a_link_to_a_folder_shows_what_it_points_to(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        (tmp_path / "real" / "file").write_text("behind the link")
        link = tmp_path / "link"
        link.symlink_to("real")
        for path in (link / "file", tmp_path / "real" / "file"):
            assert (
                python(f"print(open({str(path)!r}).read())", readable=[link]) == "behind the link"
            )

    def test_a_folder_that_is_its_owners_alone_can_be_read_too(self, scratch: Path) -> None:
        (scratch / "file").write_text("private")
        assert (
            python(f"print(open({str(scratch / 'file')!r}).read())", readable=[scratch])
            == "private"
        )

    def test_there_is_no_network(self, listener: socket.socket) -> None:
        port = listener.getsockname()[1]
        assert free_python(CONNECT, port) == "connected"
        assert "refused" in python(CONNECT, port)

    def test_other_processes_are_out_of_reach(self) -> None:
        script = (
            "import os, sys\n"
            "try: os.kill(int(sys.argv[1]), 0); print('reached')\n"
            "except OSError as error: print(error)"
        )
        me = os.getpid()
        assert free_python(script, me) == "reached"
        assert "No such process" in python(script, me)

    def test_a_process_that_left_its_group_is_killed_with_it(self) -> None:
        script = (
            "import os, time\n"
            "if os.fork() == 0:\n"
            "    os.setsid()\n"
            "    if os.fork() == 0:\n"
            "        os.closerange(0, 3)\n"
            "        time.sleep(600)\n"
            "    os._exit(0)\n"
            "os.wait(); print('left', flush=True); time.sleep(600)"
        )
        process = start(confine((sys.executable, "-ISc", script), {}, None, (), LIMITS))
        assert process.stdout is not None and process.stdout.readline() == b"left\n"
        members = tree(process.pid)
        escaped = set(members) - set(group_members(process.pid))
        assert len(escaped) == 1
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        wait_until(lambda: not set(members) & set(tree_of_all()))

    def test_a_fork_bomb_is_gone_when_its_leader_ends(self) -> None:
        script = FORK.replace("os.wait()", "sys.exit()")
        process = start(confine((sys.executable, "-ISc", script), {}, None, (), WIDE))
        assert process.stdout is not None and process.stdout.readline() == b"200\n"
        assert process.wait(timeout=60) == 0
        wait_until(lambda: not group_members(process.pid))

    def test_everything_dies_with_who_started_it(self, tmp_path: Path) -> None:
        launch = confine(("/bin/sh", "-c", "sleep 600 & echo up; wait"), {}, None, (), LIMITS)
        driver = tmp_path / "driver.py"
        driver.write_text(
            "import json, subprocess, sys\n"
            "process = subprocess.Popen(json.loads(sys.argv[1]), start_new_session=True)\n"
            "print(process.pid, flush=True)\n"
            "process.wait()\n"
        )
        with subprocess.Popen(
            [sys.executable, str(driver), json.dumps(launch.argv)],
            env=dict(launch.env) | {"PATH": os.defpath},
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            said = {process.stdout.readline().strip(), process.stdout.readline().strip()}
            (group,) = (int(word) for word in said - {"up"})
            assert group_members(group)
            process.kill()
        wait_until(lambda: not group_members(group))

    def test_an_older_bubblewrap_gives_no_place_to_write(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = shutil.which("bwrap")
        program(
            tmp_path / "bwrap",
            f'if [ "$1" = --help ]; then {real} --help | grep -v -e --size -e --disable; exit; fi\n'
            'case " $* " in *" --size "* | *" --disable-userns "*) exit 1;; esac\n'
            f'exec {real} "$@"',
        )
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        assert find().kind == "bubblewrap"
        assert "Read-only" in python(WRITE, "/tmp/file")


class TestWithoutBubblewrap:
    """What `find` says, so that `doctor` can warn."""

    def test_not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nonexistent")
        found = find()
        assert found.kind == "limits"
        assert "apt install bubblewrap" in found.detail
        assert "can read files and use the network" in found.detail
        assert ("run as root" in found.detail) == (os.getuid() == 0)

    def test_forbidden(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        complaint = "bwrap: No permissions to create a new namespace"
        program(tmp_path / "bwrap", f'echo "{complaint}" >&2; exit 1')
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        found = find()
        assert found.kind == "limits" and complaint in found.detail
        assert python("print('still runs')") == "still runs"


def test_of_a_project_lean_may_read_the_project_and_its_toolchain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = Tools(tmp_path)
    for name, value in tools.environment.items():
        monkeypatch.setenv(name, value)
    tools.lake()
    tools.repl()
    for library in (tools.project / ".lake/packages/mathlib/.lake/build", tools.sysroot):
        folder = library / "lib" / "lean" / "A"
        folder.mkdir(parents=True)
        (folder / "B.olean").write_bytes(bytes(3 << 20))
        (folder / "B.olean.private").write_bytes(bytes(1 << 20))
        (folder / "B.ilean").write_bytes(bytes(9 << 20))
    toolchain = find_toolchain("auto")
    assert {tools.project, tools.sysroot} <= set(toolchain.readable)
    assert toolchain.library_mib == 2 * (3 + 1)


def test_a_program_that_is_not_there_is_told_at_once() -> None:
    with pytest.raises(FileNotFoundError, match="/no/such/lean"):
        confine(("/no/such/lean",), {}, None, (), LIMITS)


def born(limits: ProcessLimits) -> list[str]:
    """What a fork bomb says to how it went, before it and its children are killed."""
    process = start(confine((sys.executable, "-ISc", FORK), {}, None, (), limits))
    assert process.stdout is not None
    lines = [line.decode().strip() for line in takewhile(b"done\n".__ne__, process.stdout)]
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    wait_until(lambda: not group_members(process.pid))
    return lines


def start(launch: Launch) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        launch.argv, env=dict(launch.env), stdout=subprocess.PIPE, start_new_session=True
    )


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
