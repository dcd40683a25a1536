"""`tieline network routes`, `next-hop` and `flow`, as their users ask them."""

from typing import Any

import pytest

from tests.running import ORDER, PAIR, Tieline, as_lines, command

FLOW = "network flow n1 --subnet web"
IN = f"{FLOW} --direction inbound --protocol tcp"
OUT = f"{FLOW} --direction outbound --protocol tcp"


def of_a_network(number: int) -> list[Any]:
    """Commands that register a network with both gateways."""
    id = f"n{number}"
    data = {"customer_id": "acme", "subscription_id": "prod", "region": "West Europe"}
    space = [f"10.{number}.0.0/16"]
    register = command(f"{id}-1", "register-network", f"network/{id}", **data, address_space=space)
    gateways = [
        command(f"{id}-{kind}", "add-gateway", f"network/{id}", kind=kind)
        for kind in ("vpn", "expressroute")
    ]
    return [register, *gateways]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Tieline:
    """A network n1 on circuit c1, linked to n2, with routes and rules; tests leave it as it is."""
    tieline = Tieline(tmp_path_factory.mktemp("networks"))
    commands = [
        command("a", "register-customer", "customer/acme", name="Acme", model="connect-through"),
        command("s", "add-subscription", "customer/acme", subscription_id="prod"),
        command("l", "open-location", "location/fra", providers=["colt"], routers=[PAIR]),
        command("o", "order-circuit", "circuit/c1", **ORDER),
        *of_a_network(1),
        *of_a_network(2),
        command("w", "add-subnet", "network/n1", name="web", prefix="10.1.1.0/24"),
        command("k", "link-networks", "network/n1", network_id="n2"),
    ]
    assert tieline.run("submit", "--settle", "-", given=as_lines(commands)).code == 0
    for each in (
        (
            "circuit configure-peering c1 --routing-domain private --vlan 100 --peer-asn 65010"
            " --primary-subnet 10.255.0.0/30 --secondary-subnet 10.255.0.4/30"
        ),
        "circuit connect-network c1 --network n1 --weight 7",
        "circuit advertise-routes c1 --routing-domain private --prefix 10.20.0.0/16",
        (
            "network set-route n1 --subnet web --prefix 10.30.0.0/16 --next-hop VirtualAppliance"
            " --next-hop-address 10.1.1.9"
        ),
    ):
        assert tieline.run(*each.split()).code == 0, each
    rule = {
        "name": "https",
        "priority": 100,
        "direction": "inbound",
        "access": "allow",
        "protocol": "tcp",
        "source": ["internet"],
        "source_ports": ["any"],
        "destination": ["10.1.1.0/28"],
        "destination_ports": ["443"],
    }
    said = command("r", "set-security-rule", "network/n1", subnet="web")
    assert tieline.submit(said | {"data": {"subnet": "web", **rule}}).code == 0
    return tieline


def test_routes_are_json_lines(asked: Tieline):
    rows = asked.ask_list(*["network", "routes", "n1", "--subnet", "web"])
    assert [(each["prefix"], each["source"], each["next_hop"], each["via"]) for each in rows] == [
        ("0.0.0.0/0", "system", "Internet", []),
        ("10.0.0.0/8", "system", "None", []),
        ("10.1.0.0/16", "system", "VnetLocal", []),
        ("10.2.0.0/16", "system", "VirtualNetworkGateway", ["n2"]),
        ("10.20.0.0/16", "bgp", "VirtualNetworkGateway", ["c1"]),
        ("10.30.0.0/16", "user", "VirtualAppliance", []),
        ("100.64.0.0/10", "system", "None", []),
        ("172.16.0.0/12", "system", "None", []),
        ("192.168.0.0/16", "system", "None", []),
    ]
    assert rows[5] == {
        "prefix": "10.30.0.0/16",
        "source": "user",
        "next_hop": "VirtualAppliance",
        "next_hop_address": "10.1.1.9",
        "via": [],
        "active": True,
        "reason": "It is a route of subnet web.",
    }


