"""What is wrong with a command, field by field, as a refusal lists it."""

from collections.abc import Iterable

from pydantic import BaseModel, ValidationError

from domain.words.refusals import Refused, refused

FAULTS_SHOWN, FAULT_SHOWN, PATH_SHOWN = 20, 200, 100
"""The most faults that a refusal lists, and the most characters of a fault and of its path. The
input itself is never shown."""


def malformed(faults: list[dict[str, str]]) -> Refused:
    """`malformed-command` with the path and the fault of every wrong field."""
    listed = faults[:FAULTS_SHOWN]
    if len(faults) > len(listed):
        listed.append({"path": "", "fault": f"and {len(faults) - len(listed)} more faults"})
    return refused("malformed-command", faults=listed)


def faults_in(kind: type[BaseModel], value: object) -> list[dict[str, str]]:
    """The faults of a value as one of this model; none if it is right."""
    try:
        kind.model_validate(value)
    except ValidationError as faults:
        return faults_of(faults)
    return []


def faults_of(error: ValidationError) -> list[dict[str, str]]:
    """The path and the fault of every wrong field, without the values: they may be secret."""
    return [
        {
            "path": _path(fault["loc"]),
            "fault": fault["msg"].removeprefix("Value error, ")[:FAULT_SHOWN],
        }
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def repeats_of(names: Iterable[str]) -> list[dict[str, str]]:
    """The faults of an object in which these members stand more than once."""
    return [{"path": _path((name,)), "fault": "is given more than once"} for name in names]


def _path(place: tuple[int | str, ...]) -> str:
    return ".".join(str(part).replace("\0", "?") for part in place)[:PATH_SHOWN]
