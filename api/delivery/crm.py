"""What to write into a CRM so that it shows the owner: the fields, and the traps of each system."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

#: System to the attribute of a rep that holds the rep's id in it. HubSpot assigns by the id of the
#: *owner*, which is not the id of the user.
REP_ATTRIBUTES = {"salesforce": "salesforce_id", "hubspot": "hubspot_owner_id",
                  "dynamics": "dynamics_id"}


def crm_ids(attributes: Mapping[str, str]) -> dict[str, str]:
    """Return system to the rep's id in it, from the attributes of a rep (in any case)."""
    named = {name.strip().casefold(): value.strip() for name, value in attributes.items()}
    return {system: named[attribute] for system, attribute in REP_ATTRIBUTES.items()
            if named.get(attribute)}


def write_back(lead_ids: Mapping[str, str], owner_ids: Mapping[str, str]) -> dict[str, Any]:
    """Return system to what to write, for every system that knows the lead and the owner.

    A lead without owner has nothing to be written: the CRM's queue or user for those is its own.

    Parameters
    ----------
    lead_ids
        System to the lead's id in it.
    owner_ids
        System to the owner's id in it.
    """
    return {system: block(lead_ids[system], owner_ids[system]) for system, block in _BLOCKS.items()
            if system in lead_ids and system in owner_ids}


def _salesforce(lead_id: str, owner_id: str) -> dict[str, Any]:
    # Without the header the org's own assignment rule may take the lead to somebody else.
    return {"Id": lead_id, "OwnerId": owner_id, "headers": {"Sforce-Auto-Assign": "FALSE"}}


def _hubspot(lead_id: str, owner_id: str) -> dict[str, Any]:
    return {"id": lead_id, "properties": {"hubspot_owner_id": owner_id}}


def _dynamics(lead_id: str, owner_id: str) -> dict[str, Any]:
    return {"leadid": lead_id, "ownerid@odata.bind": f"/systemusers({owner_id})"}


_BLOCKS: dict[str, Callable[[str, str], dict[str, Any]]] = {
    "salesforce": _salesforce, "hubspot": _hubspot, "dynamics": _dynamics}
