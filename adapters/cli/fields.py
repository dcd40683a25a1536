"""From the fields of a command to the options of its verb: nothing is listed by hand.

`bandwidth_mbps` is `--bandwidth` (and `--bandwidth-mbps`), `customer_id` is `--customer`, a list is
an option that may be repeated, `routers` are `--pair NAME:PRIMARY:SECONDARY:CAPACITY[:PROVIDER]`.
Where a field has fields of its own, each of them is an option: `--dh-group` of a `policy`.
"""

import types
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, TypeGuard, Union, get_args, get_origin

import typer
from pydantic.fields import FieldInfo

from adapters.cli.faults import OneOf
from adapters.cli.ids import completion_of
from adapters.cli.meanings import meaning_of
from adapters.cli.output import spoken
from domain.words.data import CommandData, model_of
from domain.words.structs import Value


@dataclass(frozen=True)
class Field:
    """One field of a command, as the command line sees it."""

    name: str
    shape: Any
    """`str`, `int`, `bool`, a struct, a `OneOf`; where `many`, the shape of one value."""
    many: bool
    required: bool
    default: Any
    within: str | None = None
    """The field of the command that it is a field of, if it is not one itself."""

    @property
    def options(self) -> list[str]:
        """The option's names, the shortest first."""
        word = self._word
        short = word.removesuffix("-id").removesuffix("-mbps")
        names = [f"--{each}" for each in dict.fromkeys((short, word))]
        if self.shape is bool:
            return [f"{each}/--no-{each[2:]}" for each in names]
        return names

    @property
    def annotation(self) -> Any:
        """What typer makes the option of."""
        shape = self.shape
        plain = shape if shape in (int, bool) else str
        kind = list[plain] if self.many else plain
        more: dict[str, Any] = {"help": self._help}
        if isinstance(shape, OneOf):
            more |= {"callback": shape.check, "autocompletion": shape.complete}
            more["metavar"] = "|".join(shape.words)
        elif form := form_of(shape):
            more["metavar"] = form
        elif complete := completion_of(self.name):
            more["autocompletion"] = complete
        option = typer.Option(*self.options, **more, show_default=False)
        return Annotated[kind if self.required else kind | None, option]

    def value(self, given: Any) -> Any:
        """The JSON of what was given."""
        if _is_struct(self.shape):
            return [parsed(self.shape, each) for each in given]
        return given

    @property
    def _word(self) -> str:
        if not self.many:
            return self.name.replace("_", "-")
        if _is_struct(self.shape):
            return _words(self.shape.__name__)[-1]
        return _singular(self.name).replace("_", "-")

    @property
    def _help(self) -> str:
        again = " May be repeated." if self.many else ""
        default = f" Default: {spoken(self.default)}." if self.default not in (None, []) else ""
        return f"{meaning_of(self.name)}{again}{default}"


def fields_of(kind: type[CommandData]) -> list[Field]:
    """The fields of a command in order, the required ones first."""
    fields = [each for name, info in kind.model_fields.items() for each in _spread(name, info)]
    return sorted(fields, key=lambda field: not field.required)


def data_of(fields: Iterable[Field], given: Iterable[Any]) -> dict[str, Any]:
    """The JSON of a command whose fields were given these values; None is none."""
    data: dict[str, Any] = {}
    for field, value in zip(fields, given, strict=True):
        if value is not None:
            into = data.setdefault(field.within, {}) if field.within else data
            into[field.name] = field.value(value)
    return data


def _spread(name: str, info: FieldInfo) -> Iterable[Field]:
    """A field or, where it has fields of its own, those: any may be left out with the whole."""
    field = _field(name, info)
    if field.many or not _is_struct(field.shape):
        return [field]
    own = model_of(field.shape).model_fields.items()
    return [replace(_field(*each), within=name, required=False) for each in own]


def _is_struct(shape: Any) -> TypeGuard[type[Value]]:
    return isinstance(shape, type) and issubclass(shape, Value)


def form_of(shape: Any) -> str | None:
    """How a thing with several fields is written on the command line, e.g. NAME:PRIMARY."""
    if not _is_struct(shape):
        return None
    names = [
        (name.removesuffix("_mbps").upper(), info.is_required())
        for name, info in model_of(shape).model_fields.items()
    ]
    needed = ":".join(name for name, required in names if required)
    return needed + "".join(f"[:{name}]" for name, required in names if not required)


def parsed(shape: type[Value], written: str) -> dict[str, Any]:
    """`pair-1:fra-r1:fra-r2:10000` as the JSON of a struct; in `private::12` what is optional is
    left out. Raises BadParameter.
    """
    parts = written.split(":")
    infos = list(model_of(shape).model_fields.items())
    needed = sum(info.is_required() for _, info in infos)
    if not needed <= len(parts) <= len(infos):
        raise typer.BadParameter(f"{written!r} is not of the form {form_of(shape)}")
    return {
        name: _number(part) if _field(name, info).shape is int else part
        for (name, info), part in zip(infos, parts, strict=False)
        if part or info.is_required()
    }


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a whole number") from None


def _field(name: str, info: FieldInfo) -> Field:
    shape, many = _shape(info.annotation), False
    if get_origin(shape) is list:
        shape, many = _shape(get_args(shape)[0]), True
    if get_origin(shape) is Literal:
        shape = OneOf(get_args(shape))
    default = (
        None
        if info.is_required()
        else info.get_default(call_default_factory=True, validated_data={})
    )
    return Field(name, shape, many, info.is_required(), default)


def _shape(annotation: Any) -> Any:
    """A type without its rules and without None; a union of several types is written as text."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        others = [each for each in get_args(annotation) if each is not type(None)]
        return _shape(others[0]) if len(others) == 1 else str
    return annotation


def _words(name: str) -> list[str]:
    """`RouterPair` as `router`, `pair`."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return spaced.split()


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return f"{name.removesuffix('ies')}y"
    return name.removesuffix("es") if name.endswith("xes") else name.removesuffix("s")
