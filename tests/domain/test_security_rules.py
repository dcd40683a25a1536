"""Security rules of subnets: by name, one at each priority of a direction, a thousand at most."""

from typing import Any

import pytest

from domain.network.events import SecurityRuleRemoved, SecurityRuleSet, SubnetAdded
from domain.words.prefix import prefix
from tests.domain.spec import Spec, given
from tests.examples import a_customer, a_network

N1 = "network/n1"
RULE: dict[str, Any] = {
    "subnet": "web",
    "name": "https",
    "priority": 100,
    "direction": "inbound",
    "access": "allow",
    "protocol": "tcp",
    "source": ["internet"],
    "source_ports": ["any"],
    "destination": ["10.1.0.0/24"],
    "destination_ports": ["443"],
}
WORLD = [
    *a_customer(),
    *a_network(),
    (N1, SubnetAdded(name="web", prefix=prefix("10.1.0.0/24"))),
]


def changed(**fields: Any) -> dict[str, Any]:
    return RULE | fields


def rule(spec: Spec, **more: Any) -> Spec:
    return spec.when("set-security-rule", N1, **changed(**more))


def test_a_rule_is_set_replaced_and_removed() -> None:
    spec = rule(given(WORLD)).then((N1, SecurityRuleSet(**RULE)))
    rule(spec).then_nothing()
    rule(spec, access="deny").then((N1, SecurityRuleSet(**changed(access="deny"))))
    spec.when("remove-security-rule", N1, subnet="web", name="https")
    spec.then((N1, SecurityRuleRemoved(subnet="web", name="https")))
    spec.when("remove-security-rule", N1, subnet="web", name="https")
    spec.refused("not-found", kind="security rule", id="https")


def test_it_is_of_a_subnet_that_is_there() -> None:
    rule(given(WORLD), subnet="db").refused("not-found", kind="subnet", id="db")
    spec = given(WORLD).when("remove-security-rule", N1, subnet="db", name="https")
    spec.refused("not-found", kind="subnet", id="db")


def test_a_priority_is_taken_once_in_a_direction() -> None:
    spec = rule(given(WORLD))
    rule(spec, name="ssh").refused("priority-taken", priority=100, taken_by="https")
    rule(spec, name="ssh", direction="outbound").then_accepted()
    rule(spec, name="https", priority=200).then_accepted()
    rule(spec, name="dns").then_accepted()
    spec.when("remove-security-rule", N1, subnet="web", name="dns").then_accepted()
    rule(spec, name="ntp").then_accepted()


def test_addresses_are_kept_as_prefixes() -> None:
    spec = rule(given(WORLD), source=["10.9.0.4", "2001:DB8::1", "10.8.0.0/16"])
    rules = spec.then_accepted().state(N1).subnets["web"].rules
    assert rules["https"].source == ("10.9.0.4/32", "2001:db8::1/128", "10.8.0.0/16")


def test_host_bits_are_refused() -> None:
    rule(given(WORLD), destination=["10.1.0.0/24", "10.2.0.1/24"]).refused(
        "subnet-invalid", field="destination", prefix="10.2.0.1/24"
    )


MALFORMED: list[dict[str, Any]] = [
    {"priority": 99},
    {"priority": 4097},
    {"priority": "100"},
    {"direction": "in"},
    {"access": "drop"},
    {"protocol": "esp"},
    {"source": []},
    {"destination": "internet"},
    {"source": ["any", "10.1.0.0/24"]},
    {"source": ["internet", "virtual-network"]},
    {"source": ["10.1.0.0/24", "10.1.0.0/24"]},
    {"source": ["10.1.0.4", "10.1.0.4/32"]},
    {"source": ["somewhere"]},
    {"source": ["10.0.0.0/33"]},
    {"source_ports": []},
    {"source_ports": ["any", "80"]},
    {"source_ports": ["80", "80"]},
    {"source_ports": ["80", "80-80"]},
    {"destination_ports": ["65536"]},
    {"destination_ports": ["9000-8000"]},
    {"destination_ports": ["80-"]},
    {"destination_ports": ["http"]},
    {"protocol": "icmp"},
    {"protocol": "icmp", "destination_ports": ["any"], "source_ports": ["1"]},
]


@pytest.mark.parametrize("wrong", MALFORMED)
def test_a_rule_of_another_shape_is_malformed(wrong: dict[str, Any]) -> None:
    rule(given(WORLD), **wrong).refused("malformed-command")


@pytest.mark.parametrize(
    ("field", "one", "most"),
    [("source", "10.{}.{}.0/24", 4000), ("destination", "10.{}.{}.0/24", 4000)],
)
def test_lists_have_a_bound(field: str, one: str, most: int) -> None:
    many = [one.format(n // 250, n % 250) for n in range(most + 1)]
    rule(given(WORLD), **{field: many}).refused("malformed-command")
    rule(given(WORLD), **{field: many[:-1]}).then_accepted()


def test_icmp_has_no_ports() -> None:
    rule(given(WORLD), protocol="icmp", destination_ports=["any"]).then_accepted()


def test_a_thousand_rules_are_the_most() -> None:
    full = [(N1, SecurityRuleSet(**changed(name=f"r{n}", priority=200 + n))) for n in range(1000)]
    rule(given(WORLD, full)).refused("limit-reached", allowed=1000, used=1000)
    rule(given(WORLD, full), name="r7").then_accepted()
    rule(given(WORLD, full[:-1])).then_accepted()
