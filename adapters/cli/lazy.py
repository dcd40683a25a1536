"""Groups of verbs whose code is loaded when it is needed: names first, the verb when it runs."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


class Verb(NamedTuple):
    """A verb, or a group of verbs: its line of help, and how to get at it when it runs."""

    help: str
    get: Callable[[], Any]


class Lazy(TyperGroup):
    """A group whose verbs are built when they are called."""

    def __init__(
        self,
        name: str,
        about: str,
        named: Mapping[str, Verb],
        more: Callable[[], Mapping[str, Verb]] | None = None,
    ) -> None:
        """`more` gives verbs whose names take long to find; it is called only when they matter."""
        super().__init__(
            name=name,
            rich_markup_mode=None,
            help=about,
            no_args_is_help=True,
            context_settings={"help_option_names": ["-h", "--help"]},
        )
        self._verbs: dict[str, Verb] = {}
        self._more = more
        self._add(named)
        _convert_late(self)

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all verbs, as help and completion show them."""
        self._add_more()
        return super().list_commands(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The verb itself in place of its stub."""
        if args[0] not in self._verbs:
            self._add_more()
        name, stub, rest = super().resolve_command(ctx, args)
        if name is None or stub is None:
            return name, stub, rest
        return name, _built(name, self._verbs[name]), rest

    def _add_more(self) -> None:
        if self._more:
            self._add(self._more())
            self._more = None

    def _add(self, named: Mapping[str, Verb]) -> None:
        for name, verb in named.items():
            self._verbs[name] = verb
            self.add_command(TyperCommand(name, help=verb.help, add_help_option=False), name)


def _built(name: str, verb: Verb) -> Any:
    got = verb.get()
    if isinstance(got, typer.Typer):
        got = get_command(got)
        _convert_late(got)
    got.name = name
    return got


def _convert_late(command: Any) -> None:
    """Convert only values that need it: loading the converter takes longer than showing a row."""
    for each in getattr(command, "commands", {}).values():
        _convert_late(each)
    params = command.get_params

    def late(ctx: Any) -> list[Any]:
        return [_late(each) for each in params(ctx)]

    command.get_params = late


def _late(param: Any) -> Any:
    if not isinstance(param.get_runtime_param, _Late):
        param.get_runtime_param = _Late(param.get_runtime_param)
    return param


class _Late:
    """Takes the place of typer's converter: text passes as it is, and so does None."""

    def __init__(self, converter: Callable[[], Any]) -> None:
        self._converter = converter

    def __call__(self) -> "_Late":
        return self

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value as its parameter wants it; None for a repeated parameter is an empty tuple."""
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        if param.type_descriptor.annotation in (str, list[str]):
            return value
        return self._converter().coerce(value, param, ctx)


def verbs(about: str, *, does_by_itself: bool = False) -> typer.Typer:
    """A group whose verbs are all in one module; without a verb, it may do something by itself."""
    return typer.Typer(
        help=about,
        no_args_is_help=not does_by_itself,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
