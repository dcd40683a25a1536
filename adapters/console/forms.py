"""Forms made of commands: a field for each of the command's, and what was typed as its data."""

import types
from collections.abc import Iterator, Mapping, Sequence
from re import fullmatch
from typing import Annotated, Any, Final, Literal, NamedTuple, Union, cast, get_args, get_origin

from msgspec.structs import fields
from pydantic.fields import FieldInfo

from adapters.console.words import sentence_case
from domain.words.data import CommandData
from domain.words.secret import Secret
from domain.words.structs import Value

Kind = Literal["text", "number", "flag", "choice", "lines", "secret", "rows"]

BLANK_ROWS: Final = 2
"""Rows to fill in beneath those that are."""

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
    columns: Sequence["Field"] = ()
    """Of several things of the same fields, these fields."""
    rows: Sequence[Sequence["Field"]] = ()
    """These things, as they are filled in."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing is filled in."""
        return not (self.value.strip() or any(each.value for row in self.rows for each in row))

    def filled(self, typed: "Typed") -> "Field":
        """The field as it was typed; of things, with some more rows to fill in."""
        if self.kind != "rows":
            return self._replace(value=typed.get(self.name, ""))
        count = max(_numbers(self.name, typed), default=0) + BLANK_ROWS
        rows = [self._row(number, typed) for number in range(1, count + 1)]
        return self._replace(rows=rows)

    def _row(self, number: int, typed: "Typed") -> Sequence["Field"]:
        named = [each._replace(name=_in_row(self.name, number, each.name)) for each in self.columns]
        return [each._replace(value=typed.get(each.name, "")) for each in named]


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
    in_rows = {each.name for each in fields_of(kind) if each.kind == "rows"}
    typed: dict[str, str] = {}
    for name, value in known.items():
        if name in in_rows:
            typed |= _written_in_rows(name, value)
        elif value not in (None, False):
            typed[name] = _written(value)
    return typed


def _written_in_rows(name: str, things: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {
        _in_row(name, number, column): _written(value)
        for number, each in enumerate(things, start=1)
        for column, value in each.items()
        if value is not None
    }


def data_of(kind: type[CommandData], typed: Typed) -> dict[str, Any]:
    """The data of a command as it was typed. What can't be a value is sent as it is, so that the
    one judge of it says what is wrong.
    """
    data: dict[str, Any] = {}
    for field in fields_of(kind):
        value = typed.get(field.name, "").strip()
        if field.kind == "flag":
            data[field.name] = bool(value)
        elif field.kind == "rows":
            data[field.name] = list(_rows(field, typed))
        elif value or field.required:
            data[field.name] = _read(field.kind, value)
    if typed.get(_CONSENT) and asks_consent(kind):
        data[_CONSENT] = True
    return data


def _rows(field: Field, typed: Typed) -> Iterator[dict[str, Any]]:
    """The rows in which anything was typed, as data."""
    for number in sorted(_numbers(field.name, typed)):
        told = {
            each.name: (each.kind, typed.get(_in_row(field.name, number, each.name), "").strip())
            for each in field.columns
        }
        yield {name: _read(kind, value) for name, (kind, value) in told.items() if value}


def _numbers(name: str, typed: Typed) -> set[int]:
    """The numbers of the rows in which anything was typed."""
    found = (fullmatch(rf"{name}-(\d{{1,4}})-\w+", each) for each in typed if typed[each].strip())
    return {int(each[1]) for each in found if each}


def _in_row(name: str, number: int, column: str) -> str:
    """The name of a field in a row."""
    return f"{name}-{number}-{column}"


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
    if things := _things(info.annotation):
        columns = [_of_shape(each.name, each.type, each.required) for each in fields(things)]
        told = [each for each in columns if each]
        return Field(name, sentence_case(name), "rows", info.is_required(), columns=told)
    return _of_shape(name, info.annotation, info.is_required())


def _of_shape(name: str, shape: Any, required: Any) -> Field | None:
    found = _kind(shape)
    if found is None:
        return None
    kind, words = found
    choices = [(str(each), sentence_case(str(each))) for each in words]
    return Field(name, sentence_case(name), kind, required, choices)


def _things(annotation: Any) -> type[Value] | None:
    """What a list is of, where these are things of several fields."""
    shape = _bare(annotation)
    within = _bare(get_args(shape)[0]) if get_origin(shape) is list else None
    return within if isinstance(within, type) and issubclass(within, Value) else None


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
