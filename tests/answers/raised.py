"""Every place in the domain that refuses, by its code: what a call of `refused` says."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from domain.words.refusals import CODES

DOMAIN: Final = Path(__file__).parents[2] / "domain"


class Raised:
    """One call of `refused` in the code."""

    def __init__(self, call: ast.Call, where: str, code: str) -> None:
        self.call, self.where, self.code = call, where, code

    def __repr__(self) -> str:
        return f"{self.where}:{self.call.lineno} {self.code}"

    @property
    def facts(self) -> set[str] | None:
        """The facts that the call names; None if it passes a mapping."""
        if any(each.arg is None for each in self.call.keywords):
            return None
        return {each.arg for each in self.call.keywords if each.arg}


def raised() -> Iterator[Raised]:
    """Every call of `refused` in the domain, once for each code that it can have."""
    for path in sorted(DOMAIN.rglob("*.py")):
        where = path.relative_to(DOMAIN).as_posix()
        for node in ast.walk(_tree(where)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield from _codes_of(node, where)


@cache
def raised_in(where: str) -> tuple[Raised, ...]:
    """The calls in one file, named from the domain's folder: `circuit/ordering.py`."""
    return tuple(each for each in _all() if each.where == where)


@cache
def _all() -> tuple[Raised, ...]:
    return tuple(raised())


@cache
def _tree(where: str) -> ast.Module:
    return ast.parse((DOMAIN / where).read_text(encoding="utf-8"))


def _codes_of(call: ast.Call, where: str) -> Iterator[Raised]:
    assert isinstance(call.func, ast.Name)
    if call.func.id != "refused" or not call.args:
        return
    first = call.args[0]
    if isinstance(first, ast.Constant):
        yield Raised(call, where, str(first.value))
    else:
        variants = _constants(where, first)
        assert variants, f"{where}:{call.lineno}: its code was not found"
        yield from (Raised(call, where, code) for code in variants)


def _constants(where: str, name: ast.expr) -> list[str]:
    """The codes that a name can have: every code assigned to it in the same file."""
    assert isinstance(name, ast.Name)
    codes: list[str] = []
    for node in ast.walk(_tree(where)):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name.id:
            codes += [
                str(each.value)
                for each in ast.walk(node.value)
                if isinstance(each, ast.Constant) and each.value in CODES
            ]
    return codes
