"""Circuits: ordering, provisioning, peerings, what is connected, changes of bandwidth, deletion."""

from typing import Final

from domain.circuit import (
    advertised_routes,
    alarms,
    authorizations,
    bandwidth,
    carrying,
    change_control,
    connections,
    deletion,
    encryption,
    evolve,
    following,
    observations,
    ordering,
    peer_circuits,
    peerings,
    provisioning,
    rejected_validation,
    route_filters,
    secrets,
    state,
    successor,
    tier_and_billing,
)
from domain.circuit.guard import guarded
from domain.circuit.refusals import REFUSALS
from domain.decider.noun import Noun

NOUN: Final = Noun(
    name=state.CIRCUIT.noun,
    plural="circuits",
    about="Order, change, connect, list and delete circuits.",
    state=state.Circuit,
    initial=None,
    begins=evolve.BEGINS,
    effects=evolve.EFFECTS,
    rules={
        **ordering.RULES,
        **provisioning.RULES,
        **deletion.RULES,
        **tier_and_billing.RULES,
        **bandwidth.RULES,
        **change_control.RULES,
        **peerings.RULES,
        **secrets.RULES,
        **rejected_validation.RULES,
        **route_filters.RULES,
        **authorizations.RULES,
        **connections.RULES,
        **peer_circuits.RULES,
        **advertised_routes.RULES,
        **encryption.RULES,
        **observations.RULES,
        **alarms.RULES,
        **successor.RULES,
        **carrying.RULES,
    },
    belongs_to="customer",
    concern=state.concern_of,
    guard=guarded,
    follows=following.follows,
    refusals=REFUSALS,
    named_by=frozenset({"circuit_id", "other_circuit_id", "replaces", "replaced_by", "successor"}),
    grows=True,
)
