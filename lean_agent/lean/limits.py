"""What one Lean process may use beside time, which every call brings with it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProcessLimits:
    """Hard limits on one REPL process and all that it starts.

    `memory_mib` is the memory in MiB that one process may have for itself; compiled libraries,
    which it maps, come on top. The embedded Lean needs 384. `processes` counts processes and
    threads, `open_files` descriptors of one process, `file_mib` is the size in MiB of the
    largest file that can be written. An answer longer than `output_bytes` ends the check.

    What remains: files without a name, which live in memory (memfd_create(2)) or on disk, are not
    counted as a process's memory. Each process can hold `open_files` × `file_mib` of them.
    A bound on all of it together takes a control group, such as a container's limit on memory.
    """

    memory_mib: int = 4096
    processes: int = 256
    open_files: int = 256
    file_mib: int = 64
    output_bytes: int = 16 << 20
