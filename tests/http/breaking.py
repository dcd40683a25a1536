"""Whether a change of the interface breaks a client that was generated from an older one."""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.contract.compatibility import Side, breaks

Document = Mapping[str, Any]


def broken(old: Document, new: Document) -> list[str]:
    """What clients of the old description no longer find, one sentence each."""
    return [*_operations(old, new), *_schemas(old, new)]


def _operations(old: Document, new: Document) -> Iterator[str]:
    for path, methods in old["paths"].items():
        for method, before in methods.items():
            after = new["paths"].get(path, {}).get(method)
            name = f"{method.upper()} {path}"
            if after is None:
                yield f"{name} was removed"
                continue
            if before["operationId"] != after["operationId"]:
                yield f"{name} was {before['operationId']} and is {after['operationId']}"
            yield from (f"{name}: {each}" for each in _parameters(before, after))
            if gone := before["responses"].keys() - after["responses"].keys():
                yield f"{name}: {', '.join(sorted(gone))} is no longer described"


def _parameters(before: Document, after: Document) -> Iterator[str]:
    names = {_key(each): each for each in after["parameters"]}
    for each in before["parameters"]:
        if _key(each) not in names:
            yield f"the parameter {_key(each)} was removed"
    known = {_key(each): each for each in before["parameters"]}
    for name, each in names.items():
        if each.get("required") and not known.get(name, {}).get("required"):
            yield f"the parameter {name} is newly required"


def _key(parameter: Document) -> str:
    return parameter.get("$ref") or f"{parameter['in']} {parameter['name']}"


def _schemas(old: Document, new: Document) -> Iterator[str]:
    before, after = old["components"]["schemas"], new["components"]["schemas"]
    sent = _sent(old)
    for name, schema in before.items():
        if name not in after:
            yield f"the schema {name} was removed"
            continue
        side: Side = "sent to us" if name in sent else "read by others"
        whole = ({"$defs": before, **schema}, {"$defs": after, **after[name]})
        yield from (f"{name}: {each}" for each in breaks(*whole, side))


def _sent(document: Document) -> set[str]:
    """The schemas of bodies that clients send."""
    operations = [each for methods in document["paths"].values() for each in methods.values()]
    bodies = [each["requestBody"]["content"] for each in operations if "requestBody" in each]
    named = [kind["schema"].get("$ref", "") for body in bodies for kind in body.values()]
    return {each.rpartition("/")[2] for each in named}
