"""What people get wrong, and how often."""

from demo.office import mistakes_in_messages as messages
from demo.office import mistakes_in_orders as orders
from demo.office import (
    mistakes_in_registering,
    mistakes_in_watching,
    mistakes_of_office,
    mistakes_on_connections,
    mistakes_on_networks,
    mistakes_on_peers,
    mistakes_on_routes,
    mistakes_with_filters,
)
from demo.office import mistakes_in_use as in_use
from demo.office import mistakes_of_rights as rights
from demo.office import mistakes_on_circuits as circuits
from demo.office import mistakes_on_peerings as peerings
from demo.office.desk import Desk, Mistakes

MISTAKES: Mistakes = (
    (5, messages.malformed_order),
    (4, messages.malformed_peering),
    (3, messages.malformed_customer),
    (1, rights.on_behalf_of_another),
    (2, messages.unknown_command),
    (3, messages.reused_id),
    (3, rights.reader_acts),
    (3, rights.operator_oversteps),
    (2, rights.contributor_grants),
    (3, rights.staff_under_connect_to),
    (2, rights.csp_reader_acts),
    (2, rights.customer_plays_csp),
    (2, rights.forgets_on_behalf),
    (1, rights.false_source),
    (3, rights.stranger),
    (2, rights.out_of_scope),
    (2, rights.wrong_provider),
    (2, rights.misspelt),
    (3, rights.old_name),
    (7, rights.wrong_key),
    (8, orders.double_order),
    (2, orders.retired_id),
    (4, orders.odd_bandwidth),
    (2, orders.local_elsewhere),
    (3, orders.absent_provider),
    (3, orders.unknown_subscription),
    (3, orders.unmanaged_subscription),
    (3, orders.closed_site),
    (1, orders.unknown_place),
    (1, orders.unknown_customer),
    (8, orders.full_site),
    (3, orders.over_the_limit),
    (1, orders.unknown_profile),
    (1, in_use.open_again),
    (1, in_use.provider_again),
    (1, in_use.provider_still_used),
    (2, in_use.too_small),
    (1, in_use.one_router_twice),
    (2, in_use.register_again),
    (1, in_use.remove_in_use),
    (1, in_use.revoke_last_owner),
    (1, in_use.revoke_nobody),
    (2, in_use.on_behalf_too_early),
    (1, in_use.subscription_still_used),
    (2, in_use.claim_of_another),
    (1, in_use.release_unclaimed),
    (3, circuits.delete_too_early),
    (2, circuits.down_to_local),
    (2, circuits.back_to_metered),
    (2, circuits.unaware_deprovisioning),
    (2, circuits.deprovisioned_twice),
    (4, circuits.unaware_decrease),
    (2, circuits.odd_rate),
    (4, circuits.too_wide),
    (1, circuits.increase_at_closed_site),
    (2, circuits.change_id_again),
    (5, circuits.while_it_runs),
    (2, circuits.unknown_change),
    (6, peerings.peering_too_early),
    (6, peerings.taken_vlan),
    (5, peerings.overlapping_subnets),
    (4, peerings.invalid_subnet),
    (4, peerings.reserved_asn),
    (4, peerings.peering_again),
    (2, peerings.absent_peering),
    (3, peerings.mixed_traffic),
    (3, peerings.new_public_peering),
    (2, peerings.no_prefixes),
    (3, peerings.prefix_of_another),
    (1, peerings.too_many_prefixes),
    (2, peerings.enable_unvalidated),
)

WITH_NETWORKS: Mistakes = (
    *MISTAKES,
    *mistakes_in_registering.MISTAKES,
    *mistakes_on_networks.MISTAKES,
    *mistakes_on_connections.MISTAKES,
    *mistakes_on_peers.MISTAKES,
    *mistakes_with_filters.MISTAKES,
    *mistakes_on_routes.MISTAKES,
    *mistakes_in_watching.MISTAKES,
    *mistakes_of_office.MISTAKES,
)


def make_one(desk: Desk) -> bool:
    """Make a mistake that can be made now; False when some tries found none."""
    mistakes = WITH_NETWORKS if desk.networks else MISTAKES
    errands = [errand for _, errand in mistakes]
    weights = [weight for weight, _ in mistakes]
    return any(errand(desk) for errand in desk.rng.choices(errands, weights, k=6))
