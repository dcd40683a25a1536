"""Forms made of commands: a field for each of the command's, and what was typed as its data."""

import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal, NamedTuple, Union, cast, get_args, get_origin

from pydantic.fields import FieldInfo

from adapters.console.words import sentence_case
from domain.words.data import CommandData
from domain.words.secret import Secret

Kind = Literal["text", "number", "flag", "choice", "lines", "secret"]

_CONSENT: Final = "accept_interruption"
"""It is asked for beside the plan of what would be interrupted."""


class Field(NamedTuple):
    """A field of a form."""

    name: str
    label: str
    kind: Kind
    required: bool = False
    choices: Sequence[tuple[str, str]] = ()
    """Values, each with its words."""
    value: str = ""


Typed = Mapping[str, str]
"""What was typed, by the names of fields; a flag that is not ticked is missing."""


def fields_of(kind: type[CommandData]) -> list[Field]:
    """The fields of a command, the required ones first."""
    made = [_field(*each) for each in kind.model_fields.items() if each[0] != _CONSENT]
    return sorted((each for each in made if each), key=lambda field: not field.required)


def asks_consent(kind: type[CommandData]) -> bool:
    """Whether a command may have to accept an interruption."""
    return _CONSENT in kind.model_fields


def typed_of(kind: type[CommandData], preset: Mapping[str, Any]) -> dict[str, str]:
    """What a form begins with: the command's defaults, and what is known already."""
    defaults = {
        name: info.get_default(call_default_factory=True, validated_data={})
        for name, info in kind.model_fields.items()
        if not info.is_required()
    }
    known = {**defaults, **preset}
    return {name: _written(value) for name, value in known.items() if value not in (None, False)}


def data_of(kind: type[CommandData], typed: Typed) -> dict[str, Any]:
    """The data of a command as it was typed. What can't be a value is sent as it is, so that the
    one judge of it says what is wrong.
    """
    data: dict[str, Any] = {}
    for field in fields_of(kind):
        value = typed.get(field.name, "").strip()
        if field.kind == "flag":
            data[field.name] = bool(value)
        elif value or field.required:
            data[field.name] = _read(field.kind, value)
    if typed.get(_CONSENT) and asks_consent(kind):
        data[_CONSENT] = True
    return data


def _read(kind: Kind, value: str) -> Any:
    if kind == "number" and value.isascii() and value.isdecimal():
        return int(value)
    if kind == "lines":
        return value.split()
    return value


def _written(value: Any) -> str:
    if value is True:
        return "on"
    if isinstance(value, list):
        return "\n".join(map(str, cast("list[Any]", value)))
    return str(value)


def _field(name: str, info: FieldInfo) -> Field | None:
    """The field of a form; None for what is more than a value."""
    found = _kind(info.annotation)
    if found is None:
        return None
    kind, words = found
    choices = [(str(each), sentence_case(str(each))) for each in words]
    return Field(name, sentence_case(name), kind, info.is_required(), choices)


def _kind(annotation: Any) -> tuple[Kind, Sequence[Any]] | None:
    shape = _bare(annotation)
    if get_origin(shape) is Literal:
        return "choice", get_args(shape)
    if get_origin(shape) is list:
        within = _kind(get_args(shape)[0])
        return ("lines", ()) if within else None
    if isinstance(shape, type) and issubclass(shape, Secret):
        return "secret", ()
    if isinstance(shape, type) and hasattr(shape, "__struct_fields__"):
        return None
    plain: dict[Any, Kind] = {bool: "flag", int: "number"}
    return plain.get(shape, "text"), ()


def _bare(annotation: Any) -> Any:
    """A type without what is said about it, and without None."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [each for each in get_args(annotation) if each is not types.NoneType]
        return _bare(rest[0]) if len(rest) == 1 else annotation
    return annotation
