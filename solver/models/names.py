"""How names compare; the rules stand in :mod:`solver.names`, below the records and the filters."""

from __future__ import annotations

from solver.names import LEVEL_SCALE, OVERLAY, name_key, postal_key, ten_thousandths

__all__ = ["LEVEL_SCALE", "OVERLAY", "name_key", "postal_key", "ten_thousandths"]
