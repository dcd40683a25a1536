"""Forms that send a command: what it would do is shown beside it before it is sent."""

from collections.abc import Callable, Collection, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from uuid import uuid4

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from adapters.console.acting import Action, message_of, tried
from adapters.console.forms import Field, asks_consent, data_of, fields_of
from adapters.console.kept import Outdated, typed_in
from adapters.console.pages import Frame, Shown, with_query
from adapters.console.sessions import FIELD, is_token_of
from adapters.http.asked import Asked
from adapters.http.asking.gate import Caller
from adapters.http.bodies import body_of
from adapters.http.problems import Problem, status_of
from adapters.http.queries import parsed, text
from adapters.http.reached import WRITTEN, asked_for, reached, written

TRY: Final = "/try"
"""Ends the address at which a form is shown with what it would do."""


class Named(NamedTuple):
    """The field for an id."""

    name: str
    label: str
    example: str


class Form(NamedTuple):
    """A form while it is filled in."""

    action: Action
    subject: str
    """The subject; of what is not named yet, with an empty id."""
    typed: Mapping[str, str]
    choices: Mapping[str, Any]
    """The values of fields that are chosen from what there is, each with its words."""
    known: Mapping[str, Any]
    """Data that nobody types."""
    values: Mapping[str, Any]
    """What else its page shows."""
    back: str
    names: Named | None = None
    """The id that people give to what the form makes."""
    crumbs: Sequence[tuple[str, str]] = ()
    """The pages that lead here, each with its name."""
    page: str = ""
    """The page that is shown once it is done; that of the subject unless it is another."""
    clears: Collection[str] = ()
    """The fields that are cleared where they are left blank, and not left as they are."""

    @property
    def fields(self) -> list[Field]:
        """The fields that people fill in."""
        shown = [each for each in fields_of(self.action.kind) if each.name not in self.known]
        return [self._filled(each) for each in shown]

    @property
    def data(self) -> dict[str, Any]:
        """The data of the command; what is known wins, and what is known to be nothing is left
        out.
        """
        data = {**data_of(self.action.kind, self.typed), **self.known}
        told = {name: value for name, value in data.items() if value is not None}
        return {**dict.fromkeys(self.clears), **told}

    @property
    def missing(self) -> list[str]:
        """The fields that have to be filled in before anything can be said."""
        blank = [each.label for each in self.fields if each.required and each.is_blank]
        is_named = self.names is None or self.subject.partition("/")[2]
        return blank if is_named or self.names is None else [self.names.label, *blank]

    def _filled(self, field: Field) -> Field:
        choices = self.choices.get(field.name)
        if choices is not None:
            field = field._replace(kind="choice", choices=choices)
        return field.filled(self.typed)


Fill = Callable[[Asked, Mapping[str, str] | None], Form]
"""`fill(asked, typed)`: the form as it was typed, or as it begins."""


class Doing:
    """The pages of one kind of form."""

    def __init__(self, frame: Frame, path: str, fill: Fill) -> None:
        self._frame = frame
        self._path = path
        self._fill = fill

    def routes(self) -> list[Route]:
        """The form, what it would do, and where it is sent to."""
        told = self._frame.told
        return [
            Route(self._path, told(self._begin), methods=["GET"]),
            Route(self._path, told(self._send, review=TRY), methods=["POST"]),
            Route(f"{self._path}{TRY}", told(self._try, review=TRY), methods=["POST"]),
        ]

    async def _begin(self, request: Request) -> Response:
        caller = await self._frame.world.gate.caller(request)
        return await self._shown(request, caller, None)

    async def _try(self, request: Request) -> Response:
        caller, typed = await self._typed(request)
        return await self._shown(request, caller, typed)

    async def _send(self, request: Request) -> Response:
        caller, typed = await self._typed(request)
        world = self._frame.world

        def command() -> tuple[Form, Mapping[str, Any]]:
            form = self._form(request, caller, typed)
            message = _message(form, typed.get("command_id") or _new_id())
            return form, tried(world, caller.principal, message)[1]

        form, message = await to_thread.run_sync(command)
        decided = await world.desk.decide([(message, caller.principal)])
        outcome = decided.outcomes[0]
        if outcome.refusal:
            status = status_of(outcome.refusal.code)
            return await self._shown(request, caller, typed, status)
        if outcome.parked:
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "parked", str(outcome.parked))
        await reached(world, asked_for(written(decided.outcomes, world.rights).get(WRITTEN)))
        to = with_query(form.page or _page_of(form.subject), {"did": form.action.verb})
        return RedirectResponse(to, HTTPStatus.SEE_OTHER)

    async def _typed(self, request: Request) -> tuple[Caller, dict[str, str]]:
        """Who sends a form, and what was typed; only if it is a form of a page of ours."""
        caller = await self._frame.world.gate.caller(request)
        parsed(request.query_params, {})
        typed = typed_in(await body_of(request))
        session = self._frame.sessions.of(request)
        if not is_token_of(session, caller.principal, typed.pop(FIELD, "")):
            raise Outdated(caller, typed)
        return caller, typed

    async def _shown(
        self,
        request: Request,
        caller: Caller,
        typed: Mapping[str, str] | None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        def shown() -> Response:
            form = self._form(request, caller, typed)
            values = {**form.values, **_around(form), "was_refused": status != HTTPStatus.OK}
            missing = form.missing
            told, message = None, None
            if not missing:
                message = _message(form, _new_id())
                told, message = tried(self._frame.world, caller.principal, message)
            values |= {"missing": missing, "trial": told, "behalf": _behalf(message)}
            values |= {"plan": told and _plan(told)}
            return self._frame.response(
                request, caller.principal, Shown("doing.html", values, status)
            )

        return await to_thread.run_sync(shown)

    def _form(self, request: Request, caller: Caller, typed: Mapping[str, str] | None) -> Form:
        with self._frame.world.views() as live:
            asked = Asked(self._frame.world, caller, request, {}, live)
            if typed is not None:
                return self._fill(asked, typed)
            begun = self._fill(asked, None)
            given = parsed(request.query_params, dict.fromkeys(_names_of(begun), text))
            return self._fill(asked, {**begun.typed, **given}) if given else begun


def _names_of(form: Form) -> list[str]:
    """The fields that an address may fill in beforehand."""
    named = [] if form.names is None else [form.names.name]
    return [*named, *(each.name for each in form.fields if each.kind != "secret")]


def _around(form: Form) -> dict[str, Any]:
    return {
        "action": form.action,
        "subject": form.subject,
        "fields": form.fields,
        "typed": form.typed,
        "known": form.known,
        "back": form.back,
        "names": form.names,
        "crumbs": form.crumbs,
        "id": form.subject.partition("/")[2] if form.names is None else None,
        "command_id": _new_id(),
        "asks_consent": asks_consent(form.action.kind),
        "about": (form.action.kind.__doc__ or "").strip().splitlines()[0],
    }


def _message(form: Form, id: str) -> dict[str, Any]:
    return message_of(form.action.verb, form.subject, form.data, None, id)


def _behalf(message: Mapping[str, Any] | None) -> str | None:
    return message.get("onbehalfof") if message else None


def _plan(told: Mapping[str, Any]) -> Any:
    """What would happen step by step: of a refusal for want of consent, too."""
    refusal = told["refusal"]
    return told["plan"] or (refusal["facts"].get("plan") if refusal else None)


def _page_of(subject: str) -> str:
    noun, _, id = subject.partition("/")
    return f"/{noun}s/{id}"


def _new_id() -> str:
    return str(uuid4())
