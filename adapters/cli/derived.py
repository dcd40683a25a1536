"""A verb for every command that can be sent, made from the command's own class.

`order-circuit` is `tieline circuit order ID …`, `change-bandwidth` is `tieline circuit
change-bandwidth ID …`. A new command has its verb without a line here.
"""

from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from typing import Annotated, Any

import typer

from adapters.cli.faults import OneOf
from adapters.cli.fields import Field, data_of, fields_of
from adapters.cli.groups import GROUPS
from adapters.cli.ids import complete_id
from adapters.cli.lazy import Verb, verbs
from adapters.cli.output import Output
from adapters.cli.sending import command, send
from domain.catalogue import COMMANDS, RULES
from domain.words.data import CommandData


def verbs_of(noun: str) -> Mapping[str, Verb]:
    """The verbs of a noun: of every command that may be addressed to it.

    A noun that has only one instance (`csp/self`) needs no id.
    """
    only = None if _addressed_to(f"{noun}/x") else "self"
    return {
        _word_of(kind, noun): Verb(_help(kind), _builder(kind, noun, only))
        for kind in _addressed_to(f"{noun}/{only or 'x'}")
    }


def _word_of(kind: type[CommandData], noun: str) -> str:
    """A command as it is typed after its noun: `link-networks` as `network link`."""
    return kind.verb.removesuffix(f"-{GROUPS[noun].plural}").removesuffix(f"-{noun}")


def _addressed_to(subject: str) -> list[type[CommandData]]:
    return [kind for kind in COMMANDS.values() if kind.subject.fullmatch(subject)]


def _help(kind: type[CommandData]) -> str:
    """What the command does: the first sentence of its docstring."""
    own: str | None = kind.__dict__.get("__doc__")
    return own.partition("\n")[0] if own else f"Send {kind.verb}."


def _builder(kind: type[CommandData], noun: str, only: str | None) -> Callable[[], typer.Typer]:
    def build() -> typer.Typer:
        app = verbs(_help(kind))
        app.command()(_verb(kind, noun, only))
        return app

    return build


_ABOUT = "The id of what the command is about."
_ID = Annotated[str, typer.Argument(metavar="ID", autocompletion=complete_id, help=_ABOUT)]
_NEW_ID = Annotated[str, typer.Argument(metavar="ID", help=_ABOUT)]
_CONTEXT: Mapping[str, Any] = {
    "actor": Annotated[
        str | None, typer.Option(help="Who speaks: user:NAME, service:NAME or provider:NAME.")
    ],
    "on_behalf_of": Annotated[str | None, typer.Option(help="The customer acted for.")],
    "command_id": Annotated[
        str | None, typer.Option(help="The command's id; the same id again is the same command.")
    ],
    "if_version": Annotated[
        int | None,
        typer.Option(min=0, help="Only if the subject is at this version; 0: not there yet."),
    ],
    "command_source": Annotated[str | None, typer.Option(help="Its source; /cli unless given.")],
    "dry_run": Annotated[
        bool, typer.Option("--dry-run", help="Only say what it would do.", show_default=False)
    ],
    "output": Output,
}


def _verb(kind: type[CommandData], noun: str, only: str | None) -> Callable[..., None]:
    """The function behind a verb, with a parameter per field."""
    fields = {f"field_{field.name}": field for field in fields_of(kind)}
    clearable = [field for field in fields.values() if _clears(kind) and not field.required]

    def run(**given: Any) -> None:
        data = data_of(fields.values(), [given[name] for name in fields])
        data |= dict.fromkeys(_cleared(given.get("clear"), clearable))
        message = command(
            kind.verb,
            f"{noun}/{only or given['id']}",
            data,
            id=given["command_id"],
            source=given["command_source"],
            actor=given["actor"],
            onbehalfof=given["on_behalf_of"],
            ifversion=given["if_version"],
        )
        raise typer.Exit(_run(message, given["output"], only_planned=given["dry_run"]))

    id = _NEW_ID if RULES[kind].creates else _ID
    parameters = [] if only else [_parameter("id", id)]
    for name, field in fields.items():
        default = Parameter.empty if field.required else None
        parameters.append(_parameter(name, field.annotation, default))
    if clearable:
        parameters.append(_parameter("clear", _clear_option(clearable), None))
    defaults = {"dry_run": False, "output": "table"}
    for name, annotation in _CONTEXT.items():
        parameters.append(_parameter(name, annotation, defaults.get(name)))
    run.__signature__ = Signature(parameters)
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    run.__doc__ = _help(kind)
    return run


def _run(message: Mapping[str, Any], output: str, *, only_planned: bool) -> int:
    if not only_planned:
        return send(message, output)
    from adapters.cli.planning import dry_run

    return dry_run(message, output)


def _parameter(name: str, annotation: Any, default: Any = Parameter.empty) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _clears(kind: type[CommandData]) -> bool:
    """Whether null clears a field of the command, rather than leaving it out (`ChangePeering`)."""
    return hasattr(kind, "given")


def _clear_option(clearable: list[Field]) -> Any:
    names = ", ".join(field.name for field in clearable)
    text = f"Clear a field that is optional, one of {names}. May be repeated."
    complete = OneOf([field.name for field in clearable]).complete
    option = typer.Option("--clear", help=text, metavar="FIELD", autocompletion=complete)
    return Annotated[list[str] | None, option]


def _cleared(asked: list[str] | None, clearable: list[Field]) -> list[str]:
    names = {field.name for field in clearable}
    cleared = [each.replace("-", "_") for each in asked or []]
    for each in cleared:
        if each not in names:
            raise typer.BadParameter(f"{each!r} is not a field that can be cleared")
    return cleared
