"""Whatever two customers and the CSP do, no two customers carry traffic for one prefix."""

from typing import Any

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from domain.decider.rights import SELF
from tests.domain.spec import Spec
from tests.domain.test_addresses import B1, C1, DOMAIN, change, configure, two_worlds

BLOCKS = st.sampled_from(["203.0.113.0/24", "203.0.113.0/25", "203.0.112.0/23", "192.0.2.0/24"])
CIRCUITS = st.sampled_from([(C1, "acme"), ("circuit/c2", "acme"), (B1, "beta")])
PARTIES = st.sampled_from(["customer/acme", "customer/beta", SELF])
LINKS_OF = {
    each: {"primary_subnet": f"198.51.{n}.0/30", "secondary_subnet": f"198.51.{n}.4/30"}
    for n, each in enumerate((C1, "circuit/c2", B1))
}
STEPS = st.one_of(
    st.tuples(st.sampled_from(["claim-prefix", "confirm-prefix"]), PARTIES, BLOCKS),
    st.tuples(
        st.sampled_from(
            ["configure", "change", "validate", "reject", "enable", "disable", "remove", "asn"]
        ),
        CIRCUITS,
        st.lists(BLOCKS, min_size=1, max_size=2),
    ),
)


def _step(spec: Spec, verb: str, on: Any, blocks: Any) -> None:
    if isinstance(on, str):
        spec.when(verb, on, prefix=blocks)
        return
    circuit = on[0]
    match verb:
        case "configure":
            configure(spec, circuit, **LINKS_OF[circuit], advertised_prefixes=blocks)
        case "change":
            change(spec, circuit, advertised_prefixes=blocks)
        case "asn":
            change(spec, circuit, peer_asn=3300 + len(blocks))
        case "validate":
            spec.when("validate-peering", circuit, **DOMAIN, evidence="LOA")
        case "reject":
            spec.when("reject-validation", circuit, **DOMAIN, reason="forged")
        case _:
            spec.when(f"{verb}-peering", circuit, **DOMAIN)


@settings(max_examples=60, deadline=None)
@for_all(st.lists(STEPS, max_size=25))
def test_no_two_customers_are_ever_enabled_with_one_prefix(steps: list[Any]) -> None:
    spec = two_worlds()
    for verb, on, blocks in steps:
        _step(spec, verb, on, blocks)
        circuits = [spec.state(each) for each in (C1, "circuit/c2", B1)]
        peerings = [(each, each.peering("microsoft")) for each in circuits]
        advertised = [
            (circuit.customer_id, prefix)
            for circuit, peering in peerings
            if peering and peering.state == "enabled"
            for prefix in peering.advertised_prefixes
        ]
        for customer, prefix in advertised:
            for other, others in advertised:
                assert customer == other or not prefix.overlaps(others)
        recorded = {(use.circuit_id, use.prefix) for use in spec.state(SELF).in_use}
        assert recorded == {
            (circuit.circuit_id, prefix)
            for circuit, peering in peerings
            if peering
            for prefix in peering.public
        }
