"""Reading stored events: our own writing, checked once at the door and not again.

An event is made from its JSON as it stands, except for the few values that JSON can't express:
prefixes and nested models. This is four times as fast as checking every value again
(docs/decisions/0003). A missing or unknown field is still an error: another version wrote it.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

from domain.catalogue import EVENTS
from domain.fast import filling
from domain.words.prefix import IPV6, WIDTH, Prefix, prefix
from domain.words.values import Event

Convert = Callable[[Any], Any]
M = TypeVar("M", bound=BaseModel)

_PLAIN: Final = (str, int, bool, NoneType, Any)


@cache
def reader_of(kind: str) -> Callable[[dict[str, Any]], Event]:
    """The function that reads the data of an event type. Raises KeyError for an unknown type.

    The function raises ValueError for a field that is missing or unknown.
    """
    return _as_it_stands(EVENTS[kind])


def _as_it_stands(kind: type[M]) -> Callable[[dict[str, Any]], M]:
    fields = kind.model_fields
    defaults = {name: field.get_default() for name, field in fields.items()}
    required = frozenset(name for name, field in fields.items() if field.is_required())
    conversions = [
        (name, convert)
        for name, field in fields.items()
        if (convert := _conversion(field.annotation)) is not None
    ]
    names, count, filled = set(fields), len(fields), filling(kind)

    def read(data: dict[str, Any]) -> M:
        values = defaults | data
        complete = len(data) == count or required <= data.keys()
        if len(values) != count or not complete:
            raise ValueError(f"fields {sorted(names ^ data.keys())}")
        for name, convert in conversions:
            if (value := values[name]) is not None:
                values[name] = convert(value)
        return filled(values)

    return read


def _prefix(text: str) -> Prefix:
    return _ipv6(text) if ":" in text else prefix(text)


@lru_cache(maxsize=20_000)  # the same prefixes come back: configured, changed, carried over
def _ipv6(text: str) -> Prefix:
    """A prefix in the usual form, in a quarter of the time that reading any form takes."""
    written, _, digits = text.partition("/")
    if "." in written:  # ::ffff:192.0.2.1
        return prefix(text)
    address, length = int(_digits_of(written), 16), int(digits)
    hosts = (1 << (WIDTH[IPV6] - length)) - 1
    first = address & ~hosts
    return Prefix(text, IPV6, address, length, first, first | hosts)


_GROUPS: Final = 8
"""Groups of four digits in an IPv6 address."""


def _digits_of(written: str) -> str:
    """All 32 digits of an IPv6 address, also the zeros that `2001:db8::1` leaves out."""
    before, _, after = written.partition("::")
    left, right = before.split(":"), after.split(":") if after else []
    left += ["0"] * (_GROUPS - len(left) - len(right))
    return "".join([group.zfill(4) for group in left + right])


def _conversion(kind: Any) -> Convert | None:
    """The function that makes a value from its JSON; None where the JSON is the value. Raises
    TypeError for any other type.
    """
    origin, args = get_origin(kind), get_args(kind)
    if kind in _PLAIN or origin in (Literal, dict):
        return None
    if kind is Prefix:
        return _prefix
    if origin is Annotated:
        return _conversion(args[0])
    if origin in (Union, UnionType):
        found = {_conversion(each) for each in args} - {None}
        return found.pop() if found else None
    if origin is list:
        inner = _conversion(args[0])
        return None if inner is None else lambda values: [inner(each) for each in values]
    if issubclass(kind, BaseModel):
        return _as_it_stands(kind)
    raise TypeError(kind)
