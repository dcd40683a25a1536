"""A view with child tables, made for tests only: networks, their subnets, and rules on subnets.

The module also says what the view should show, folded in the plainest way.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, ClassVar

from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Column, Integer, MetaData, Table

from domain.engine.records import Recorded
from domain.words.structs import Event
from projections.fold import Fold
from projections.listing import Listing
from projections.parts import Edit, Part
from projections.projection import Row, Shape, Tables
from projections.tables import TEXT
from tests.projections.histories import told


class Registered(Event):
    kind: ClassVar[str] = "test.network.registered.v1"
    subnets: list[str]


class Renamed(Event):
    kind: ClassVar[str] = "test.network.renamed.v1"
    name: str


class SubnetAdded(Event):
    kind: ClassVar[str] = "test.network.subnet-added.v1"
    subnet: str
    size: int


class SubnetResized(Event):
    """It has no effect on a subnet that does not exist."""

    kind: ClassVar[str] = "test.network.subnet-resized.v1"
    subnet: str
    size: int


class SubnetRemoved(Event):
    """It removes the subnet's rules, too."""

    kind: ClassVar[str] = "test.network.subnet-removed.v1"
    subnet: str


class RuleSet(Event):
    kind: ClassVar[str] = "test.network.rule-set.v1"
    subnet: str
    inbound: bool
    ports: list[int]


class RuleRemoved(Event):
    kind: ClassVar[str] = "test.network.rule-removed.v1"
    subnet: str
    inbound: bool


SUBNETS = Part("subnets", ("subnet",))
RULES = Part("rules", ("subnet", "inbound"))


@lru_cache(maxsize=8)
def _tables(generation: int) -> Tables:
    name = f"view_networks_{generation}"
    networks = Table(
        name,
        MetaData(),
        Column("network_id", TEXT, primary_key=True),
        Column("name", TEXT, nullable=False),
        Column("version", Integer, nullable=False),
    )
    subnets = Table(
        f"{name}_subnets",
        MetaData(),
        Column("network_id", TEXT, primary_key=True),
        Column("subnet", TEXT, primary_key=True),
        Column("size", Integer, nullable=False),
        Column("version", Integer, nullable=False),
    )
    rules = Table(
        f"{name}_rules",
        MetaData(),
        Column("network_id", TEXT, primary_key=True),
        Column("subnet", TEXT, primary_key=True),
        Column("inbound", Boolean, primary_key=True),
        Column("ports", JSON, nullable=False),
        Column("version", Integer, nullable=False),
    )
    return {"networks": networks, "subnets": subnets, "rules": rules}


SHAPE = Shape("networks", 1, _tables)
LISTING = Listing(
    SHAPE,
    columns=("network_id", "name"),
    filters={"name": str},
    sorts=("name",),
    parts=(SUBNETS, RULES),
)


def _registered(id: str, _: Registered) -> Row:
    return {"network_id": id, "name": id}


def _renamed(row: Row, event: Renamed) -> None:
    row["name"] = event.name


def _first_subnets(event: Registered) -> Sequence[Edit]:
    return [SUBNETS.put(each, size=24) for each in event.subnets]


def _subnet_removed(event: SubnetRemoved) -> Sequence[Edit]:
    return [SUBNETS.remove(event.subnet), RULES.remove(event.subnet)]


class OwnEvents(Fold):
    """A fold of a noun outside the catalogue: it reads every kind that it has a handler for."""

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset([*self.first, *self.then, *self.edits])


FOLD = OwnEvents(
    "network",
    "networks",
    "network_id",
    first={Registered.kind: _registered},
    then={Renamed.kind: _renamed},
    parts=(SUBNETS, RULES),
    edits={
        Registered.kind: _first_subnets,
        SubnetAdded.kind: lambda event: [SUBNETS.put(event.subnet, size=event.size)],
        SubnetResized.kind: lambda event: [SUBNETS.amend(event.subnet, size=event.size)],
        SubnetRemoved.kind: _subnet_removed,
        RuleSet.kind: lambda event: [RULES.put(event.subnet, event.inbound, ports=event.ports)],
        RuleRemoved.kind: lambda event: [RULES.remove(event.subnet, event.inbound)],
    },
)
VIEW = FOLD.view(SHAPE)


