"""Values that too many records share to tell anything: a call centre's number, a host's domain."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

#: More records than this with one phone or, of accounts, one domain: it is nobody's own.
CROWD = 50


def without_crowds(facts: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Return the facts without the values of these columns that a crowd shares."""
    if facts.height <= CROWD:
        return facts
    shared = [pl.len().over(name) > CROWD for name in names]
    return facts.with_columns(pl.when(~many).then(pl.col(name)).alias(name)
                              for name, many in zip(names, shared, strict=True))
