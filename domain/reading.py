"""Reading stored events: our own writing, checked once at the door and not again.

An event whose fields are plain JSON, or prefixes, is made from its JSON as it stands; the few that
hold further models are read by pydantic. Twice as fast as checking every value of every event again
(docs/decisions/0003). What is missing or unknown is still an error: another version wrote it.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import orjson

from domain.catalogue import EVENTS
from domain.prefix import Prefix, prefix
from domain.words import Event

Convert = Callable[[Any], Any]
Read = Callable[[dict[str, Any]], Event]

_PLAIN: Final = (str, int, bool, NoneType, Any)
_set: Final = object.__setattr__


@cache
def reader_of(kind: str) -> Read:
    """How the data of an event of a type is read. Raises KeyError for a type that is not known."""
    event = EVENTS[kind]
    try:
        conversions = {
            name: convert
            for name, field in event.model_fields.items()
            if (convert := _conversion(field.annotation)) is not None
        }
    except TypeError:
        return partial(_checked, event)
    return _as_it_stands(event, conversions)


def _checked(kind: type[Event], data: dict[str, Any]) -> Event:
    return kind.model_validate_json(orjson.dumps(data))


def _as_it_stands(kind: type[Event], conversions: Mapping[str, Convert]) -> Read:
    fields = kind.model_fields
    defaults = [(name, field.get_default()) for name, field in fields.items()]
    required = frozenset(name for name, field in fields.items() if field.is_required())
    known, new = set(fields), kind.__new__

    def read(data: dict[str, Any]) -> Event:
        if not required <= data.keys() <= known:
            raise ValueError(f"fields {sorted(required ^ data.keys())}")
        get = data.get
        values = {name: get(name, default) for name, default in defaults}
        for name, convert in conversions.items():
            if (value := values[name]) is not None:
                values[name] = convert(value)
        event = new(kind)
        _set(event, "__dict__", values)
        _set(event, "__pydantic_fields_set__", known)
        _set(event, "__pydantic_extra__", None)
        _set(event, "__pydantic_private__", None)
        return event

    return read


def _conversion(kind: Any) -> Convert | None:
    """What makes a value from its JSON; None where that is the value. TypeError for a model."""
    origin, args = get_origin(kind), get_args(kind)
    if kind in _PLAIN or origin in (Literal, dict):
        return None
    if kind is Prefix:
        return prefix
    if origin is Annotated:
        return _conversion(args[0])
    if origin in (Union, UnionType):
        found = {_conversion(each) for each in args} - {None}
        return found.pop() if found else None
    if origin is list:
        inner = _conversion(args[0])
        return None if inner is None else lambda values: [inner(each) for each in values]
    raise TypeError(kind)
