"""A Ray cluster as a run sees it: the connection, the nodes, and the demand for more of them."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from lean_agent.errors import UserError
from lean_agent.models.backends import split_spec

AUTO = "auto"
"""The address that stands for the cluster that this machine belongs to."""

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_MOST_RESERVATIONS = 32
_KNOCK_SECONDS = 5.0


@dataclass(frozen=True)
class Node:
    """A live node with CPUs. `name` is what people are told."""

    id: str
    name: str
    address: str
    cpus: int


def check_cluster(address: str, model: str) -> None:
    """Raise UserError for what can be seen to be wrong before anything is opened.

    That is a missing Ray, an address that is none or where nobody answers, and a model that would
    have to be loaded by every node.
    """
    if find_spec("ray") is None:
        raise UserError("--cluster needs Ray: pip install 'lean-agent[cluster]'")
    backend, name = split_spec(model)
    if backend.loads:
        raise UserError(
            f"{model} is loaded into one process, and a cluster has many: serve it "
            f"(`vllm serve {name}`), and name it openai:{name}@http://HOST:PORT/v1"
        )
    if address == AUTO:
        return
    host, colon, port = address.rpartition(":")
    if "/" in address or not (host and colon and port.isdecimal() and 0 < int(port) < 65536):
        raise UserError(
            f"--cluster {address!r} is no address of a Ray cluster: write HOST:PORT, such as "
            f"10.0.0.1:6379, or {AUTO} on a machine that belongs to it. (A ray:// address is for "
            "programs outside of the cluster: start the run on one of its machines, for example "
            "with `ray job submit`.)"
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), _KNOCK_SECONDS).close()
    except OSError as error:
        raise _no_cluster(address, error.strerror or str(error)) from error


@contextmanager
def connected(address: str) -> Iterator[None]:
    """Ray, connected to the cluster; a connection that there was before is used and left.

    Raises UserError where there is no cluster, or one with another version of Ray or Python.
    """
    import ray

    if ray.is_initialized():
        yield
        return
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except ConnectionError as error:
        raise _no_cluster(address, _first_line(error)) from error
    except (RuntimeError, ValueError) as error:
        raise UserError(f"cannot use the Ray cluster {address}: {error}") from error
    try:
        yield
    finally:
        ray.shutdown()


def _no_cluster(address: str, why: str) -> UserError:
    return UserError(
        f"no Ray cluster at {address} ({why}): start one with `ray start --head` on one machine "
        "and `ray start --address=HOST:6379` on the others"
    )


def live_nodes() -> list[Node]:
    """The nodes that are alive and have CPUs. One started with --num-cpus=0 plays nothing."""
    import ray

    listed: Any = ray.nodes  # which has no types
    return [
        Node(
            id=node["NodeID"],
            name=f"{node['NodeManagerAddress']} ({node['NodeID'][:8]})",
            address=node["NodeManagerAddress"],
            cpus=int(node["Resources"]["CPU"]),
        )
        for node in listed()
        if node["Alive"] and node["Resources"].get("CPU", 0) >= 1
    ]


def own_address() -> str:
    """This machine's, as the cluster knows it."""
    import ray

    address: Any = ray.util.get_node_ip_address  # which has no types
    return str(address())


def out_of_reach(nodes: Iterable[Node], here: str, urls: Iterable[str | None]) -> list[str]:
    """The URLs that other machines than this one, whose address is `here`, cannot mean the same by.

    `127.0.0.1` and `localhost` are another machine on each of them.
    """
    if all(node.address == here for node in nodes):
        return []
    return [url for url in urls if url and urlsplit(url).hostname in _LOOPBACK]


class Demand:
    """Reservations of nodes, by which Ray's autoscaler sees how many more would find work.

    Each is a placement group that no node has room for, since a worker holds all CPUs of its
    node. Once a new node has room for it, it is given back, for the node's worker. Ray forgets
    them with the job, so that a run that is killed keeps no machine.
    """

    def __init__(self) -> None:
        self._groups: list[Any] = []

    def ask(self, nodes: int, cpus: int) -> None:
        """Let there be so many reservations, of nodes with so many CPUs."""
        from ray.util import placement_group, placement_group_table, remove_placement_group

        pending: list[Any] = []
        for group in self._groups:
            if len(pending) < nodes and placement_group_table(group).get("state") == "PENDING":
                pending.append(group)
            else:
                remove_placement_group(group)
        while len(pending) < min(nodes, _MOST_RESERVATIONS):
            pending.append(placement_group([{"CPU": cpus}]))
        self._groups = pending


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
