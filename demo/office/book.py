"""What the office knows, and how that changes when a week's file has settled."""

from dataclasses import dataclass, field

from demo.office.records import (
    CircuitRecord,
    CustomerRecord,
    NetworkRecord,
    Retired,
    RouteFilterRecord,
    Site,
    extra_mbps,
)


@dataclass
class Book:
    """Everything the office knows."""

    customers: list[CustomerRecord] = field(default_factory=list[CustomerRecord])
    market: list[CustomerRecord] = field(default_factory=list[CustomerRecord])
    """Every customer, as often as its size: the next order is drawn from here."""
    sites: list[Site] = field(default_factory=list[Site])
    circuits: list[CircuitRecord] = field(default_factory=list[CircuitRecord])
    changing: list[CircuitRecord] = field(default_factory=list[CircuitRecord])
    fresh: list[CircuitRecord] = field(default_factory=list[CircuitRecord])
    leaving: list[CircuitRecord] = field(default_factory=list[CircuitRecord])
    retired: list[Retired] = field(default_factory=list[Retired])
    departed: list[CustomerRecord] = field(default_factory=list[CustomerRecord])
    networks: list[NetworkRecord] = field(default_factory=list[NetworkRecord])
    filters: list[RouteFilterRecord] = field(default_factory=list[RouteFilterRecord])
    past_networks: list[NetworkRecord] = field(default_factory=list[NetworkRecord])
    past_filters: list[RouteFilterRecord] = field(default_factory=list[RouteFilterRecord])

    def attach(self, circuit: CircuitRecord) -> None:
        """A circuit was ordered: it counts, and takes its bandwidth."""
        circuit.place = len(self.circuits)
        self.circuits.append(circuit)
        self.fresh.append(circuit)
        circuit.customer.circuits.append(circuit)
        circuit.site.circuits.append(circuit)
        circuit.pair.taken += circuit.mbps
        counts = circuit.subscription.circuits
        counts[circuit.site.id] = counts.get(circuit.site.id, 0) + 1

    def detach(self, circuit: CircuitRecord) -> None:
        """A circuit was deleted: it no longer counts, and gives its bandwidth back."""
        last = self.circuits.pop()
        if last is not circuit:
            self.circuits[circuit.place] = last
            last.place = circuit.place
        circuit.customer.circuits.remove(circuit)
        circuit.site.circuits.remove(circuit)
        circuit.pair.taken -= circuit.mbps
        circuit.subscription.circuits[circuit.site.id] -= 1
        circuit.take(None)
        circuit.state = "gone"
        self.retired.append(Retired(circuit.id, circuit))

    def recreate(self, circuit: CircuitRecord) -> None:
        """A decrease is done: the successor stands where the old circuit stood, at the new rate."""
        assert circuit.change is not None
        self.retired.append(Retired(circuit.id, circuit))
        circuit.successors += 1
        circuit.id = f"{circuit.stem}.r{circuit.successors + 1}"
        circuit.pair.taken -= circuit.mbps
        if circuit.change.kind == "teardown-first":
            circuit.pair.taken += circuit.change.mbps
        circuit.mbps = circuit.change.mbps
        circuit.past_changes = []
        circuit.idle_since = circuit.drifting_since = None

    def close_week(self, week: int) -> None:
        """The week's file has settled: the network has answered, the processes have run."""
        for circuit in self.fresh:
            if circuit.state == "ordered":
                circuit.state = "up"
        for circuit in self.leaving:
            circuit.state = "down"
        self.fresh, self.leaving = [], []
        for circuit in self.changing:
            self._rest(circuit, week)
        self.changing = [circuit for circuit in self.changing if circuit.change is not None]
        for circuit in self.circuits:
            if circuit.idle_since is None and circuit.carries_nothing:
                circuit.idle_since = week

    def _rest(self, circuit: CircuitRecord, week: int) -> None:
        change = circuit.change
        if change is None:
            return
        match change.stage:
            case "waiting":
                return
            case "scheduled" if change.due > week:
                return
            case "scheduled" if not change.will_fail:
                change.stage = "running"
                circuit.pair.taken += extra_mbps(circuit, change)
            case _:
                pass
        match change.stage:
            case "running" if change.kind == "replace-first" and not change.auto_proceed:
                change.stage = "waiting"
                return
            case "running" | "proceeding" if change.kind == "increase":
                circuit.mbps = change.mbps
                circuit.past_changes.append(change.id)
            case "running" | "proceeding":
                self.recreate(circuit)
            case "reverting":
                circuit.pair.taken -= change.mbps
                circuit.successors += 1
                circuit.idle_since = None
            case _:
                pass
        circuit.change = None