def test_routes_for_people_are_a_table(asked: Tieline):
    out = asked.run(*["network", "routes", "n1", "--subnet", "web"]).out.splitlines()
    assert out[0].split() == ["PREFIX", "ACTIVE", "SOURCE", "NEXT", "HOP", "REASON"]
    assert "10.20.0.0/16    yes     bgp     VirtualNetworkGateway via c1  It is learned" in out[5]
    assert "VirtualAppliance 10.1.1.9" in out[6]


def test_a_next_hop_is_one_document(asked: Tieline):
    told = asked.ask(*["network", "next-hop", "n1", "--subnet", "web", "--address", "10.20.1.1"])
    assert told == {
        "address": "10.20.1.1",
        "prefix": "10.20.0.0/16",
        "source": "bgp",
        "next_hop": "VirtualNetworkGateway",
        "next_hop_address": None,
        "via": ["c1"],
        "reason": "10.20.0.0/16 is the longest prefix in use that covers 10.20.1.1; it is learned "
        "over circuit c1 (advertised there).",
        "others": [
            {
                "prefix": prefix,
                "source": "system",
                "next_hop": hop,
                "next_hop_address": None,
                "via": [],
                "reason": "The bgp route for 10.20.0.0/16 to VirtualNetworkGateway beats it: its "
                "prefix is longer.",
            }
            for prefix, hop in (("10.0.0.0/8", "None"), ("0.0.0.0/0", "Internet"))
        ],
    }


def test_a_next_hop_for_people(asked: Tieline):
    out = asked.run(*["network", "next-hop", "n1", "--subnet", "web", "--address", "10.30.1.1"]).out
    assert "next_hop  VirtualAppliance 10.1.1.9" in out
    assert "\nothers\nPREFIX" in out


def test_an_ipv6_address_in_an_ipv4_network_has_no_next_hop(asked: Tieline):
    told = asked.ask(*["network", "next-hop", "n1", "--subnet", "web", "--address", "2001:DB8::1"])
    assert told == {
        "address": "2001:db8::1",
        "prefix": None,
        "source": None,
        "next_hop": "None",
        "next_hop_address": None,
        "via": [],
        "reason": "No route covers 2001:db8::1: the network has no IPv6.",
        "others": [],
    }


def test_a_flow_is_one_document(asked: Tieline):
    told = asked.ask(*f"{IN} --from 8.8.8.8:50000 --to 10.1.1.4:443".split())
    assert told == {
        "allowed": True,
        "rule": "https",
        "priority": 100,
        "direction": "inbound",
        "access": "allow",
        "default": False,
        "reason": "Rule https of priority 100 allows it, the first that matches tcp from "
        "8.8.8.8:50000 to 10.1.1.4:443.",
        "next_hop": None,
    }


@pytest.mark.parametrize(
    ("asking", "rule", "allowed", "next_hop"),
    [
        (f"{IN} --from 8.8.8.8:50000 --to 10.1.1.99:443", "DenyAllInBound", False, None),
        (f"{IN} --from 10.20.0.4:50000 --to 10.1.1.4:22", "AllowVnetInBound", True, None),
        (
            f"{OUT} --from 10.1.1.4:50000 --to 10.20.0.4:22",
            "AllowVnetOutBound",
            True,
            "VirtualNetworkGateway",
        ),
        (
            f"{OUT} --from 10.1.1.4:50000 --to 8.8.8.8:443",
            "AllowInternetOutBound",
            True,
            "Internet",
        ),
        (f"{OUT} --from 10.1.1.4:50000 --to 10.99.0.1:443", "DenyAllOutBound", False, "None"),
        (
            f"{FLOW} --direction outbound --protocol icmp --from 10.1.1.4 --to 10.30.0.1",
            "AllowVnetOutBound",
            True,
            "VirtualAppliance",
        ),
    ],
)
def test_flows(asked: Tieline, asking: str, rule: str, allowed: bool, next_hop: Any):  # noqa: FBT001
    told = asked.ask(*asking.split())
    assert (told["rule"], told["allowed"], told["next_hop"]) == (rule, allowed, next_hop)


