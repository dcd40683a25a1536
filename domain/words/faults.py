"""What is wrong with a command, field by field, as a refusal lists it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.words.refusals import Refused, refused
from domain.words.values import FORMS

FAULTS_SHOWN, FAULT_SHOWN, PATH_SHOWN = 20, 200, 100
"""The most faults that a refusal lists, and the most characters of a fault and of its path. The
input itself is never shown."""


def malformed(faults: list[dict[str, str]]) -> Refused:
    """`malformed-command` with the path and the fault of every wrong field."""
    listed = faults[:FAULTS_SHOWN]
    if len(faults) > len(listed):
        listed.append({"path": "", "fault": f"and {len(faults) - len(listed)} more faults"})
    return refused("malformed-command", faults=listed)


def faults_in(
    kind: type[BaseModel], value: object, context: dict[str, Any] | None = None
) -> list[dict[str, str]]:
    """The faults of a value as one of this model; none if it is right."""
    try:
        kind.model_validate(value, context=context)
    except ValidationError as faults:
        return faults_of(faults)
    return []


def faults_of(error: ValidationError) -> list[dict[str, str]]:
    """The path and the fault of every wrong field, without the values: they may be secret."""
    return [
        {
            "path": _path(fault["loc"]),
            "fault": _said(fault)[:FAULT_SHOWN],
        }
        for fault in error.errors(include_url=False, include_input=False)
    ]


SENTENCES: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "extra_forbidden": "is no field here",
    "none_required": "must be left out",
    "string_type": "must be a text",
    "string_unicode": "must be a text of Unicode characters, without lone surrogates",
    "string_too_short": "must have at least {min_length} character",
    "string_too_long": "must have at most {max_length} characters",
    "bool_type": "must be true or false",
    "int_type": "must be an integer, without quotes and without a decimal point",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "list_type": "must be a list",
    "too_short": "must have at least {min_length} entry",
    "too_long": "must have at most {max_length} entries",
    "dict_type": "must be an object with fields",
    "model_attributes_type": "must be an object with fields",
    "value_error": "{error}",
}
"""What each kind of fault is called here; pydantic's own words are for programmers."""

OTHERWISE: Final = "is not of the contract's shape"
"""What a fault is called that has no words of its own; no command of ours has such a fault."""


def _said(fault: ErrorDetails) -> str:
    """A fault in our words: what the value must be, never how that was checked."""
    context: dict[str, Any] = fault.get("ctx", {})
    if fault["type"] == "string_pattern_mismatch":
        return asked_by(context["pattern"])
    return SENTENCES.get(fault["type"], OTHERWISE).format_map(context)


def asked_by(pattern: str) -> str:
    """What a pattern asks of a text, in words."""
    return FORMS.get(pattern, OTHERWISE)


def repeats_of(names: Iterable[str]) -> list[dict[str, str]]:
    """The faults of an object in which these members stand more than once."""
    return [{"path": _path((name,)), "fault": "is given more than once"} for name in names]


def _path(place: tuple[int | str, ...]) -> str:
    return ".".join(str(part).replace("\0", "?") for part in place)[:PATH_SHOWN]
