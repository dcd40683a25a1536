"""The views of nouns, by the nouns' names."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from adapters.cli.groups import GROUPS


def _path(noun: str) -> str:
    return f"projections.{GROUPS[noun].plural.replace('-', '_')}"


SHOWN: Final = tuple(noun for noun in GROUPS if find_spec(_path(noun)))
"""The nouns that have a view: a module named by the noun's plural."""


def view_named(noun: str) -> Any:
    """The module of a noun's view, which takes a while to load."""
    return import_module(_path(noun))


def is_alone(noun: str) -> bool:
    """Whether there is one of a noun (csp/self), which therefore has no plural."""
    return GROUPS[noun].plural == noun
