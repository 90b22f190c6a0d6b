"""What is posted: generated windows, and raw leads as people write them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from benchmarks.raw_leads import HEADER, raw_rows
from benchmarks.service.servers import Client
from benchmarks.service.sizes import AT, SEED
from solver.generate import generate_window
from solver.models import Window

#: What the policy of the benchmark routes at once.
HOT_SOURCE = "Callback"
_HOT = {"hand_off": {"hot": f'source = "{HOT_SOURCE}"'}}


def window_of(num_leads: int, num_reps: int) -> Window:
    """Return the generated window of a size."""
    return generate_window(num_leads, num_reps, SEED, AT)


def lead_rows(window: Window) -> list[dict[str, Any]]:
    """Return the leads of a window as they are posted."""
    return [lead.model_dump(mode="json", exclude_defaults=True, exclude={"assumed"})
            for lead in window.leads]


def raw_leads(count: int, seed: int, **changes: Any) -> Iterator[dict[str, Any]]:
    """Yield leads as people write them; they came just now."""
    for row in raw_rows(count, seed):
        fields = dict(zip(HEADER, row, strict=True))
        yield {**{name: text for name, text in fields.items() if name != "created_at"}, **changes}


def put_floor(client: Client, window: Window, *, hot: bool = False) -> None:
    """Put the reps of a window, and make its policy the active one.

    What reps got earlier today the service counts itself: they have got nothing yet.

    Raises
    ------
    RuntimeError
        If one of them is refused.
    """
    reps = [rep.model_dump(mode="json", exclude_defaults=True,
                           exclude={"assumed", "assigned_today"}) for rep in window.reps]
    if (refused := client.post("/v1/reps", reps).json["refused"]):
        raise RuntimeError(f"{refused} of {len(reps)} reps are refused")
    policy = window.policy.model_dump(mode="json", exclude_defaults=True)
    version = client.post("/v1/policies", policy | (_HOT if hot else {})).json["version"]
    client.post(f"/v1/policies/{version}/activate", b"")


def body_of(one: Any) -> bytes:
    """Return JSON as it is sent."""
    return json.dumps(one, ensure_ascii=False).encode()
