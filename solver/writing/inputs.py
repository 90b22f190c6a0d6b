"""The input files of a window, in canonical form."""

from __future__ import annotations

from solver.models import Window
from solver.writing.policy import policy_yaml
from solver.writing.records import records_csv


def render_inputs(window: Window) -> dict[str, str]:
    """Write leads, reps, policy and accounts so that reading them gives an equal window.

    The instant ``at`` stands in no file. ``assumed`` is not written: what a mapping supplied
    stands in the files as if the export had held it.

    Parameters
    ----------
    window
        Any window; its records are sorted by id.

    Returns
    -------
    dict[str, str]
        File name to text with LF line ends: ``leads.csv``, ``reps.csv``, ``policy.yaml``, and
        ``accounts.csv`` where there are accounts.

    Raises
    ------
    UsageError
        A text cannot stand in a CSV cell: it is blank, begins or ends with a space, or is an item
        of a list and holds the separator.
    """
    files = {
        "leads.csv": records_csv(window.leads, ("lead_id", "created_at", "deal_value", "score")),
        "reps.csv": records_csv(window.reps, ("rep_id", "capacity")),
        "policy.yaml": policy_yaml(window.policy),
    }
    if window.accounts:
        files["accounts.csv"] = records_csv(window.accounts, ("account_id",))
    return files
