"""The streams that a command reads: its rule names them in rounds; a batch reads them together."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from domain.catalogue import COMMANDS, INSIDE_COMMANDS
from domain.decider.decisions import Decision, Rule, accepted
from domain.decider.states import Key, Seen, States, Terms
from domain.engine.batch import Arrival, Ground, Present
from domain.engine.decide import decide_batch
from domain.engine.fetch import fetch
from domain.words.messages import Command
from domain.words.reading import read_command
from tests.domain.spec import ENTROPY, NOW, Spec, given
from tests.examples import a_customer, a_peering, a_world, cross_connect
from tests.examples.commands import EXAMPLES
from tests.examples.cross_connect import CrossConnect, LabelCrossConnect, Patched, registered
from tests.examples.parties import a_decrease_that_runs

OWNER = "user:owner"
CROSS_CONNECT: Key[CrossConnect | None] = Key("cross-connect")


class Reads:
    """A present that is read from a specification, with a record of what each round read."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.rounds: list[set[str]] = []
        self.alone: list[str] = []
        self.present = Present(self.load)

    def load(self, stream: str) -> tuple[Any, int]:
        self.alone.append(stream)
        return self.spec.load(stream)

    def load_all(self, streams: Collection[str]) -> Mapping[str, tuple[Any, int]]:
        self.rounds.append(set(streams))
        return {stream: self.spec.load(stream) for stream in streams}

    def decide(self, *messages: dict[str, Any], inside: bool = False) -> list[Any]:
        """Fetch what the messages need, decide them, and return their outcomes."""
        kinds = INSIDE_COMMANDS if inside else COMMANDS
        arrivals = [
            Arrival(
                read_command(each, kinds, OWNER, entropy=ENTROPY),
                ENTROPY,
                each,
                OWNER,
                inside=inside,
            )
            for each in messages
        ]
        fetch(self.present, self.load_all, OWNER, arrivals)
        draft = decide_batch(arrivals, Ground(self.present, {}, NOW), Terms(), lambda _: NOW)
        return draft.outcomes


def sent(verb: str, actor: str = OWNER, **attributes: Any) -> dict[str, Any]:
    return EXAMPLES[verb].message(verb, actor=actor, **attributes)


@pytest.mark.parametrize("actor", [OWNER, "user:stranger"])
@pytest.mark.parametrize("verb", EXAMPLES)
def test_a_command_is_read_for_in_two_rounds_at_most(verb: str, actor: str) -> None:
    reads = Reads(given(a_world(), a_peering()))
    reads.decide(sent(verb, actor))
    assert reads.rounds[0] == {EXAMPLES[verb].subject}
    assert len(reads.rounds) <= 2
    assert reads.alone == []


def test_a_whole_batch_is_read_for_in_two_rounds() -> None:
    reads = Reads(given(a_world(), a_peering()))
    reads.decide(*(sent(verb, id=f"c-{verb}") for verb in EXAMPLES))
    assert len(reads.rounds) == 2
    assert reads.alone == []


def test_what_the_process_asks_for_is_read_for_in_two_rounds() -> None:
    world = given(a_world(), a_peering(), a_decrease_that_runs())
    data = {
        "change_id": "down-1",
        "replaces": "c1",
        "customer_id": "acme",
        "location_id": "frankfurt",
    }
    order = EXAMPLES["delete-circuit"].message("order-successor", actor="service:tieline")
    reads = Reads(world)
    (outcome,) = reads.decide(order | {"subject": "circuit/c1.r2", "data": data}, inside=True)
    assert outcome.accepted
    assert len(reads.rounds) == 2
    assert reads.alone == []


def test_only_the_first_subscription_of_a_log_reads_every_customer() -> None:
    beta = a_customer("beta", number=2, subscription="beta-prod")
    reads = Reads(given(a_world(), beta))
    (outcome,) = reads.decide(sent("add-subscription"))
    assert outcome.accepted
    assert reads.rounds == [{"customer/acme"}, {"csp/self"}, {"customer/beta"}]
    assert reads.alone == []
    register = {"name": "Corp", "model": "connect-through"}
    spec = given(a_world(), beta).when("add-subscription", "customer/acme", subscription_id="new")
    spec.when("register-customer", "customer/corp", **register).then_accepted()
    later = Reads(spec)
    later.decide(sent("add-subscription"))
    assert later.rounds == [{"customer/acme"}, {"csp/self"}]


