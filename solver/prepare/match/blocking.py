"""Blocking: the few pairs of records that can be one, found by keys they share; never all pairs.

Records that share a key form a block. A block with more than `cap` records is split by a second
and a third key; what has no second key is left out and counted: a key of thousands of records says
too little to compare them all. What is too large after the last key is left out and counted too;
but leads that share an e-mail address, or a company and both names, have too much in common for
that: of these each is compared with the best one. So a record meets at most `cap` others for each
of its keys, such best ones aside, and pairs grow in step with records.

Names survive one typing error by halves: of two names one edit apart, either the first or the last
halves are equal (the pigeonhole argument of partition filters, Wu and Manber 1992).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
#: Most records of a block whose key identifies, such as a domain, and of one that only hints.
STRONG_CAP, WEAK_CAP = 200, 50
MIN_HALVED = 5
RARE_TOKENS = 2
_TEXT = pl.String


@dataclass(frozen=True, slots=True)
class Blocks:
    """Records by one kind of key."""

    keys: pl.DataFrame
    """``row``, ``key``, and the further keys that split large blocks: ``split_0``, ... With a
    ``rank``, of what stays too large each record is compared with the one of the lowest."""
    identifies: bool = True
    """Whether the key is a record's own, such as a domain; a word or a person's name is not."""

    @property
    def cap(self) -> int:
        """Most records of a block."""
        return STRONG_CAP if self.identifies else WEAK_CAP


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of rows that share a key; sorted, each once."""

    left: Ints
    right: Ints
    skipped_blocks: int
    """Blocks of identifying keys that were left out, in whole or in part; common names, words and
    halves of names are left out as a matter of course."""


def lead_blocks(facts: pl.DataFrame, ranks: Sequence[int]) -> list[Blocks]:
    """Return the blocks in which leads may be one person: by address, phone, name, company.

    Parameters
    ----------
    facts
        Of leads.
    ranks
        Place of each lead among all, from the one that would stay first.
    """
    frame = facts.with_row_index("row").with_columns(
        person=_person_key(), rank=pl.Series(ranks, dtype=pl.Int64))
    person = pl.col("person")
    return [
        _blocks(frame, pl.col("email")),
        _blocks(frame, pl.concat_str("email", person, separator="\x1f")),
        _blocks(frame, pl.col("phone"), person),
        Blocks(_keys(frame, person, pl.col("country"), pl.col("squeezed")).drop("rank"),
               identifies=False),
        *(_blocks(frame, pl.col(name), _initials(), person)
          for name in ("web", "mail", "squeezed")),
    ]


def company_blocks(facts: pl.DataFrame, token_counts: pl.DataFrame,
                   most_words: int = RARE_TOKENS) -> list[Blocks]:
    """Return the blocks in which leads and accounts may be one company.

    Parameters
    ----------
    facts
        Of leads or of accounts.
    token_counts
        ``token`` and ``count`` over the names of the accounts: see :func:`count_tokens`.
    most_words
        How many words of a name are keys, the rarest.
    """
    frame = facts.with_row_index("row")
    country, postal = pl.col("country"), pl.col("postal")
    domains = pl.concat([_keys(frame, pl.col(name), country, postal) for name in ("web", "mail")])
    squeezed = pl.concat([_keys(frame, pl.col(name), country, postal)
                          for name in ("squeezed", "brand")])
    return [Blocks(domains.unique()), _blocks(frame, pl.col("phone"), pl.col("squeezed")),
            Blocks(squeezed.unique()),
            Blocks(_rare_tokens(frame, token_counts, most_words), identifies=False),
            Blocks(_halves(frame), identifies=False)]


def within_groups(blocks: Iterable[Blocks], groups: Sequence[int]) -> list[Blocks]:
    """Return the blocks in which only records of one group are together.

    Parameters
    ----------
    blocks
        Of records of one kind.
    groups
        Number of each record's group.
    """
    numbers = pl.Series(groups, dtype=pl.Int64).cast(_TEXT)
    return [replace(one, keys=one.keys.with_columns(key=pl.concat_str(
        numbers.gather(one.keys["row"]), pl.col("key"), separator="\x1f"))) for one in blocks]


def count_tokens(facts: pl.DataFrame) -> pl.DataFrame:
    """Return ``token`` and ``count``: in how many names each word stands."""
    tokens = facts.select(token=pl.col("name").str.split(" ").list.unique())
    return tokens.explode("token").drop_nulls().group_by("token").len("count")


def pairs_within(blocks: Sequence[Blocks]) -> Candidates:
    """Return the pairs of records of one kind, the smaller row left."""
    return _collect([_pairs(one.keys, one.keys, one.cap, within=True) for one in blocks], blocks)


def pairs_between(left: Sequence[Blocks], right: Sequence[Blocks]) -> Candidates:
    """Return pairs of records of two kinds; the caps hold for the right one's blocks."""
    return _collect([_pairs(one.keys, other.keys, other.cap, within=False)
                     for one, other in zip(left, right, strict=True)], right)


