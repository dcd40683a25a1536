"""What somebody typed into a form that could not be taken, as the session had ended or begun anew.

It is kept in the page that says so, and nowhere else: from there it is sent again once they have
signed in. Secrets are not in it.
"""

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import msgspec
from starlette.requests import Request

from adapters.console.forms import fields_of
from adapters.console.sessions import FIELD
from adapters.console.words import sentence_case
from adapters.http.asking.gate import Caller
from adapters.http.asking.places import local
from adapters.http.bodies import body_of, media_type
from adapters.http.problems import Problem, bad_request
from domain.catalogue import COMMANDS

MOST_FIELDS: Final = 200
"""Fields of a form."""

_FORM: Final = "application/x-www-form-urlencoded"
_UNSEEN: Final = frozenset({"command_id"})


class Kept(NamedTuple):
    """A form that can be sent again."""

    path: str
    """Where it is sent to."""
    fields: Mapping[str, str]

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What was typed, in words."""
        typed = ((name, value) for name, value in self.fields.items() if name not in _UNSEEN)
        return [(sentence_case(name), value) for name, value in typed if value.strip()]

    def written(self) -> str:
        """As a page carries it."""
        return msgspec.json.encode((self.path, self.fields)).decode()


class Outdated(Problem):
    """A form that is older than the session: nothing of it is done, and nothing is lost."""

    def __init__(self, caller: Caller, typed: Mapping[str, str]) -> None:
        super().__init__(
            HTTPStatus.FORBIDDEN,
            "cross-site",
            "This form is too old, or not one of this page's. Open the page again and send it "
            "from there; nothing was changed.",
        )
        self.caller = caller
        self.typed = typed


def typed_in(body: bytes) -> dict[str, str]:
    """The fields of a form. Raises Problem."""
    try:
        text = body.decode(errors="replace")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as fault:
        raise bad_request("The form has too many fields.") from fault


async def typed_into(request: Request) -> dict[str, str]:
    """What was typed into a form whose sender is not known. Raises Problem."""
    return typed_in(await body_of(request)) if media_type(request) == _FORM else {}


def keeping(request: Request, typed: Mapping[str, str], review: str) -> Kept | None:
    """A form as it is kept; `review` ends the address at which it is shown before it is sent. None
    where nothing was typed.
    """
    unkept = {FIELD, *secrets()}
    fields = {name: value for name, value in typed.items() if name not in unkept}
    path = request.url.path.removesuffix(review) + review
    return Kept(path, fields) if review and fields else None


def read_kept(text: str) -> Kept | None:
    """What a page carried; None if it is nothing of ours."""
    try:
        path, fields = msgspec.json.decode(text, type=tuple[str, dict[str, str]])
    except msgspec.MsgspecError:
        return None
    return Kept(path, fields) if local(path) == path else None


def place_of(request: Request) -> str:
    """Where somebody goes on who signs in now: the page they ask for, or that sent the form."""
    if request.url.path.startswith("/sign-in"):
        return "/"
    if request.method in ("GET", "HEAD"):
        query = request.url.query
        return local(request.url.path + (f"?{query}" if query else ""))
    came = urlsplit(request.headers.get("referer", ""))
    if came.netloc != request.headers.get("host"):
        return "/"
    return local(came.path.removesuffix("/try") + (f"?{came.query}" if came.query else ""))


@cache
def secrets() -> frozenset[str]:
    """The names of fields that hold secrets."""
    kinds: Any = COMMANDS.values()
    return frozenset(
        field.name for kind in kinds for field in fields_of(kind) if field.kind == "secret"
    )
