"""The view of the CSP: there from the start, with the roles of its staff."""

from typing import Any

from domain.csp.events import CspRoleGranted, CspRoleRevoked, PrefixHeld
from domain.decider.decisions import Written
from domain.words.prefix import prefix as prefix_of
from projections import csp
from projections.database import reading
from tests.examples import a_customer
from tests.projections.histories import built


def granted(principal: str, role: Any) -> Written:
    return "csp/self", CspRoleGranted(principal=principal, role=role)


def shown(*facts: Any) -> Any:
    with reading(built(*facts)) as live:
        return csp.show(live, "self")


def test_it_is_there_before_any_event() -> None:
    at_first: dict[str, Any] = {
        "csp_id": "self",
        "last_encapsulation_id": 0,
        "roles": [],
        "version": 0,
    }
    assert shown() == at_first
    with reading(built()) as live:
        assert csp.show(live, "other") is None


def test_roles_stand_in_the_order_in_which_they_were_granted() -> None:
    found = shown(
        [
            granted("user:ben", "auditor"),
            granted("user:anna", "owner"),
            granted("user:ben", "contributor"),
            ("csp/self", CspRoleRevoked(principal="user:ben", role="auditor")),
        ]
    )
    assert found["roles"] == [
        {"principal": "user:anna", "role": "owner"},
        {"principal": "user:ben", "role": "contributor"},
    ]
    assert found["version"] == 4


def test_what_else_happens_on_its_stream_moves_the_version() -> None:
    held = PrefixHeld(prefix=prefix_of("203.0.113.0/24"), customer_id="acme", confirmed=True)
    found = shown(a_customer(number=7), ("csp/self", held), granted("user:anna", "reader"))
    assert (found["last_encapsulation_id"], found["version"]) == (7, 3)
    assert found["roles"] == [{"principal": "user:anna", "role": "reader"}]
