"""Which processes have connections to a port open at this moment, as the kernel sees it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

ESTABLISHED = "01"


def connections(pids: Iterable[int], port: int) -> int:
    """How many connections to `port` of this machine these processes hold."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inodes = {fields[9] for fields in lines if fields[3] == ESTABLISHED and fields[2].endswith(f":{port:04X}")}
    return sum(_inode(entry) in inodes for pid in pids for entry in _descriptors(pid))


def _descriptors(pid: int) -> list[str]:
    with suppress(OSError):
        return [entry.path for entry in os.scandir(f"/proc/{pid}/fd")]
    return []


def _inode(path: str) -> str:
    with suppress(OSError):
        return os.readlink(path).removeprefix("socket:[").removesuffix("]")
    return ""


def children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
