"""What questions are answered with that are about more than one thing, as types, like shapes.py."""

from typing import Any, Literal, NotRequired, TypedDict

from domain.words.values import AlarmKind, Strategy


class Message(TypedDict):
    """An event, or an outcome that tells of a refused attempt, as a CloudEvent."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str
    data: dict[str, Any]
    actor: NotRequired[str | None]
    onbehalfof: NotRequired[str | None]
    correlationid: NotRequired[str | None]
    causationid: NotRequired[str | None]
    traceparent: NotRequired[str | None]
    command: NotRequired[str | None]
    sequence: NotRequired[int]
    position: NotRequired[int]


class Messages(TypedDict):
    """A page of the log; `next` is the position after which the next one begins."""

    items: list[Message]
    next: int | None


class Caused(TypedDict):
    """Something in the tree of a correlation: a command, with its outcome and its events; an event,
    with the commands that follow from it; or an outcome.
    """

    kind: Literal["command", "outcome", "event"]
    id: NotRequired[str | None]
    actor: NotRequired[str | None]
    type: NotRequired[str | None]
    subject: NotRequired[str | None]
    outcome: NotRequired[dict[str, Any]]
    event: NotRequired[Message]
    caused: NotRequired[list["Caused"]]


class Correlation(TypedDict):
    """What has a correlation id, each under what caused it; `complete` unless there is more."""

    correlation_id: str
    complete: bool
    items: list[Caused]


class Change(TypedDict):
    """A change of bandwidth: where it stands, and who is waited for since when."""

    circuit_id: str
    change_id: str
    kind: str | None
    strategy: Strategy | None
    step: str | None
    waits_for: str | None
    choices: list[str]
    since: str | None
    overdue: bool
    stalled: bool
    running: bool
    ended: str | None
    from_mbps: int | None
    bandwidth_mbps: int | None
    successor: str | None
    customer_id: str | None
    location_id: str | None
    not_before: str | None


class StepDone(TypedDict):
    """A step of a change that was done, and by whom."""

    time: str
    circuit_id: str
    what: str
    actor: str | None
    reason: str | None
    position: int


class ChangeCourse(Change):
    """A change with its steps, done and to come."""

    auto_proceed: bool | None
    attempt: int | None
    due: str | None
    correlation_id: str | None
    stall: dict[str, Any] | None
    abandoned: bool | None
    failure: dict[str, Any] | None
    done: list[StepDone]
    to_come: list[str]


class Alarm(TypedDict):
    """An alarm of a circuit, raised or cleared."""

    circuit_id: str
    customer_id: str
    alarm: AlarmKind
    since: str
    cause: str
    acknowledged_by: str | None
    cleared_at: str | None


class DriftOfCircuit(TypedDict):
    """A field of a circuit that the network side sees other than it is recorded."""

    circuit_id: str
    field: str
    recorded: str | int | None
    observed: str | int | None
    since: str


class OfLocation(TypedDict):
    """A customer's circuits at a location, added up."""

    location_id: str
    circuits: int
    bandwidth_mbps: int


class LimitUsed(TypedDict):
    """A limit, and what is used of it."""

    limit: str
    used: int
    allowed: int


class CustomerReport(TypedDict):
    """A customer's circuits added up, and what it uses of each limit."""

    customer_id: str
    circuits: int
    by_state: dict[str, int]
    bandwidth_mbps: int
    by_location: list[OfLocation]
    networks: int
    limits: list[LimitUsed]


class SharedEncapsulation(TypedDict):
    """Customers whose traffic could not be told apart."""

    encapsulation_id: int
    customers: list[str]


class IsolationReport(TypedDict):
    """What ever referred from one customer to another: nothing."""

    customers: int
    objects: int
    references: int
    crossing: list[dict[str, Any]]
    shared_encapsulation_ids: list[SharedEncapsulation]


class EffectiveRoute(TypedDict):
    """A route of a subnet, and why it is used or not."""

    prefix: str
    source: str
    next_hop: str
    next_hop_address: str | None
    via: list[str]
    active: bool
    reason: str


class EffectiveRoutes(TypedDict):
    """All routes of a subnet."""

    items: list[EffectiveRoute]
    next: str | None


class BeatenRoute(TypedDict):
    """A route that another one beats."""

    prefix: str
    source: str
    next_hop: str
    next_hop_address: str | None
    via: list[str]
    reason: str


class NextHop(TypedDict):
    """Where a subnet sends what is for an address."""

    address: str
    prefix: str | None
    source: str | None
    next_hop: str
    next_hop_address: str | None
    via: list[str]
    reason: str
    others: list[BeatenRoute]


class Flow(TypedDict):
    """Whether a subnet lets a flow pass, and by which rule."""

    allowed: bool
    rule: str
    priority: int
    direction: Literal["inbound", "outbound"]
    access: Literal["allow", "deny"]
    default: bool
    reason: str
    next_hop: NextHop | None


class StoppedStream(TypedDict):
    """A stream that a view has stopped until its missing event comes."""

    stream: str
    wanted: int
    position: int
    time: str


class Standing(TypedDict):
    """How far a view is behind the log. Read from topics, its place is `offsets`: those of all
    partitions of events added up.
    """

    view: str
    position: NotRequired[int]
    offsets: NotRequired[int]
    behind: int
    outcomes_behind: int
    rows: int
    generation: int
    stopped: list[StoppedStream]


class Standings(TypedDict):
    """How far each view is behind the log."""

    items: list[Standing]
    next: str | None


class ParkedCommand(TypedDict):
    """A command that a defect keeps from being decided, or that waits behind one."""

    number: int
    subject: str
    command: str
    command_id: str
    source: str
    parked_at: str
    error: str | None
    waits: bool


class DeadRecord(TypedDict):
    """A record that could not be read as a command: where it lies on the dead topic, where it came
    from (topic, partition, offset), and why it could not be read.
    """

    id: str
    origin: str
    error: str
    key: str | None