def _pairs(left: pl.DataFrame, right: pl.DataFrame, cap: int, *, within: bool
           ) -> tuple[pl.DataFrame, int]:
    """Join what shares a key; split what is too large while there is something to split by."""
    large = right.group_by("key").len().filter(pl.col("len") > cap).select("key")
    small = right.join(large, on="key", how="anti").select("key", "row")
    found = left.select("key", left="row").join(small.rename({"row": "right"}), on="key")
    if within:
        found = found.filter(pl.col("left") < pl.col("right"))
    pairs = found.select("left", "right").unique()
    large = large.join(left, on="key", how="semi")
    if large.is_empty():
        return pairs, 0
    crowded = right.join(large, on="key", how="semi")
    if "split_0" not in right.columns:
        return (pl.concat([pairs, _with_the_best(crowded)]), 0) if "rank" in right.columns \
            else (pairs, large.height)
    part = crowded.filter(pl.col("split_0").is_null())["key"].n_unique()
    split_left = _split(left.join(large, on="key", how="semi"))
    split_right = split_left if within else _split(crowded)
    more, skipped = _pairs(split_left, split_right, cap, within=within)
    return pl.concat([pairs, more]), part + skipped


def _with_the_best(crowded: pl.DataFrame) -> pl.DataFrame:
    """Pair each record of a block with the one of the lowest rank."""
    best = crowded.sort("rank").unique("key", keep="first").select("key", best="row")
    others = crowded.join(best, on="key").filter(pl.col("row") != pl.col("best"))
    return others.select(left=pl.min_horizontal("row", "best"),
                         right=pl.max_horizontal("row", "best"))


def _split(keys: pl.DataFrame) -> pl.DataFrame:
    """Return finer keys: each with its next split; records without one are left out."""
    rest = [name for name in keys.columns if name.startswith("split_")][1:]
    return keys.drop_nulls("split_0").select(
        pl.col("^(row|rank)$"), pl.concat_str("key", "split_0", separator="\x1f").alias("key"),
        *(pl.col(name).alias(f"split_{place}") for place, name in enumerate(rest)))


def _collect(found: Sequence[tuple[pl.DataFrame, int]], blocks: Sequence[Blocks]) -> Candidates:
    pairs = pl.concat([frame for frame, _ in found]).unique().sort("left", "right")
    left, right = (pairs[name].to_numpy().astype(np.int64) for name in ("left", "right"))
    return Candidates(left, right, sum(skipped for (_, skipped), one
                                       in zip(found, blocks, strict=True) if one.identifies))


def _blocks(frame: pl.DataFrame, key: pl.Expr, *splits: pl.Expr) -> Blocks:
    return Blocks(_keys(frame, key, *splits))


def _keys(frame: pl.DataFrame, key: pl.Expr, *splits: pl.Expr) -> pl.DataFrame:
    named = [split.cast(_TEXT).alias(f"split_{place}") for place, split in enumerate(splits)]
    own = pl.col("^(row|rank)$")
    return frame.select(own, key.cast(_TEXT).alias("key"), *named).drop_nulls("key")


def _person_key() -> pl.Expr:
    """Both names in alphabetical order, so that swapped ones are equal; null unless both."""
    first, last = pl.col("first"), pl.col("last")
    return pl.when(first.is_not_null() & last.is_not_null()).then(
        pl.concat_str(pl.min_horizontal(first, last), pl.max_horizontal(first, last),
                      separator=" "))


def _initials() -> pl.Expr:
    """First letters of both names in alphabetical order, else of the mailbox."""
    first, last = (pl.col(name).str.head(1) for name in ("first", "last"))
    both = pl.concat_str(pl.min_horizontal(first, last), pl.max_horizontal(first, last))
    return pl.when(first.is_not_null() & last.is_not_null()).then(both).otherwise(
        pl.coalesce(last, pl.col("mailbox").str.head(1)))


def _rare_tokens(frame: pl.DataFrame, token_counts: pl.DataFrame, most: int) -> pl.DataFrame:
    """Return keys by the rarest words of each name, of those that stand in an account's name."""
    tokens = frame.select("row", "country", "postal", pl.col("name").str.split(" ").alias("token"))
    known = tokens.explode("token").drop_nulls("token").join(token_counts, on="token")
    rarest = known.unique(["row", "token"]).sort("row", "count", "token").group_by(
        "row", maintain_order=True).head(most)
    return _keys(rarest, pl.col("token"), pl.col("country"), pl.col("postal"))


def _halves(frame: pl.DataFrame) -> pl.DataFrame:
    """Return keys by halves of each name within its country, at two lengths each.

    Of several words the first is halved, with the last one's initial; if it is short, the whole.
    """
    split = pl.col("name").str.split(" ")
    first, initial = split.list.first(), split.list.last().str.head(1)
    alone = first.str.len_chars() < MIN_HALVED
    halved = frame.drop_nulls(["name", "country"]).with_columns(
        text=pl.when(alone).then("squeezed").otherwise(first),
        rest=pl.when(alone).then(pl.lit("")).otherwise(initial))
    halved = halved.filter(pl.col("text").str.len_chars() >= MIN_HALVED)
    text, length = pl.col("text"), pl.col("text").str.len_chars()
    parts = []
    for half in (length // 2, (length + 1) // 2, (length - 1) // 2):
        for mark, part in (("^", text.str.head(half)), ("$", text.str.tail(half))):
            key = pl.concat_str(pl.lit(mark), part, "rest", "country", separator="\x1f")
            parts.append(_keys(halved, key, pl.col("postal")))
    return pl.concat(parts).unique()
