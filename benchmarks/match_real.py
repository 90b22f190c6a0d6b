"""Lead-to-account matching on what the real data allows: names of companies, and nothing else.

Maven: the pipeline names each opportunity's account, and an account its parent (``subsidiary_of``).
The names are spelled alike in both files, so each account's name is also misspelled in the ways of
:mod:`solver.generate.misspellings`. Synthetic Salesforce: an opportunity's name begins with that of
its account, whose id it carries; 220 accounts share 130 names, so that a name alone often leaves
several. MarketStar names neither people nor companies, so nothing there can be matched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.datasets.locate import data_folder
from benchmarks.datasets.maven import COUNTRIES
from benchmarks.markdown import markdown_table
from solver.generate.misspellings import other_form, plain, short_word, typo
from solver.models import Account, Lead
from solver.models.matching import Matching
from solver.prepare.match import Families, match_accounts

#: Ways to write a name, from what is left alone to two typing errors.
_WAYS: dict[str, Callable[[str, np.random.Generator], str]] = {
    "as it is": lambda name, _: name,
    "capitals": lambda name, _: plain(name).upper(),
    "other legal form": lambda name, rng: f"{other_form(name, rng)} Inc.",
    "abbreviated": lambda name, _: short_word(name),
    "one typing error": typo,
    "two typing errors": lambda name, rng: typo(typo(name, rng), rng),
}
_SEED = 7


def real_tables() -> str:
    """Return what was matched in both sets.

    Raises
    ------
    MissingDataError
        If the shared data is not there.
    """
    rows = [*_maven_rows(data_folder("crm-maven")),
            *_synthetic_rows(data_folder("crm-synthetic-sf"))]
    head = ("leads by the company's name", "leads", "matched", "of them right", "wait for review",
            "of them with the right account in view")
    return markdown_table(head, rows) + "\n\n" + _families(data_folder("crm-maven"))


def _maven_rows(folder: Path) -> list[tuple[object, ...]]:
    accounts = maven_accounts(folder)
    named = _text(folder / "sales_pipeline.csv")["account"]
    rows = [_row("Maven, pipeline", list(enumerate(named.to_list())), accounts,
                 [name or "" for name in named.to_list()])]
    rng = np.random.default_rng(_SEED)
    true = [account.account_id for account in accounts]
    where = {account.account_id: account.country for account in accounts}
    rows += [_row(f"Maven, accounts, {label}",
                  [(at, write(name, rng)) for at, name in enumerate(true)], accounts, true)
             for label, write in _WAYS.items()]
    return [*rows, _row("the same, one typing error, country known",
                        [(at, typo(name, rng)) for at, name in enumerate(true)], accounts, true,
                        [where[name] for name in true])]


def _synthetic_rows(folder: Path) -> list[tuple[object, ...]]:
    rows = _text(folder / "crm_accounts.csv").iter_rows(named=True)
    accounts = [Account(account_id=row["account_id"], name=row["account_name"]) for row in rows]
    deals = _text(folder / "crm_opportunities.csv")
    names = [name.split(" - ")[0] for name in deals["opportunity_name"].to_list()]
    return [_row("Synthetic Salesforce, opportunities", list(enumerate(names)), accounts,
                 deals["account_id"].to_list())]


def maven_accounts(folder: Path) -> list[Account]:
    """Return Maven's accounts, each under its name, with country and parent."""
    rows = _text(folder / "accounts.csv").iter_rows(named=True)
    return [Account(account_id=row["account"], name=row["account"],
                    country=COUNTRIES.get(row["office_location"], row["office_location"]),
                    parent_id=row["subsidiary_of"]) for row in rows]


def _row(label: str, names: list[tuple[int, str | None]], accounts: list[Account],
         true: list[str], countries: Sequence[str | None] = ()) -> tuple[object, ...]:
    leads = [Lead(lead_id=str(at), company=name, country=countries[at] if countries else None)
             for at, name in names]
    found = match_accounts(leads, accounts, Matching())
    right = sum(match.account_id == true[int(lead_id)] for lead_id, match in found.matches.items())
    seen: dict[str, set[str]] = {}
    for one in found.possible:
        seen.setdefault(one.lead_id, set()).add(one.account_id)
    in_view = sum(true[int(lead_id)] in ids for lead_id, ids in seen.items())
    return (label, f"{len(leads):,}", f"{len(found.matches):,}", f"{right:,}", f"{len(seen):,}",
            f"{in_view:,}")


def _families(folder: Path) -> str:
    """Say how many accounts and opportunities belong to a family of several."""
    accounts = maven_accounts(folder)
    families = Families(accounts)
    members = {account.account_id: families.members(account.account_id) for account in accounts}
    large = [account_id for account_id, family in members.items() if len(family) > 1]
    named = _text(folder / "sales_pipeline.csv")["account"].drop_nulls()
    inside = named.is_in(large).sum()
    parents = sum(account.parent_id is not None for account in accounts)
    roots = {families.family_root(account_id) for account_id in large}
    return (f"Maven's families: {len(roots)} parents with {parents} subsidiaries; {inside:,} of "
            f"{len(named):,} opportunities with an account are of one.")


def _text(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False).with_columns(
        pl.all().str.strip_chars().replace("", None))
