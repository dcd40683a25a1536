"""Strategies that acts of a random life are drawn from."""

from typing import Any, cast

from hypothesis import strategies as st

REASON: dict[str, Any] = {"reason": "random"}
CONSENT: dict[str, Any] = {"accept_interruption": True}


def drawn(data: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A command's data; values that vary are given as strategies."""
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, value in data.items():
        is_strategy = isinstance(value, st.SearchStrategy)
        fields[name] = cast("st.SearchStrategy[Any]", value) if is_strategy else st.just(value)
    return st.fixed_dictionaries(fields)
