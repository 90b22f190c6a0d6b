"""A YAML document against a model, strictly: every misfit becomes an issue with its line."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import is_typeddict

from solver.models.issue import Issue, IssueCode
from solver.reading.parsing.strict_yaml import Document, Path, Place

ModelT = TypeVar("ModelT", bound=BaseModel)

_BOUNDS = {
    "greater_than_equal": ("ge", "must be {} or more"),
    "greater_than": ("gt", "must be above {}"),
    "less_than_equal": ("le", "must be at most {}"),
    "less_than": ("lt", "must be below {}"),
}


def validate(
    model: type[ModelT], document: Document, bad: IssueCode, base: Path = ()
) -> tuple[ModelT | None, list[Issue]]:
    """Validate plain data against a model, without any conversion between types.

    Parameters
    ----------
    model
        Model of the document, or of the part at `base`.
    document
        Plain data with the places of its values.
    bad
        Code of the issues that have no code of their own.
    base
        Keys to the part that is validated.
    """
    data: Any = document.data
    for key in base:
        data = data[key]
    try:
        text = json.dumps(data, default=_quoted)
        return model.model_validate_json(text, strict=True), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    except ValueError:  # an integer of thousands of digits
        return None, [document.issue(IssueCode.OUT_OF_RANGE, base, "a number has too many digits",
                                     "Correct the number")]
    issues: dict[Path, Issue] = {}
    for detail in details:
        path = _in_document(document, detail, (*base, *detail["loc"]))
        issue = _to_issue(model, document, detail, bad, path)
        if path not in issues or issue.code is IssueCode.NEEDS_QUOTES:
            issues[path] = issue
    return None, list(issues.values())


def _in_document(document: Document, detail: ErrorDetails, path: Path) -> Path:
    """Cut a path to what the file holds: a misfit with a union names each of its kinds."""
    is_missing_key = detail["type"] == "missing" and isinstance(path[-1], str)
    return path if is_missing_key else document.place(path)[0]


def _quoted(value: object) -> dict[str, str]:
    """Stand in for a date: no field takes a mapping where text or a number belongs."""
    if not isinstance(value, date):
        raise TypeError(type(value).__name__)
    return {}


def _to_issue(
    model: type[BaseModel], document: Document, detail: ErrorDetails, bad: IssueCode, path: Path
) -> Issue:
    kind = detail["type"]
    if kind == "extra_forbidden":
        known = _fields_at(model, detail["loc"][:-1])
        return document.issue(IssueCode.UNKNOWN_KEY, path, f"there is no key {path[-1]!r} here",
                              did_you_mean(str(path[-1]), known))
    if (rule := bound_rule(detail)) is not None:
        return document.issue(IssueCode.OUT_OF_RANGE, path, rule, "Correct the number")
    text = document.place(path)[1]
    if kind == "string_type" and text is not None and text.text is not None:
        return document.issue(
            IssueCode.NEEDS_QUOTES, path, "text belongs here, and YAML reads this as something "
            "else", f'Put it in quotes: "{text.text}"')
    union = detail["loc"] and detail["loc"][-1] in {"bool", "int", "float", "str"}
    rule = "must be text, a number, true or false" if union else _rule(detail)
    return document.issue(bad, path, rule, _remedy(kind, path, text))


def _remedy(kind: str, path: Path, place: Place | None) -> str:
    """Return what to do about a value of the wrong form."""
    if kind == "missing" and isinstance(path[-1], str):
        return f"Add the key {path[-1]!r}"
    if kind == "tuple_type" and place is not None:
        return ("Put each entry on a line of its own behind a dash" if place.text is None
                else f"Write [{place.text}]")
    return "Correct the value"


def bound_rule(detail: ErrorDetails) -> str | None:
    """Return the rule that a number outside its range breaks, or None."""
    if detail["type"] == "finite_number":
        return "must be a finite number"
    if detail["type"] not in _BOUNDS:
        return None
    key, rule = _BOUNDS[detail["type"]]
    bound = float(detail["ctx"][key])
    return rule.format(f"{bound:,.0f}" if bound.is_integer() else f"{bound:g}")


_RULES = {
    "missing": "the value is missing",
    "float_type": "must be a number in plain digits and without quotes, as in 1000",
    "int_type": "must be a whole number, without quotes",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "string_too_short": "must not be blank",
    "too_short": "must not be empty",
    "tuple_type": "must be a list",
    "model_type": "must be a section of keys and values",
    "model_attributes_type": "must be a section of keys and values",
    "dict_type": "must be a section of keys and values",
}


def _rule(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "value_error":
        return str(context["error"]).rstrip(".")
    if kind == "too_long" or (kind == "missing" and isinstance(detail["loc"][-1], int)):
        return "must hold two ends, [min, max]; null is open"
    if kind == "enum":
        return f"must be one of: {context['expected']}"
    if kind == "string_pattern_mismatch":
        return "must be three capital letters, such as USD"
    return _RULES.get(kind, detail["msg"].rstrip("."))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the remedy for an unknown name: the closest known one, or all of them."""
    known = sorted(known)
    close = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.6)
    return f"Maybe it is {close[0]!r}" if close else f"Use one of: {', '.join(known)}"


def _fields_at(model: type[BaseModel], path: Path) -> list[str]:
    """Return the keys that a section of the document may hold."""
    annotation: Any = model
    for key in path:
        annotation = _sections(annotation).get(str(key), annotation)
    return list(_sections(annotation))


def _sections(annotation: Any) -> dict[str, Any]:
    """Return key to annotation of the first section in an annotation; nothing where none is."""
    if is_typeddict(annotation):
        return get_type_hints(annotation, include_extras=True)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {field.alias or name: field.annotation
                for name, field in annotation.model_fields.items()}
    return next(filter(None, map(_sections, get_args(annotation))), {})
