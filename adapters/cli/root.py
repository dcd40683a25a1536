"""The root of the command line: every verb with its line of help, and the module it is built from.

Only the verb that runs is built.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

from adapters.cli.groups import GROUPS
from adapters.cli.lazy import Lazy, Verb


def _module(name: str, what: str = "app") -> Callable[[], Any]:
    """A verb, or a noun's group, of a module beside this one, or of another package's `cli`."""

    def get() -> Any:
        path = name if "." in name else f"adapters.cli.{name}"
        return getattr(import_module(path), what)

    return get


def _noun(name: str) -> Callable[[], Any]:
    """The group of a noun."""

    def get() -> Any:
        return import_module("adapters.cli.nouns").group(name, GROUPS[name].about)

    return get


VERBS: Final[Mapping[str, Verb]] = {
    "submit": Verb("Decide commands from JSON-lines files (- is stdin).", _module("submit")),
    "settle": Verb("Do what is due by the clock.", _module("settle")),
    "plan": Verb("Say what commands would do, and write nothing.", _module("plan")),
    "demo": Verb("Tell a circuit's story, then run a whole year.", _module("demo.cli")),
    "show": Verb("Show one thing as it is, or as it was.", _module("show")),
    **{name: Verb(group.about, _noun(name)) for name, group in GROUPS.items()},
    "changes": Verb("Bandwidth changes: what runs, who is waited for.", _module("changes")),
    "alarms": Verb("What is worth somebody's look.", _module("alarms")),
    "drift": Verb("What the network side sees other than recorded.", _module("drift")),
    "audit": Verb("Who did what; whether customers are apart.", _module("audit")),
    "projections": Verb("Views: how far, rebuild, verify.", _module("projections")),
    "serve": Verb("Run everything in one process, with HTTP.", _module("serve", "serve")),
    "http": Verb("Run HTTP and console over Kafka.", _module("serve", "http")),
    "engine": Verb("Decide commands from Kafka.", _module("parts", "engine")),
    "relay": Verb("Publish the log to Kafka; compare, heal.", _module("relay")),
    "process": Verb("Run the bandwidth changes over Kafka.", _module("parts", "process")),
    "project": Verb("Keep views up to date from Kafka.", _module("parts", "project")),
    "dead": Verb("Records that could not be read as commands.", _module("dead")),
    "parked": Verb("Commands that a defect kept from being decided.", _module("parked")),
    "simulate": Verb("Run production in one thread, faults included.", _module("simulation.cli")),
    "log": Verb("The log itself; going on after it went back.", _module("log")),
    "keys": Verb("The keys of sealed secrets.", _module("keys")),
    "token": Verb("Bearer tokens for callers over HTTP.", _module("token")),
    "settings": Verb("What is in force, and where from.", _module("settings")),
    "completion": Verb("Print a shell's completion script.", _module("completion")),
}

_HELP: Final = """The system of record for private circuits, from the order to the deletion.

Every verb takes --output table|json|yaml and -h. A table is as wide as the terminal,
as COLUMNS says, or 100 columns: what does not fit its column goes on below. The
database is TIELINE_DATABASE (sqlite:///var/tieline.db unless set); 'tieline settings'
says what is in force, and 'tieline --version' which version this is."""


class Root(Lazy):
    """`tieline` itself."""

    def __init__(self) -> None:
        super().__init__("tieline", _HELP, VERBS)
