"""Passes of prices first on instances that are solved by hand."""

from __future__ import annotations

import pickle

import numpy as np

from solver.matrix.source import Piece
from solver.prices_first.auction import CLOSED, auction, scaled
from solver.prices_first.auction_kernels import NONE, Bids, Lists, bid_in_turn, list_rows
from solver.prices_first.check_kernels import check_rows
from solver.prices_first.core_kernels import merge_rivals, near_rows, rank_rival
from solver.prices_first.exchange_kernels import arcs_by_tail, distances
from solver.prices_first.questions import in_groups, no_rivals
from solver.prices_first.rows import StoredRows, joined, kernel_rows
from solver.prices_first.shards import LocalShards, side_by_side
from solver.prices_first.travelling import OpenLeads, Tight

#: Three leads, two reps: 10 and 8; 9 and 4; 3 and nothing.
THREE = kernel_rows(Piece(np.array([0, 2, 4, 5]), np.array([0, 1, 0, 1, 0], np.int32),
                         np.array([10, 8, 9, 4, 3])))


def _rows(*leads: dict[int, int]) -> Piece:
    return kernel_rows(Piece(
        np.cumsum([0, *map(len, leads)]), np.array([rep for lead in leads for rep in lead],
                                                   np.int32),
        np.array([worth for lead in leads for worth in lead.values()], np.int64)))


def test_lists_keep_the_best_pairs_and_what_the_rest_is_worth() -> None:
    """Of four pairs with room for two, the third best is the end of the list's truth."""
    rows = _rows({0: 5, 1: 9, 2: 7, 3: 1})
    lists = Lists(np.zeros((1, 2), np.int32), np.zeros((1, 2), np.int64), np.zeros(1, np.int32),
                  np.zeros(1, np.int64))
    list_rows(rows, np.array([0]), np.array([0, 3, 0, CLOSED]), np.array([0]), lists)
    assert lists.rep.tolist() == [[2, 1]]
    assert (lists.surplus.tolist(), lists.listed.tolist(), lists.rest.tolist()) == ([[7, 9]], [2],
                                                                                  [5])


def test_a_lead_bids_what_its_best_rep_is_better_by() -> None:
    """One slot: lead 0 bids 10 - 8 + 1, lead 1 then bids 9 - 4 + 1 and drives it out."""
    lists = Lists(np.array([[0, 1], [0, 1]], np.int32), np.array([[10, 8], [9, 4]]),
                  np.array([2, 2], np.int32), np.zeros(2, np.int64))
    empty = np.full(2, NONE)
    bids = Bids(np.zeros(2, np.int64), np.array([1, 1]), empty.copy(), empty.copy(),
                np.zeros(2, np.int64), empty.copy(), empty.copy())
    made, dry, still = bid_in_turn(np.array([0, 1, 0]), 2, lists, bids, 1, 100)
    assert (made, dry, still) == (3, 0, 0)
    assert bids.owner.tolist() == [1, 0]
    assert bids.price.tolist() == [6, 8 - (10 - 6) + 1]


def test_a_list_that_ran_dry_is_handed_back() -> None:
    """Where the rest may be better than the list, nobody bids."""
    lists = Lists(np.array([[0]], np.int32), np.array([[10]]), np.array([1], np.int32),
                  np.array([7]))
    empty = np.full(1, NONE)
    bids = Bids(np.array([4]), np.array([1]), empty.copy(), empty.copy(), np.zeros(1, np.int64),
                empty.copy(), empty.copy())
    queue = np.array([0, 5])
    assert bid_in_turn(queue, 1, lists, bids, 1, 100) == (0, 1, 0)
    assert (queue[0], bids.owner.tolist()) == (0, [NONE])


def test_an_auction_ends_near_the_optimal_prices() -> None:
    """Two slots with rep 0 for three leads: two bid all that they bring, the third wants none."""
    found = auction(StoredRows(THREE, 2), np.array([2, 0]), np.zeros(2, np.int64), 1, 100)
    assert found.price.tolist() == [9 + 1, CLOSED]
    assert (found.empty.tolist(), found.bids) == ([0, 0], 2)


def test_prices_that_are_too_high_are_lowered_together() -> None:
    """Nobody takes a slot at 50; the level falls to where two of three leads do."""
    found = auction(StoredRows(THREE, 2), np.array([1, 1]), np.full(2, 50), 1, 100, True)
    assert found.empty.tolist() == [0, 0]
    assert found.price[0] <= 10
    assert found.price[1] <= 8


def test_slots_of_a_sample_keep_their_sum() -> None:
    """A third of the leads gets a third of the slots, though each rep has one."""
    assert scaled(np.ones(9, np.int64), 1, 3).tolist() == [0, 0, 1] * 3


def test_near_pairs_settled_leads_and_rivals() -> None:
    """At prices 6 and 4 lead 0 is torn, lead 1 is settled, lead 2 is held; rivals stand by."""
    taking, leaving = no_rivals(np.array([1, 1])), no_rivals(np.array([1, 1]))
    ends, reps, _, settled = near_rows(THREE, np.array([6, 4]), 1, 4, 0, taking, leaving)
    assert (ends.tolist(), reps.tolist()) == ([0, 2, 3, 3], [0, 1, 0])
    assert settled.tolist() == [False, True, False]
    assert (taking.lead.tolist(), taking.slack.tolist()) == ([2, 1], [3, 3])
    assert (leaving.lead[0], leaving.rep[0]) == (1, 1)


