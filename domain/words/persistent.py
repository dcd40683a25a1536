"""Persistent maps for states with large collections: an event does not copy the whole map."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, get_args

from immutables import Map
from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

K = TypeVar("K")
V = TypeVar("V")


class _AsDict:
    """How a persistent map is written into and read from a snapshot: as an object."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        key, value = get_args(source)
        as_dict = handler.generate_schema(dict[key, value])
        return core_schema.no_info_after_validator_function(
            Map,
            as_dict,
            serialization=core_schema.wrap_serializer_function_ser_schema(
                _through_dict, schema=as_dict
            ),
        )


def _through_dict(value: Mapping[Any, Any], write: Any) -> Any:
    return write(dict(value))


Persistent = Annotated[Map[K, V], _AsDict()]
EMPTY: Map[Any, Any] = Map()
