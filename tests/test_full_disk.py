"""A disk that is really full, a folder that may really not be written: said in a line, survived."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import killed_run
import pytest

from lean_agent.trace.store import RunFolder

HERE = Path(__file__).parent
RUN = """
import sys; from pathlib import Path
from lean_agent.errors import UserError
import killed_run
try: killed_run.go_on(Path(sys.argv[1]))
except UserError as error: sys.exit(str(error))
"""
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{HERE.parent}{os.pathsep}{HERE}"}

# Inside a file system of 2 MB: fill most of it, run until it is full, make room, go on.
FULL = """
folder=$1; shift
head -c 1700000 /dev/zero > "$folder/ballast"
"$@" "$folder/run"; echo "first: $?"
cp -r "$folder/run" "$OUT/full"
rm "$folder/ballast"
"$@" "$folder/run"; echo "second: $?"
cp -r "$folder/run" "$OUT/whole"
"""


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="needs bubblewrap for a small disk")
def test_a_full_disk_loses_nothing_and_the_run_goes_on(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    small = ["bwrap", "--dev-bind", "/", "/", "--size", "2000000", "--tmpfs", str(disk), "--"]
    tried = subprocess.run([*small, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"bubblewrap may not mount here: {tried.stderr}")
    command = ["sh", "-c", FULL, "sh", str(disk), sys.executable, "-c", RUN]
    done = subprocess.run(
        [*small, *command],
        capture_output=True,
        text=True,
        check=True,
        env={**ENVIRONMENT, "OUT": str(tmp_path)},
    )
    assert done.stdout.splitlines() == ["first: 1", "second: 0"]
    [complaint] = done.stderr.splitlines()
    assert complaint.startswith(f"cannot write to {disk}/run/episodes/")
    assert "the same command goes on" in complaint
    kept = [trace.episode_id for trace in RunFolder.open(tmp_path / "full").traces()]
    assert 0 < len(kept) < len(killed_run.EVERY_EPISODE)
    whole = list(RunFolder.open(tmp_path / "whole").traces())
    assert [trace.episode_id for trace in whole][: len(kept)] == kept
    assert sorted(trace.episode_id for trace in whole) == killed_run.EVERY_EPISODE
    assert all(map(killed_run.is_whole, whole))


# They are lost after 100 episodes, and come back at the end.
UNPERMITTED = """
import sys; from pathlib import Path
from lean_agent.errors import UserError
from lean_agent.trace.store import RunFolder
import killed_run
path = Path(sys.argv[1])
append, appended = RunFolder.append, 0
def counted(run, trace):
    global appended
    append(run, trace)
    appended += 1
    if appended == 100:
        (path / "episodes").chmod(0o500)
RunFolder.append = counted
killed_run.go_on(path)
print(*sorted(RunFolder.open(path).done()))
(path / "run.lock").chmod(0o400)
try: killed_run.go_on(path)
except UserError as error: print(error)
(path / "run.lock").chmod(0o600); (path / "episodes").chmod(0o700)
killed_run.go_on(path)
"""


@pytest.mark.skipif(
    os.getuid() == 0 and shutil.which("setpriv") is None, reason="permissions do not bind root"
)
def test_a_run_whose_folder_may_not_be_written_any_more_goes_on_in_the_open_file(
    tmp_path: Path,
) -> None:
    """No shard can be begun or sealed then; what is written is as safe as before."""
    bound = ["setpriv", "--bounding-set", "-dac_override"] if os.getuid() == 0 else []
    command = [*bound, sys.executable, "-c", UNPERMITTED, str(tmp_path / "run")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    all_done, refusal = done.stdout.splitlines()
    assert sorted(all_done.split()) == killed_run.EVERY_EPISODE
    assert refusal.startswith(f"cannot write the run folder {tmp_path}/run: Permission denied")
    run = RunFolder.open(tmp_path / "run")
    assert sorted(trace.episode_id for trace in run.traces()) == killed_run.EVERY_EPISODE
    assert len(list((tmp_path / "run" / "episodes").glob("*.jsonl"))) == 1, "the rest is sealed"