class Plain:
    """One network as plain lists; what is put goes to the end of its list."""

    def __init__(self, id: str) -> None:
        self.id = self.name = id
        self.version = 0
        self.subnets: list[Row] = []
        self.rules: list[Row] = []

    def apply(self, recorded: Recorded) -> None:
        self.version = recorded.version
        said: Any = recorded.event
        match said:
            case Registered():
                self.subnets += [self._row(subnet=each, size=24) for each in sorted(said.subnets)]
            case Renamed():
                self.name = said.name
            case SubnetAdded():
                self.subnets = _others(self.subnets, subnet=said.subnet)
                self.subnets.append(self._row(subnet=said.subnet, size=said.size))
            case SubnetResized():
                for each in self.subnets:
                    if each["subnet"] == said.subnet:
                        each["size"] = said.size
            case SubnetRemoved():
                self.subnets = _others(self.subnets, subnet=said.subnet)
                self.rules = _others(self.rules, subnet=said.subnet)
            case RuleSet():
                key = {"subnet": said.subnet, "inbound": said.inbound}
                self.rules = [*_others(self.rules, **key), self._row(**key, ports=said.ports)]
            case _:
                self.rules = _others(self.rules, subnet=said.subnet, inbound=said.inbound)

    def shown(self) -> Row:
        return {
            "network_id": self.id,
            "name": self.name,
            "version": self.version,
            "subnets": self.subnets,
            "rules": self.rules,
        }

    def _row(self, **fields: Any) -> Row:
        return {"network_id": self.id, **fields, "version": self.version}


def _others(rows: Iterable[Row], **key: Any) -> list[Row]:
    return [row for row in rows if not key.items() <= row.items()]


def shown_plainly(events: Iterable[Recorded]) -> list[Row]:
    """What the view should show after these events, in the order of the networks' ids."""
    networks: dict[str, Plain] = {}
    for each in events:
        networks.setdefault(each.subject_id, Plain(each.subject_id)).apply(each)
    return [networks[id].shown() for id in sorted(networks)]


_NAMES = st.sampled_from(["a", "b", "c"])
_SIZES = st.integers(20, 28)
_CHANGES = st.one_of(
    st.builds(Renamed, name=_NAMES),
    st.builds(SubnetAdded, subnet=_NAMES, size=_SIZES),
    st.builds(SubnetResized, subnet=_NAMES, size=_SIZES),
    st.builds(SubnetRemoved, subnet=_NAMES),
    st.builds(RuleSet, subnet=_NAMES, inbound=st.booleans(), ports=st.lists(_SIZES, max_size=2)),
    st.builds(RuleRemoved, subnet=_NAMES, inbound=st.booleans()),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Recorded]:
    """Some networks, and anything that may happen to them, mixed in any way."""
    some_names = st.lists(_NAMES, max_size=2, unique=True)
    facts: list[tuple[str, Event]] = [
        (f"network/{id}", Registered(subnets=draw(some_names))) for id in ("n1", "n2", "n3")
    ]
    streams = st.sampled_from([stream for stream, _ in facts])
    return told(facts, draw(st.lists(st.tuples(streams, _CHANGES), max_size=30)))


@st.composite
def dealt_anew(draw: st.DrawFn, events: Sequence[Recorded]) -> list[Recorded]:
    """The same events in another interleaving, each stream in its order."""
    streams: dict[str, list[Recorded]] = {}
    for each in events:
        streams.setdefault(each.stream, []).append(each)
    left = {stream: iter(mine) for stream, mine in streams.items()}
    return [next(left[stream]) for stream in draw(st.permutations([e.stream for e in events]))]
