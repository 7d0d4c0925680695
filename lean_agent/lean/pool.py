"""LeanPool: a bounded number of REPL processes, lent one at a time."""

from __future__ import annotations

from types import TracebackType

from lean_agent.lean.toolchain import Toolchain


class LeanPool:
    """Up to `workers` REPL processes of one toolchain."""

    def __init__(self, toolchain: Toolchain, workers: int = 2) -> None:
        self.toolchain = toolchain
        self.workers = workers

    async def __aenter__(self) -> LeanPool:
        raise NotImplementedError

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        raise NotImplementedError
