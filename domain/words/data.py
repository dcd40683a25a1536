"""The data of messages as strangers send it: pydantic models, which say every fault.

Where a command has the same values in its data as an event, it names their struct as the type of a
field, and pydantic checks it as it checks any model.
"""

import re
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any, ClassVar

from msgspec import NODEFAULT
from msgspec.structs import FieldInfo, fields
from pydantic import BaseModel, ConfigDict, create_model

from domain.words.structs import Value
from domain.words.values import AN_ID, IDENTIFIER, formed


class Plain(type(BaseModel)):
    """A metaclass for which `isinstance` looks only at an instance's class: pydantic's own check is
    1 µs of Python.
    """

    __instancecheck__ = type.__instancecheck__


class Data(BaseModel, metaclass=Plain):
    """The base of what strangers send: frozen, strict, no unknown field; every fault explained."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", defer_build=True, hide_input_in_errors=True
    )


class CommandData(Data):
    """The data of a command: `verb` is its name, `subject` matches its streams."""

    verb: ClassVar[str]
    type: ClassVar[str]
    """The type of its messages: `tieline.command.order-circuit.v1`."""
    subject: ClassVar[re.Pattern[str]]
    inside: ClassVar[bool] = False
    """Whether only the engine's own processes may send it; from outside it is unknown."""
    names_customer: ClassVar[bool]
    quotes_service_key: ClassVar[bool]
    names_scope: ClassVar[bool]
    """Whether it has a customer_id, a service_key, a scope: found once per class."""

    def fault_on(self, subject: str) -> tuple[str, str] | None:
        """The field that is malformed on this subject, and its fault; None where all is well."""
        del subject
        return None

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        cls.verb = re.sub(r"(?<=.)([A-Z])", r"-\1", cls.__name__).lower()
        cls.type = f"tieline.command.{cls.verb}.v1"
        cls.names_customer = "customer_id" in cls.model_fields
        cls.quotes_service_key = "service_key" in cls.model_fields
        cls.names_scope = "scope" in cls.model_fields


def subject_of(noun: str, id: str = IDENTIFIER) -> re.Pattern[str]:
    """The pattern of a subject: a noun, a slash, an id."""
    return subject_like(f"{noun}/{id}", f"must be {noun}/ID, with an id of {AN_ID}")


def subject_like(pattern: str, asks: str) -> re.Pattern[str]:
    """The pattern of a subject in a form of its own, with the words for what it asks."""
    return re.compile(formed(pattern, asks))


class _OfStruct(Data):
    model_config = ConfigDict(from_attributes=True)


@cache
def model_of(kind: type[Value]) -> type[Data]:
    """A model with the fields of a struct: it checks them, and JSON Schemas are made from it."""
    shape: Any = {each.name: (each.type, _default_of(each)) for each in fields(kind)}
    return create_model(kind.__name__, __base__=_OfStruct, __doc__=kind.__doc__, **shape)


def _default_of(field: FieldInfo) -> Any:
    """What a function gives is written always, as `NO` is, but may be left out by others."""
    if isinstance(field.default_factory, FunctionType):
        return field.default_factory()
    return ... if field.default is NODEFAULT else field.default


@cache
def checker_of(kind: type[Value]) -> Callable[[Value], object]:
    """The function that checks the fields of a struct that is about to be written for good.

    It raises ValidationError: a defect of ours must not be stored.
    """
    return model_of(kind).__pydantic_validator__.validate_python
