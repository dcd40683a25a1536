"""Whether a change of a message's schema breaks a program written against the older one.

A command's publishers go on sending the old shape: whatever was accepted must stay accepted. The
readers of an event or outcome go on expecting the old shape: whatever they relied on must stay.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, cast

Side = Literal["sent to us", "read by others"]

_SAID: Final = frozenset({"title", "description", "default", "examples", "$schema", "$id", "$defs"})
"""What a schema says to people, or to those that refer to it; it decides nothing."""

_AT_MOST: Final = frozenset({"maxLength", "maxItems", "maximum"})
_AT_LEAST: Final = frozenset({"minLength", "minItems", "minimum"})
_LIMITS: Final = _AT_MOST | _AT_LEAST | {"pattern"}
"""Rules without which a schema takes more."""

Schema = Mapping[str, Any]


def breaks(old: Schema, new: Schema, side: Side) -> list[str]:
    """What of the old schema no longer holds, one sentence each; empty if nothing is broken."""
    return list(_Comparison(old, new, side).of(old, new, "message"))


class _Comparison:
    def __init__(self, old: Schema, new: Schema, side: Side) -> None:
        self._old, self._new, self._side = old, new, side
        self._begun = set[tuple[str, str]]()

    def of(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        """What no longer holds; a schema that is made of itself is compared once."""
        if "$ref" in old and "$ref" in new:
            both = (old["$ref"], new["$ref"])
            if both in self._begun:
                return
            self._begun.add(both)
        old, new = _resolved(old, self._old), _resolved(new, self._new)
        if "properties" in old or "properties" in new:
            yield from self._objects(old, new, path)
        elif "anyOf" in old or "anyOf" in new:
            yield from self._choices(old, new, path)
        elif "items" in old and "items" in new:
            yield from self.of(old["items"], new["items"], f"{path}[]")
            yield from self._rules(old, new, path)
        else:
            yield from self._rules(old, new, path)

    def _objects(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name in before:
            if name not in after:
                yield f"{path}.{name} was removed"
            else:
                yield from self.of(before[name], after[name], f"{path}.{name}")
        needed, was_needed = set(new.get("required", ())), set(old.get("required", ()))
        if self._side == "sent to us":
            yield from (f"{path}.{name} is newly required" for name in sorted(needed - was_needed))
        else:
            gone = sorted((was_needed - needed) & set(after))
            yield from (f"{path}.{name} is no longer always there" for name in gone)

    def _choices(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before = _shapes(old, self._old)
        after = _shapes(new, self._new)
        narrower, wider = (before, after) if self._side == "sent to us" else (after, before)
        if any(each not in wider for each in narrower):
            yield f"{path} takes other shapes than before"

    def _rules(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before, after = _values(old), _values(new)
        if before is not None and after is not None:
            narrower, wider = (before, after) if self._side == "sent to us" else (after, before)
            if missing := [each for each in narrower if each not in wider]:
                yield f"{path}: {missing} is in one list of values and not in the other"
            return
        for name in sorted((set(old) | set(new)) - _SAID - {"items"}):
            before, after = old.get(name), new.get(name)
            narrower, wider = (before, after) if self._side == "sent to us" else (after, before)
            if not _takes_all(name, wider, narrower):
                yield f"{path}: {name} was {before!r} and is {after!r}"


def _takes_all(rule: str, wider: Any, narrower: Any) -> bool:
    """Whether a schema with one value of a rule takes all that a schema with another takes."""
    if rule in _LIMITS and (wider is None or narrower is None):
        return wider is None
    if rule in _AT_MOST:
        return wider >= narrower
    if rule in _AT_LEAST:
        return wider <= narrower
    return wider == narrower


def _values(schema: Schema) -> list[Any] | None:
    return schema.get("enum") or ([schema["const"]] if "const" in schema else None)


def _shapes(schema: Schema, root: Schema) -> list[Schema]:
    """The alternatives of a schema, each without what it says to people."""
    alternatives = schema.get("anyOf", [schema])
    return [_bare(_resolved(each, root), root) for each in alternatives]


def _bare(value: Any, root: Schema, within: frozenset[str] = frozenset()) -> Any:
    """A schema without what it says; one that is made of itself names itself there."""
    if isinstance(value, list):
        return [_bare(each, root, within) for each in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    schema = cast("Schema", value)
    if (name := schema.get("$ref")) in within:
        return schema
    inside = within | {name} if name else within
    bare = _resolved(schema, root).items()
    return {key: _bare(each, root, inside) for key, each in bare if key not in _SAID}


def _resolved(schema: Schema, root: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    return root["$defs"][schema["$ref"].rpartition("/")[2]]
