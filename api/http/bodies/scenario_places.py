"""Where in a request the library finds scenarios wrong."""

from __future__ import annotations

import re

from api.http.problems import counted, problem_of
from api.service.errors import RefusedError
from solver.errors import InvalidInputError
from solver.models.issue import Severity

#: A place as the library writes it: ``scenarios[2].edits[0].set.weights``.
_PLACE = re.compile(r"scenarios\[(\d+)\](?:\.edits\[(\d+)\])?(?:\.(.*))?", re.DOTALL)


def refusal_of(error: InvalidInputError) -> RefusedError:
    """Return the refusal of a request whose scenarios cannot be meant, with JSON pointers."""
    found = [one for one in error.issues if one.severity is Severity.ERROR]
    return RefusedError(
        f"{counted(len(found))} of the input", code=error.code,
        problems=[problem_of(one).model_copy(update={"pointer": pointer_to(one.column)})
                  for one in found])


def pointer_to(place: str | None) -> str:
    """Return ``scenarios[2].edits[0].factor`` as ``/scenarios/2/edits/0/factor``.

    A dot within a name is taken for one between two.
    """
    found = _PLACE.fullmatch(place or "")
    if found is None:
        return "/scenarios"
    scenario, edit, rest = found.groups()
    parts = ["scenarios", scenario, *(() if edit is None else ("edits", edit)),
             *(rest.split(".") if rest else ())]
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
