"""A secret: a text that is passed on and shown to nobody.

Printed or written as JSON it is `***`; pickle and copy refuse it. What is stored of it is `Sealed`.
"""

import re
from collections.abc import Callable, Mapping
from hmac import compare_digest
from typing import Any, ClassVar, Final, NoReturn, Protocol, get_args

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

from domain.words.content import is_text
from domain.words.sealed import HIDDEN, Sealed

Seal = Callable[[str, str, "Secret", bytes], Sealed]
"""`seal(customer_id, field, secret, entropy)`: a secret in the form that is stored. The same four
give the same text.
"""


class Secret:
    """A text that only `reveal` shows. Secrets are compared in constant time and never hashed."""

    __slots__ = ("_clear",)
    __hash__: ClassVar[None]  # pyright: ignore[reportIncompatibleMethodOverride] - a hash would tell

    def __init__(self, clear: str) -> None:
        self._clear = clear

    def reveal(self) -> str:
        """The text in the clear, to be encrypted, or shown to somebody who may see it."""
        return self._clear

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return compare_digest(self._clear.encode(), other.reveal().encode())

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _read, serialization=core_schema.to_string_ser_schema(when_used="always")
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "format": "password", "writeOnly": True}


def _read(value: object) -> Secret:
    """Read a secret; the error for a wrong one never tells the value."""
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str) or not value or not is_text(value):
        raise ValueError("a secret is a text, not empty")
    if value == HIDDEN:
        raise ValueError(f"{HIDDEN} only stands for a secret: send the secret itself")
    return Secret(value)


class Keys(Protocol):
    """What a cell needs to read commands that hold a secret (contract, second part, "Secrets")."""

    def digest_key(self) -> bytes:
        """The key of the digests by which such commands are compared; never another one."""
        ...

    def opened(self, sealed: str, subject: str) -> str:
        """The clear text of a compact JWE that a publisher made for this cell. Raises ValueError
        where it can't be opened, or was sealed for another subject.
        """
        ...


def opened(secret: Secret, context: Mapping[str, Any] | None) -> Secret:
    """A secret as it is in the clear. `context` has `open`, which is `Keys.opened`, and the
    `subject` of the command that brings it. Raises ValueError.
    """
    text = secret.reveal()
    if not _IS_SEALED.fullmatch(text):
        return secret
    if not context or not context["open"]:
        raise ValueError("is sealed, and there is no key here to open it")
    return Secret(context["open"](text, context["subject"]))


_IS_SEALED: Final = re.compile(r"[\w-]+(\.[\w-]*){4}", re.ASCII)
"""A compact JWE: five parts (RFC 7516)."""


def secret_fields(kind: type[BaseModel]) -> frozenset[str]:
    """The fields of a command's data that hold a secret, however deep."""
    fields = kind.model_fields.items()
    return frozenset(name for name, field in fields if _holds_secret(field.annotation))


def _holds_secret(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return bool(secret_fields(annotation))
    return annotation is Secret or any(map(_holds_secret, get_args(annotation)))
