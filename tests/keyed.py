"""A circuit with an MD5 key, and the forms in which the key's text may lie somewhere."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.examples import PEERING
from tests.running import ORDER, PAIR, Result, Tieline, command

CLEAR = "Xy7Str0ngEn0ughKey42"
C1, ACME = "circuit/c1", "customer/acme"


def line(id: str, verb: str, subject: str, data: Any, **more: Any) -> str:
    return json.dumps(command(id, verb, subject, **data) | more)


WORLD = [
    line("1", "register-customer", ACME, {"name": "Acme GmbH", "model": "connect-through"}),
    line("2", "add-subscription", ACME, {"subscription_id": "prod", "managed_by": "csp"}),
    line("3", "open-location", "location/fra", {"providers": ["colt"], "routers": [PAIR]}),
    line("4", "order-circuit", C1, ORDER),
]
KEYED = line("5", "configure-peering", C1, {**PEERING, "md5_key": CLEAR})


def submit(tieline: Tieline, *lines: str, **settings: str) -> Result:
    return tieline.run("submit", "--settle", "-", given="\n".join(lines), **settings)


def reveal(tieline: Tieline, *more: str, **settings: str) -> Result:
    asked = [
        "circuit",
        "reveal-secret",
        "c1",
        "--field",
        "private/md5_key",
        "--reason",
        "migration",
    ]
    return tieline.run(*asked, *more, **settings)


def forms(clear: str) -> Iterator[bytes]:
    """A text as it may lie somewhere: as it is, in hex, reversed, wide, in base64 at any offset."""
    raw = clear.encode()
    yield from (raw, raw.hex().encode(), raw[::-1], clear.encode("utf-16-le"), raw.lower())
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw)
        yield coded[shift + 2 : -4].strip(b"=")


def leaks_in(folder: Path, clear: str) -> list[str]:
    """The files that hold a text in any of its forms."""
    files = [each for each in folder.rglob("*") if each.is_file()]
    return [str(each) for each in files if any(form in each.read_bytes() for form in forms(clear))]


def keyed(tieline: Tieline) -> Tieline:
    """A cell with a circuit whose private peering has an MD5 key."""
    assert submit(tieline, *WORLD).code == 0
    assert submit(tieline, KEYED).code == 0
    return tieline
