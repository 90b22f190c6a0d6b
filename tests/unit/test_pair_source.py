"""Pieces of the usable pairs: together they are all of them, and each lead gets its own."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from solver.generate import generate_window
from solver.matrix import source as source_module
from solver.matrix.pairs import Pairs, build_problem
from solver.matrix.rows import ValueRows

AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


@pytest.fixture
def pairs() -> Pairs:
    return build_problem(ValueRows(generate_window(60, 12, 3, AT))).pairs


@pytest.mark.parametrize("span", [1, 7, 1 << 17])
def test_spans_cover_every_lead_once(pairs: Pairs, monkeypatch: pytest.MonkeyPatch, span: int
                                     ) -> None:
    """However small the spans, they follow each other from the first lead to the last."""
    monkeypatch.setattr(source_module, "_SPAN_PAIRS", span)
    spans = pairs.spans()
    assert [lead for part in spans for lead in range(part.start, part.stop)] == list(
        range(pairs.num_leads))


def test_a_piece_of_a_slice_holds_the_pairs_of_its_leads(pairs: Pairs) -> None:
    """Row n of the piece is lead start + n."""
    piece = pairs.piece(slice(5, 9))
    for n, lead in enumerate(range(5, 9)):
        own = slice(piece.indptr[n], piece.indptr[n + 1])
        assert piece.rep[own].tolist() == pairs.rep[pairs.of(lead)].tolist()
        assert piece.surplus[own].tolist() == pairs.surplus[pairs.of(lead)].tolist()


def test_a_piece_of_chosen_leads_keeps_their_order_and_repeats(pairs: Pairs) -> None:
    """Positions come in any order, and one of them twice."""
    asked = np.array([8, 3, 3, 0])
    piece = pairs.piece(asked)
    for n, lead in enumerate(asked.tolist()):
        own = slice(piece.indptr[n], piece.indptr[n + 1])
        assert piece.rep[own].tolist() == pairs.rep[pairs.of(lead)].tolist()
        assert piece.surplus[own].tolist() == pairs.surplus[pairs.of(lead)].tolist()