# --- further rounds: each cross-connect is labelled with the id of the next


def chained(seen: Seen) -> Iterator[str]:
    """The streams that the labels lead to, as far as the labels were read."""
    state: CrossConnect | None = seen.subject
    while state is not None and state.label:
        yield CROSS_CONNECT.stream(state.label)
        state = seen.of(CROSS_CONNECT, state.label)


def needs_the_chain(command: Command[Any], seen: Seen) -> Iterable[str]:
    del command
    return list(chained(seen))


def needs_ever_more(command: Command[Any], seen: Seen) -> Iterable[str]:
    del command
    number = 0
    while CROSS_CONNECT.stream(f"x{number}") in seen.read:
        number += 1
    seen.of(CROSS_CONNECT, f"x{number}")
    return [CROSS_CONNECT.stream(f"x{each}") for each in range(number + 1)]


def label_chain(command: Command[Any], state: CrossConnect, states: States) -> Decision:
    """Follow the whole chain; a stream that the needs did not name raises KeyError."""
    while state.label:
        following = states.of(CROSS_CONNECT, state.label)
        if following is None:
            return accepted()
        state = following
    return accepted((command.subject, cross_connect.Labelled(label=state.cross_connect_id)))


def chain_of(length: int) -> list[Any]:
    patched = Patched(customer_id="acme", subscription_id="acme-prod")
    streams = [f"cross-connect/k{number}" for number in range(length)]
    return [
        *((stream, patched) for stream in streams),
        *(
            (stream, cross_connect.Labelled(label=f"k{number + 1}"))
            for number, stream in enumerate(streams[:-1])
        ),
    ]


def with_needs(needs: Any) -> Any:
    rule = Rule(label_chain, "operate", needs=needs)
    return replace(cross_connect.NOUN, rules={LabelCrossConnect: rule})


LABEL: dict[str, Any] = {
    "specversion": "1.0",
    "id": "l-1",
    "source": "/test",
    "type": "tieline.command.label-cross-connect.v1",
    "subject": "cross-connect/k0",
    "data": {"label": "rack"},
}


@pytest.mark.parametrize("length", [1, 2, 3, 5])
def test_needs_are_asked_for_again_until_nothing_is_new(length: int) -> None:
    with registered(with_needs(needs_the_chain)):
        reads = Reads(given(a_world(), chain_of(length)))
        (outcome,) = reads.decide(LABEL)
        assert outcome.accepted, outcome
        assert [event[0] for event in outcome.events]
        assert reads.alone == []
        together = {"cross-connect/k1", "customer/acme"} if length > 1 else {"customer/acme"}
        further = [{f"cross-connect/k{number}"} for number in range(2, length)]
        assert reads.rounds == [{"cross-connect/k0"}, together, *further]


def test_what_is_there_already_is_not_waited_for() -> None:
    with registered(with_needs(needs_the_chain)):
        reads = Reads(given(a_world(), chain_of(4)))
        reads.decide(LABEL)
        reads.rounds.clear()
        reads.decide(LABEL | {"id": "l-2"})
        assert reads.rounds == []


def test_a_rule_that_never_has_enough_parks_its_command_alone() -> None:
    with registered(with_needs(needs_ever_more)):
        reads = Reads(given(a_world(), chain_of(1)))
        stuck, other = reads.decide(LABEL, sent("close-location"))
        assert "ever more streams" in stuck.parked
        assert other.accepted


def test_the_needs_of_each_round_are_checked_when_the_batch_is_appended() -> None:
    """What a later round read may move before the append, just as what the first round read."""
    with registered(with_needs(needs_the_chain)):
        reads = Reads(given(a_world(), chain_of(4)))
        arrivals = [
            Arrival(read_command(LABEL, COMMANDS, OWNER, entropy=ENTROPY), ENTROPY, LABEL, OWNER)
        ]
        fetch(reads.present, reads.load_all, OWNER, arrivals)
        ground = Ground(reads.present, {}, NOW)
        draft = decide_batch(arrivals, ground, Terms(), lambda _: NOW)
        assert draft.reads == {"customer/acme", *(f"cross-connect/k{n}" for n in range(4))}
