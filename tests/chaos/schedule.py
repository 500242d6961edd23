"""What happens when, drawn from a seed before anything begins."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from random import Random


class Fault(Enum):
    KILL = "SIGKILL"
    STOP = "SIGSTOP past the lease"
    FLUSH = "FLUSHALL"
    REDIS = "Redis off and on"
    DATABASE = "PostgreSQL immediate restart"


@dataclass(frozen=True)
class Options:
    recipients: int = 3_000
    kills: int = 30
    stops: int = 4
    flushes: int = 3
    outages: int = 1
    restarts: int = 2
    unsubscribes: int = 150
    pauses: int = 2
    seconds: float = 75.0
    lease: int = 4
    workers: int = 4
    seed: int = 1
    plant: str = ""

    def times(self) -> dict[Fault, int]:
        return {
            Fault.KILL: self.kills,
            Fault.STOP: self.stops,
            Fault.FLUSH: self.flushes,
            Fault.REDIS: self.outages,
            Fault.DATABASE: self.restarts,
        }


def plan(options: Options) -> list[tuple[float, Fault]]:
    """The seconds from the beginning at which each fault strikes."""
    chance = Random(f"{options.seed} faults")
    steps = [(options.seconds * chance.uniform(0.02, 0.98), Fault.KILL) for _ in range(options.kills)]
    for fault, times in options.times().items():
        if fault is not Fault.KILL:  # apart from each other, so that each is seen to be got over
            steps += [(options.seconds * (n + chance.uniform(0.2, 0.8)) / times, fault) for n in range(times)]
    return sorted(steps, key=lambda step: step[0])
