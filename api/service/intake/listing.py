"""Leads listed page by page."""

from __future__ import annotations

from datetime import datetime

from api.service.context import Context
from api.store.lead_lists import ListedLead, Wanted, page_of_leads


def list_of_leads(context: Context, wanted: Wanted, after: tuple[datetime, str] | None, most: int
                  ) -> list[ListedLead]:
    """Return leads in the order in which they were received, those after one."""
    with context.database.read() as tx:
        return page_of_leads(tx, wanted, after, most)
