"""Factors of many windows' leads against the same reps, put one after another.

So a million leads need never stand in memory as records: each chunk is encoded, and its records
go. Rows that chunks share are kept once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from solver.matrix.factors import NO_REP, Codes, Factors, Floats, Ints, LeadColumns, Tables

_Row = TypeVar("_Row", bound=np.generic)


def joined(parts: Sequence[Factors]) -> Factors:
    """Return the leads of parts that have the same reps, in their order.

    Parameters
    ----------
    parts
        At least one; those after the first have its reps, thresholds and weights.

    Raises
    ------
    ValueError
        If parts differ in what all leads share.
    """
    first = parts[0]
    for part in parts[1:]:
        _check_same(first, part)
    kinds, kind_of = _kinds(parts)
    levels, skill_of = _distinct([part.tables.levels for part in parts])
    needs, needs_of = _needs(parts, skill_of)
    leads = LeadColumns(
        np.concatenate([part.leads.worth for part in parts]),
        np.concatenate([part.leads.deal_value for part in parts]),
        np.concatenate([new[part.leads.kind] for part, new in zip(parts, kind_of, strict=True)]),
        np.concatenate([new[part.leads.needs] for part, new in zip(parts, needs_of, strict=True)]),
        _layer(parts, "decided"), _layer(parts, "waived"), _layer(parts, "preferred"),
        *_excluded(parts))
    return Factors(first.reps, leads, Tables(
        **kinds, available=first.tables.available, **needs, levels=levels), first.scalars)


def _check_same(first: Factors, part: Factors) -> None:
    same = (all(map(np.array_equal, first.reps, part.reps)) and first.scalars == part.scalars
            and np.array_equal(first.tables.available, part.tables.available))
    if not same:
        raise ValueError("parts that are joined must have the same reps, thresholds and weights")


def _distinct(tables: Sequence[NDArray[_Row]]) -> tuple[NDArray[_Row], list[Codes]]:
    """Return the distinct rows of tables in order of sight, and the new number of each row."""
    number: dict[bytes, int] = {}
    numbers = [np.array([number.setdefault(row.tobytes(), len(number)) for row in table],
                        dtype=np.int32) for table in tables]
    kept = [np.unique(codes, return_index=True) for codes in numbers]
    rows = np.empty((len(number), *tables[0].shape[1:]), dtype=tables[0].dtype)
    for table, (codes, at) in zip(tables, kept, strict=True):
        rows[codes] = table[at]
    return rows, numbers


def _kinds(parts: Sequence[Factors]) -> tuple[dict[str, Any], list[Codes]]:
    """Return the tables by kind with their rows joined, and the new number of each kind."""
    given: dict[str, Sequence[NDArray[Any]]] = {
        "territory": _with_fits(parts), "required": [part.tables.required for part in parts],
        "languages": [part.tables.languages for part in parts],
        "rules": [part.tables.rules for part in parts],
        "preference": _all_ones([part.tables.preference for part in parts])}
    tables: dict[str, Any] = {}
    columns: list[list[Codes]] = []
    for at, (name, rows) in enumerate(given.items()):
        tables[name], numbers = _distinct(rows)
        columns.append([new[part.tables.kinds[:, at]] if len(new) else part.tables.kinds[:, at]
                        for part, new in zip(parts, numbers, strict=True)])
    num_reps = parts[0].num_reps
    both = tables["territory"]
    tables["territory"] = np.ascontiguousarray(both[:, :8 * num_reps]).view(np.float64)
    tables["home"] = np.ascontiguousarray(both[:, 8 * num_reps:])
    tables["kinds"], kind_of = _distinct([np.column_stack(one).astype(np.int32)
                                          for one in zip(*columns, strict=True)])
    return tables, kind_of


def _with_fits(parts: Sequence[Factors]) -> list[NDArray[np.uint8]]:
    """Return each part's rows by territory, fits and bits side by side: one code has both."""
    return [np.concatenate([np.ascontiguousarray(part.tables.territory).view(np.uint8),
                            part.tables.home], axis=1) for part in parts]


def _all_ones(tables: Sequence[Floats]) -> list[Floats]:
    """Return tables of factors; where any part has one, the others get a row of ones."""
    if not any(map(len, tables)):
        return list(tables)
    return [table if len(table) else np.ones((1, table.shape[1])) for table in tables]


def _needs(parts: Sequence[Factors], skill_of: Sequence[Codes]
           ) -> tuple[dict[str, Any], list[Codes]]:
    """Return the joined needs sets, and the new number of each."""
    number: dict[bytes, int] = {}
    sets: list[tuple[Codes, Floats]] = []
    numbers = []
    for part, skills in zip(parts, skill_of, strict=True):
        tables, codes = part.tables, []
        for first, last in zip(tables.needs_start[:-1], tables.needs_start[1:], strict=True):
            skill, weight = skills[tables.needs_skill[first:last]], tables.needs_weight[first:last]
            key = skill.tobytes() + weight.tobytes()
            if key not in number:
                number[key] = len(number)
                sets.append((skill, weight))
            codes.append(number[key])
        numbers.append(np.array(codes, dtype=np.int32))
    start = np.cumsum([0, *(len(skill) for skill, _ in sets)]).astype(np.int64)
    return {"needs_start": start,
            "needs_skill": np.concatenate([np.empty(0, np.int32), *(one for one, _ in sets)]),
            "needs_weight": np.concatenate([np.empty(0), *(one for _, one in sets)])}, numbers


def _layer(parts: Sequence[Factors], name: str) -> NDArray[Any]:
    """Return what a column of layers says of all leads; nobody where a part has no layers."""
    given: list[NDArray[Any]] = [getattr(part.leads, name) for part in parts]
    if any(map(len, given)):
        blank = False if name == "waived" else NO_REP
        given = [column if len(column) else np.full(part.num_leads, blank, dtype=column.dtype)
                 for column, part in zip(given, parts, strict=True)]
    return np.concatenate(given)


def _excluded(parts: Sequence[Factors]) -> tuple[Ints, Codes]:
    """Return the excluded pairs of all leads."""
    reps = np.concatenate([part.leads.excluded_rep for part in parts])
    if not len(reps):
        return np.empty(0, dtype=np.int64), reps
    counts = [np.diff(part.leads.excluded_start) if len(part.leads.excluded_start)
              else np.zeros(part.num_leads, dtype=np.int64) for part in parts]
    return np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64), reps
