"""Whether a subnet lets a flow pass, and which of its security rules decides.

Contract, second part, "Questions and their answers": rules are tried by priority, the first that
matches decides, then the defaults.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from domain.address_space import AddressSpace
from domain.network.routing_commands import ANY, HIGHEST_PORT, WORDS, Access, Direction
from domain.network.state import SecurityRule, Subnet
from domain.routing.default_rules import DEFAULT_RULES, INTERNET, VIRTUAL_NETWORK
from domain.routing.flow import Flow
from domain.routing.ranges import Addresses, Ranges
from domain.routing.surroundings import Surroundings
from domain.routing.table import Table, sentence
from domain.words.prefix import Prefix, stored_prefix
from domain.words.structs import Frozen

DIRECTIONS: Final[Sequence[Direction]] = ("inbound", "outbound")


class Verdict(Frozen):
    """What becomes of a flow, and the rule that says so."""

    rule: str
    priority: int
    direction: Direction
    access: Access
    default: bool
    """Whether it is one of the rules that every subnet has."""
    reason: str

    @property
    def allowed(self) -> bool:
        """Whether the flow passes."""
        return self.access == "allow"


class Spaces:
    """What the words of rules mean on a subnet."""

    def __init__(self, around: Surroundings, table: Table, public: AddressSpace) -> None:
        self._virtual_network = Addresses(_virtual_network(around, table))
        self._public = public

    def words_for(self, address: Prefix) -> frozenset[str]:
        """The words that an address is meant by; `internet` is all else that is public."""
        if self._virtual_network.hold(address):
            return frozenset((ANY, VIRTUAL_NETWORK))
        if self._public.why_not_global(address) is None:
            return frozenset((ANY, INTERNET))
        return frozenset((ANY,))


def _virtual_network(around: Surroundings, table: Table) -> list[Prefix]:
    """Own and linked space, what BGP routes are used for, what the subnet has routes for.

    What is learned and not used needs no exception: the subnet has a route for the same prefix, or
    it is the network's own space.
    """
    routed = [
        each.prefix
        for each in table.rows
        if each.source != "system" and each.prefix.length  # a default route is for everything
    ]
    linked = [each for other in around.linked.values() for each in other.address_space]
    return [*around.network.address_space, *linked, *routed]


class Security:
    """The rules of a subnet, made ready: each when it is first looked at."""

    def __init__(self, subnet: Subnet, spaces: Spaces) -> None:
        self._spaces: Final = spaces
        ordered = sorted(subnet.rules.items(), key=lambda each: each[1].priority)
        self._rules: Final = {
            direction: [_Ready(*each) for each in ordered if each[1].direction == direction]
            for direction in DIRECTIONS
        }

    def judge(self, flow: Flow) -> Verdict:
        """The verdict of the first rule that matches."""
        ends = _Ends(flow, self._spaces)
        for each in self._rules[flow.direction]:
            if each.matches(ends):
                return each.verdict(flow)
        return _by_default(ends)


class _Ends:
    """A flow as rules compare it."""

    def __init__(self, flow: Flow, spaces: Spaces) -> None:
        self.flow = flow
        self.protocols = (ANY, flow.protocol)
        self.source, self.destination = flow.source.address, flow.destination.address
        self.source_words = spaces.words_for(self.source)
        self.destination_words = spaces.words_for(self.destination)


class _Ready:
    """A rule whose lists have become ranges."""

    def __init__(self, name: str, rule: SecurityRule) -> None:
        self._name = name
        self._rule = rule
        self._protocol = rule.protocol

    def matches(self, ends: _Ends) -> bool:
        return (
            self._protocol in ends.protocols
            and self._destination_ports.admit(ends.flow.destination.port)
            and self._source_ports.admit(ends.flow.source.port)
            and self._source.admit(ends.source, ends.source_words)
            and self._destination.admit(ends.destination, ends.destination_words)
        )

    def verdict(self, flow: Flow) -> Verdict:
        rule, verb = self._rule, "allows" if self._rule.access == "allow" else "denies"
        reason = (
            f"rule {self._name} of priority {rule.priority} {verb} it, the first that matches "
            f"{_spoken(flow)}"
        )
        return Verdict(
            rule=self._name,
            priority=rule.priority,
            direction=rule.direction,
            access=rule.access,
            default=False,
            reason=sentence(reason),
        )

    @cached_property
    def _source(self) -> "_Side":
        return _Side(self._rule.source)

    @cached_property
    def _destination(self) -> "_Side":
        return _Side(self._rule.destination)

    @cached_property
    def _source_ports(self) -> "_Ports":
        return _Ports(self._rule.source_ports)

    @cached_property
    def _destination_ports(self) -> "_Ports":
        return _Ports(self._rule.destination_ports)


class _Side:
    """The sources or destinations of a rule: a word, or addresses."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._word = texts[0] if texts[0] in WORDS else None
        self._addresses = Addresses([] if self._word else map(stored_prefix, texts))

    def admit(self, address: Prefix, words: frozenset[str]) -> bool:
        return self._addresses.hold(address) if self._word is None else self._word in words


class _Ports:
    """The ports of a rule. Where every port will do, so does a flow without one."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._ports = Ranges(map(_range, texts))
        self._are_all = self._ports.hold(0, HIGHEST_PORT)

    def admit(self, port: int | None) -> bool:
        return self._are_all or (port is not None and self._ports.hold(port, port))


def _range(text: str) -> tuple[int, int]:
    if text == ANY:
        return 0, HIGHEST_PORT
    first, _, last = text.partition("-")
    return int(first), int(last or first)


def _by_default(ends: _Ends) -> Verdict:
    flow = ends.flow
    rule = next(
        each
        for each in DEFAULT_RULES[flow.direction]
        if each.source in ends.source_words and each.destination in ends.destination_words
    )
    reason = f"no rule of the subnet matches {_spoken(flow)}; by default {rule.because}"
    return Verdict(
        rule=rule.name,
        priority=rule.priority,
        direction=flow.direction,
        access=rule.access,
        default=True,
        reason=sentence(reason),
    )


def _spoken(flow: Flow) -> str:
    return f"{flow.protocol} from {flow.source} to {flow.destination}"