QUESTIONS = (
    "network routes {} --subnet {}",
    "network next-hop {} --subnet {} --address 10.1.1.4",
    (
        "network flow {} --subnet {} --direction inbound --protocol tcp --from 8.8.8.8:1"
        " --to 10.1.1.4:443"
    ),
)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    ("network", "subnet", "more", "said"),
    [
        ("n9", "web", "", "there is no network n9"),
        ("n1", "db", "", "network n1 has no subnet db; its subnets: web"),
        ("n2", "web", "", "network n2 has no subnet web; its subnets: none"),
        ("n1", "web", " --as-of 2020-01-01", "there is no network n1 as of 2020-01-01"),
    ],
)
def test_what_is_not_found(
    asked: Tieline, question: str, network: str, subnet: str, more: str, said: str
):
    result = asked.run(*f"{question.format(network, subnet)}{more}".split())
    assert (result.code, result.out, result.err) == (1, "", f"tieline: {said}\n")


@pytest.mark.parametrize(
    ("asking", "said"),
    [
        ("network routes n1 --subnet a/b", "no name of a subnet"),
        ("network routes n1 --subnet web --as-of yesterday", "neither a time nor a date"),
        ("network next-hop n1 --subnet web --address 10.1.1.0/24", "an address has no length"),
        ("network next-hop n1 --subnet web --address web", "is no address"),
        (f"{IN} --from 8.8.8.8:1 --to 10.1.2.4:443", "subnet web, in 10.1.1.0/24, not 10.1.2.4"),
        (f"{OUT} --from 10.1.2.4:1 --to 8.8.8.8:1", "subnet web, in 10.1.1.0/24, not 10.1.2.4"),
        (f"{IN} --from [2001:db8::1]:1 --to 10.1.1.4:443", "one family"),
        (f"{IN} --from 8.8.8.8 --to 10.1.1.4:443", "with tcp, an address and a port"),
        (f"{FLOW} --direction up --protocol tcp --from 8.8.8.8:1 --to 10.1.1.4:1", "not known"),
        (f"{FLOW} --direction inbound --protocol any --from 8.8.8.8:1 --to 10.1.1.4:1", "known"),
    ],
)
def test_what_does_not_fit(asked: Tieline, asking: str, said: str):
    result = asked.run(*asking.split())
    assert (result.code, result.out) == (2, "")
    assert said in result.err


def test_what_was_true_then_is_answered_for_then(asked: Tieline):
    """The network was connected, then its routes were advertised; each moment has its answer."""
    trail = asked.ask_list("circuit", "history", "c1")
    connected = next(each for each in trail if each["type"].endswith("network-connected.v1"))
    question = ["network", "next-hop", "n1", "--subnet", "web", "--address", "10.20.1.1"]
    then = asked.ask(*question, "--as-of", connected["time"])
    assert (then["prefix"], asked.ask(*question)["prefix"]) == ("10.0.0.0/8", "10.20.0.0/16")
    assert asked.ask(*question, "--as-of", "2100-01-01") == asked.ask(*question)
    routes = asked.ask_list(*QUESTIONS[0].format("n1", "web").split(), "--as-of", connected["time"])
    assert "10.20.0.0/16" not in {each["prefix"] for each in routes}
    flow = f"{OUT} --from 10.1.1.4:1 --to 10.20.0.1:1".split()
    assert asked.ask(*flow, "--as-of", connected["time"])["rule"] == "DenyAllOutBound"
    assert asked.ask(*flow)["rule"] == "AllowVnetOutBound"
