"""What routers say of their sessions becomes what the network side reports."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.routers.observing import (
    AS_RECORDED,
    ESTABLISHED,
    HALF_DOWN,
    a_wrong_key,
    observed,
    seen,
)
from tests.routers.running import Routers
from tests.waiting import until


def test_real_routers_tell_what_is_up_and_how_many_prefixes_arrive(routers: Routers) -> None:
    until("everything is as recorded", lambda: observed(routers) == AS_RECORDED)
    with a_wrong_key(routers["customer", "secondary"], "fd00:255::6"):
        until("a session is lost", lambda: observed(routers) == HALF_DOWN)
    until("it is back", lambda: observed(routers) == AS_RECORDED)


def summary(**sessions: tuple[str, int]) -> Mapping[str, Any]:
    """A router's answer: for each routing domain the state of its session, and what it receives."""
    peers = {
        domain: {"desc": f"acme-fra-1-{domain} primary", "state": state, "pfxRcd": received}
        for domain, (state, received) in sessions.items()
    }
    return {"ipv4Unicast": {"peers": peers}}


@pytest.mark.parametrize(
    ("primary", "secondary", "expected"),
    [
        ((ESTABLISHED, 3), (ESTABLISHED, 3), ("up", 3)),
        ((ESTABLISHED, 3), ("Active", 0), ("down", 3)),
        (("Idle (Admin)", 0), ("Idle (Admin)", 0), ("down", 0)),
    ],
)
def test_a_peering_is_up_with_both_connections(
    primary: tuple[str, int], secondary: tuple[str, int], expected: tuple[str, int]
) -> None:
    (private,) = seen([summary(private=primary), summary(private=secondary)])
    assert private["routing_domain"] == "private"
    assert (private["state"], private["prefixes"]) == expected
