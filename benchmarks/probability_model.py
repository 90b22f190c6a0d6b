"""A plain model from columns of leads to the chance of winning, for benchmarks alone.

Logistic regression of scikit-learn on one-hot columns: texts as they are, numbers by their
quantiles, blanks as a value of their own; what is rare or new counts as other. The strength of its
penalty is the one of the lowest log loss on leads left out in turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegressionCV
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder

from solver.prepare.scoring.measures import Flags, Floats

Columns = Mapping[str, str | float | None]
_BINS, _RARE, _FOLDS = 8, 20, 5
#: Inverse strengths of the penalty that are tried.
_STRENGTHS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
_BLANK = "(blank)"


@dataclass(frozen=True)
class ProbabilityModel:
    """Chances learned from leads with a known outcome."""

    columns: tuple[str, ...]
    edges: Mapping[str, Floats]
    """Quantiles of each column of numbers."""
    pipeline: Pipeline

    def predict(self, records: Sequence[Columns]) -> Floats:
        """Return the chance of each lead, shape (leads,)."""
        chances: Floats = self.pipeline.predict_proba(_texts(records, self.columns, self.edges))
        return chances[:, 1]


def learn_probability(records: Sequence[Columns], won: Flags, seed: int) -> ProbabilityModel:
    """Learn the chance of winning.

    Parameters
    ----------
    records
        What was known of each lead, all with the same columns.
    won
        Shape (leads,).
    seed
        Seed of the draw of the five parts on which the strength of the penalty is chosen.
    """
    columns = tuple(sorted(records[0]))
    edges: dict[str, Floats] = {}
    for name in columns:
        numbers = [value for record in records if isinstance(value := record[name], float)]
        if numbers:
            edges[name] = np.unique(np.quantile(numbers, np.arange(1, _BINS) / _BINS))
    pipeline = make_pipeline(
        OneHotEncoder(min_frequency=_RARE, handle_unknown="infrequent_if_exist"),
        LogisticRegressionCV(
            Cs=_STRENGTHS, cv=StratifiedKFold(_FOLDS, shuffle=True, random_state=seed),
            scoring="neg_log_loss", l1_ratios=(0.0,), use_legacy_attributes=False, max_iter=2000))
    pipeline.fit(_texts(records, columns, edges), won)
    return ProbabilityModel(columns, edges, pipeline)


def left_out_chances(records: Sequence[Columns], won: Flags, seed: int) -> Floats:
    """Return each lead's chance by a model that was learned without it, shape (leads,).

    Parameters
    ----------
    records, won
        As of :func:`learn_probability`.
    seed
        Seed of the draw of the five parts that are left out in turn.
    """
    chances = np.empty(won.size)
    parts = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    for learnt, judged in parts.split(np.zeros((won.size, 1)), won):
        model = learn_probability([records[idx] for idx in learnt], won[learnt], seed)
        chances[judged] = model.predict([records[idx] for idx in judged])
    return chances


def _texts(records: Sequence[Columns], columns: Sequence[str], edges: Mapping[str, Floats]
           ) -> list[list[str]]:
    return [[_text(record[name], edges.get(name)) for name in columns] for record in records]


def _text(value: str | float | None, edges: Floats | None) -> str:
    if value is None:
        return _BLANK
    if edges is None:
        return str(value)
    return f"bin {np.searchsorted(edges, float(value), side='right')}"
