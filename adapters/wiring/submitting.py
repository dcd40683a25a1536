"""Where commands are handed in: published where there are brokers, otherwise decided here."""

from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from adapters.settings import Settings

if TYPE_CHECKING:
    from adapters.engine.submitting import Submitter
    from adapters.kafka.admin import Admin
    from adapters.kafka.submitting import KafkaSubmitter


@contextmanager
def submitter_of(
    settings: Settings, *, awaits: bool = True, settles: bool = True
) -> "Generator[Submitter]":
    """Where commands are handed in: published where there are brokers, otherwise decided here.

    Raises LogError, Unreachable.
    """
    if settings.kafka:
        with _kafka_submitter(settings, awaits=awaits, settles=settles) as submitter:
            yield submitter
    else:
        from adapters.engine.submitting import EmbeddedSubmitter
        from adapters.wiring.embedded import embedded

        with embedded(settings) as parts:
            yield EmbeddedSubmitter(parts, settings.cell)


@contextmanager
def _kafka_submitter(
    settings: Settings, *, awaits: bool, settles: bool
) -> "Generator[KafkaSubmitter]":
    """Publishes commands. Raises Unreachable, TopicsError."""
    from adapters.kafka.client import Client
    from adapters.kafka.settling import Settling
    from adapters.kafka.submitting import KafkaSubmitter
    from adapters.kafka.topics import topics_of
    from adapters.wiring.brokers import brokers_of

    brokers, topics = brokers_of(settings), topics_of(settings.prefix)
    with ExitStack() as opened:
        settling = None
        if settles:
            admin = opened.enter_context(brokers.admin())
            settling = Settling(brokers, admin, topics, lambda: _readers(settings, admin))
            opened.callback(settling.close)
        client = Client(
            settings.kafka,
            prefix=settings.prefix,
            security=settings.security,
            owner=settings.owner,
            listen=awaits,
        )
        opened.enter_context(client)
        yield KafkaSubmitter(client, settling, settings.cell, awaits=awaits)


def _readers(settings: Settings, admin: "Admin") -> Sequence[str]:
    """The groups that must have passed: the processes, the views, and the simulated network. Of the
    last two only groups with members: Kafka remembers a group for days after its last use.
    """
    from adapters.kafka.groups import ALARMS, CHANGES, NETWORK, group_of, keeps_views, views_group
    from projections.views import VIEWS

    prefix, names = settings.prefix, [view.name for view in VIEWS]
    there = admin.groups_with_members()
    network = [name for name in there if name == group_of(prefix, NETWORK)]
    viewing = [name for name in there if keeps_views(name, prefix, names)]
    processes = [group_of(prefix, name) for name in (CHANGES, ALARMS)]
    return [*processes, *network, *(viewing or [views_group(prefix)])]
