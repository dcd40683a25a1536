"""Structs: what only our own code makes and writes, above all events.

A struct is made without any check and copied in no time. It is checked once, when it is written for
good (`check` in domain/words/data.py); afterwards it is read by its types alone.
"""

from collections.abc import Callable
from typing import Any, ClassVar, Final, dataclass_transform

from msgspec import Struct, field, to_builtins
from msgspec.json import Encoder
from msgspec.structs import asdict

from domain.words.prefix import Prefix, stored_prefix
from domain.words.sealed import HIDDEN, Sealed


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Frozen(Struct, frozen=True, gc=False):
    """The base of all that never changes: events, states, what the engine hands on.

    The garbage collector passes over it: nothing that is made of earlier things is in a circle.
    """


class Value(Frozen, forbid_unknown_fields=True, omit_defaults=True):
    """Several fields that belong together, as they are written in JSON."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """As a field of a command: checked like a model of the same fields."""
        from pydantic_core import core_schema  # noqa: PLC0415  for commands, which load it anyway

        from domain.words.data import model_of  # noqa: PLC0415

        def made(checked: Any) -> Value:
            return cls(**dict(checked))

        return core_schema.no_info_after_validator_function(
            made,
            handler(model_of(cls)),
            serialization=core_schema.plain_serializer_function_ser_schema(as_json),
        )


class Event(Value):
    """The data of an event. `kind` is its type on the wire, fixed for good.

    A field that is None is not written; a flag that is `NO` unless it is given is written always.
    """

    kind: ClassVar[str]


def no() -> bool:
    """The value of `NO`."""
    return False


NO: Final[bool] = field(default_factory=no)
"""The default of a flag: false, and written."""


def _in_json(value: Any) -> Any:
    """A value that JSON has no form for, as it is written: a prefix, a sealed secret."""
    if isinstance(value, Prefix | Sealed):
        return value.text
    raise NotImplementedError(type(value).__name__)


def _to_show(value: Any) -> Any:
    """The same as it is shown: nobody is shown a secret, not even sealed."""
    return HIDDEN if isinstance(value, Sealed) else _in_json(value)


written: Final[Callable[[Value], bytes]] = Encoder(enc_hook=_in_json).encode
"""A struct as JSON text."""


def as_json(value: Value) -> dict[str, Any]:
    """A struct as a JSON value, to be shown."""
    return to_builtins(value, enc_hook=_to_show)


def all_fields(value: Value) -> dict[str, Any]:
    """Every field of a struct as a JSON value, to be shown, also a field that is None."""
    return to_builtins(asdict(value), enc_hook=_to_show)


def from_json(kind: type[Any], value: Any) -> Any:
    """A value that JSON has no form for, as we wrote it: the hook of msgspec's decoders. Raises
    ValueError for another shape.
    """
    if kind is Prefix and isinstance(value, str):
        return stored_prefix(value)
    if kind is Sealed and isinstance(value, str):
        return Sealed(value)
    raise ValueError(f"no {kind.__name__}")
