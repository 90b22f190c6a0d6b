"""What a run is asked for, and what all its threads write down."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

#: Beyond these, faults are only counted.
_SHOWN = 20


@dataclass(frozen=True)
class Asked:
    """How large a run is, and how hard."""

    leads: int = 20_000
    clients: int = 16
    reps: int = 60
    servers: int = 2
    workers: int = 4
    bulk: int = 100
    """Rows of a bulk, at most."""
    leads_per_second: float = 60.0
    """All clients together post no faster, so that what they do not need is left to workers."""
    kill_seconds: float = 1.0
    """One of the workers is killed about every so many seconds."""
    least_kills: int = 2
    """Workers are killed so often at least, also where all leads are posted before."""
    least_windows: int = 0
    """So many windows must succeed under load, and messages come; else the run shows too little."""
    restarts: int = 2
    """Of PostgreSQL, the first one a crash."""
    seconds: float = 600.0
    """No request begins later."""
    quiet_seconds: float = 300.0
    """How long everything may take to come to rest afterwards."""
    seed: int = 1


@dataclass
class Notes:
    """What clients were told and what went wrong; threads share it."""

    accepted: set[str] = field(default_factory=set)
    """Ids of leads that 2xx was answered for."""
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def accept(self, lead_ids: Collection[str]) -> None:
        """Remember leads that were accepted."""
        with self._lock:
            self.accepted.update(lead_ids)

    def count(self, what: str, times: int = 1) -> None:
        """Count something."""
        with self._lock:
            self.counts[what] += times

    def fault(self, what: str) -> None:
        """Remember something that must not happen."""
        with self._lock:
            self.counts["faults"] += 1
            if len(self.faults) < _SHOWN:
                self.faults.append(what[:500])

    @property
    def num_accepted(self) -> int:
        """How many leads were accepted so far."""
        with self._lock:
            return len(self.accepted)