def test_reps_without_slots_take_no_room_among_rivals() -> None:
    """A table has room for those for whom takers are looked for, and for nobody else."""
    table = no_rivals(np.array([0, 2, 0, 1]))
    assert (table.start.tolist(), len(table.slack)) == ([0, 0, 2, 2, 3], 3)
    for slack in (5, 3, 4):
        for rep in range(4):
            rank_rival(table, rep, slack, 7, rep, 1)
    assert table.slack.tolist() == [3, 4, 3]
    merge_rivals(table, table._replace(slack=np.array([1, 2**62, 9])))
    assert table.slack.tolist() == [1, 3, 3]


def test_groups_of_spans_are_fewer_where_tables_are_large() -> None:
    """Memory for two tables at once, and for eight where they are small; every span once."""
    spans = [slice(at, at + 1) for at in range(40)]
    for entries, wanted in ((np.ones(5, np.int64), 8), (np.full(5, 1 << 22), 2)):
        groups = in_groups(spans, entries)
        assert len(groups) == wanted
        assert [span for group in groups for span in group] == spans


def test_what_travels_is_what_was_packed() -> None:
    """Lists or bits, few values or many, parts without leads: the same after a journey."""
    rng = np.random.default_rng(1)
    for num_leads, share, values in ((0, 0.5, [7]), (9, 0.0, [7]), (40, 0.02, [7, 2**50]),
                                     (40, 0.9, [7, 9, 2**61]), (3, 1.0, range(1, 400))):
        lead, rep = np.nonzero(rng.random((num_leads, 70)) < share)
        counts = np.bincount(lead, minlength=num_leads)
        flags = rng.random(num_leads) < 0.5
        tight = Tight(counts.astype(np.int32), rep.astype(np.int32), flags)
        found = pickle.loads(pickle.dumps(tight))  # noqa: S301
        for ours, theirs in ((found.lead, lead), (found.rep, rep), (found.indifferent, flags)):
            np.testing.assert_array_equal(ours, theirs)
        rows = Piece(np.concatenate([[0], np.cumsum(counts)]), rep[::-1].astype(np.int32),
                    rng.choice(np.array(values), len(rep)))
        leads = OpenLeads(3 * np.arange(num_leads), rows, np.arange(70), np.full(70, 2**62), -5)
        back = pickle.loads(pickle.dumps(leads))  # noqa: S301
        for one, other in ((back.lead, leads.lead), (back.rows.indptr, rows.indptr),
                           (back.rows.rep, rows.rep), (back.rows.surplus, rows.surplus),
                           (back.settled_slots, leads.settled_slots),
                           (back.settled_least, leads.settled_least)):
            np.testing.assert_array_equal(one, other, strict=True)
        assert back.settled_surplus == -5


def test_many_ties_are_cut_to_a_spread_few() -> None:
    """Six reps that are all as good: each lead keeps three, not all the same."""
    rows = _rows(*[dict.fromkeys(range(6), 5)] * 6)
    table = no_rivals(np.ones(6, np.int64))
    ends, reps, _, _ = near_rows(rows, np.zeros(6, np.int64), 0, 3, 0, table, table)
    assert np.diff(ends).max() <= 3
    assert len(set(reps.tolist())) > 3


def test_a_check_finds_what_beats_the_core_and_what_is_tight() -> None:
    """The core lacks (0, 1), which brings 8 where the core brings 10 - 6."""
    core = _rows({0: 10}, {0: 9}, {})
    prices = np.array([6, 0])
    answer = check_rows(THREE, core, prices, prices, np.zeros(2, np.bool_), 4)
    assert answer.by_gain == 8 + 4 + 0
    assert answer.ends.tolist() == [0, 1, 2, 2]
    assert (answer.rep.tolist(), answer.surplus.tolist()) == ([1, 1], [8, 4])
    assert (answer.tight_ends.tolist(), answer.tight_rep.tolist()) == ([0, 1, 2, 2], [1, 1])
    assert answer.indifferent.tolist() == [False, False, True]


def test_shortest_paths_and_negative_cycles() -> None:
    """The cheapest of parallel arcs counts; a cycle that pays for ever is named."""
    tail, head = np.array([0, 0, 1, 2]), np.array([1, 1, 2, 0])
    found, optimal = distances(*arcs_by_tail(tail, head, np.array([5, 3, -2, 0]), 3), 0)
    assert (found.tolist(), optimal) == ([0, 3, 1], True)
    assert not distances(*arcs_by_tail(tail, head, np.array([5, 1, -2, 0]), 3), 0)[1]


def test_rows_are_joined_and_asked_for_by_position() -> None:
    """Parts that begin anywhere in their arrays become one; positions may repeat."""
    last = Piece(THREE.indptr[1:], THREE.rep, THREE.surplus)
    whole = joined([Piece(THREE.indptr[:2], THREE.rep, THREE.surplus), last])
    assert [column.tolist() for column in whole] == [column.tolist() for column in THREE]
    piece = StoredRows(THREE, 2).piece(np.array([2, 0, 2]))
    assert (piece.indptr.tolist(), piece.surplus.tolist()) == ([0, 1, 3, 4], [3, 10, 8, 3])


def test_one_part_asks_itself_and_keeps_the_order() -> None:
    """What is kept is given back to later questions; threads do not change the order."""
    shards = LocalShards(StoredRows(THREE, 2))
    kept = shards.keep(lambda source: source.num_leads)
    assert shards.ask(lambda source, num, more: num + more + source.num_reps, kept, 10) == [15]
    assert side_by_side(lambda at: at * at, list(range(50))) == [at * at for at in range(50)]
