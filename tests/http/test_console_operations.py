"""Operations in the console: for the CSP's staff alone; parked commands are retried and dropped."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.http.serving import Caller, a_command, serving
from tests.waiting import until

DEFECT = "add-subscription"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log on which commands of two customers are parked; one waits behind another."""
    folder = tmp_path_factory.mktemp("parked")
    with serving(folder, defect=DEFECT) as owner:
        for each in ("acme", "beta"):
            owner.done(
                f"customers/{each}/register-customer", {"name": each, "model": "connect-through"}
            )
        owner.granted("acme", "owner")
        for verb, subject, named in (
            ("add-subscription", "customer/acme", "s1"),
            ("remove-subscription", "customer/acme", "s1"),
            ("add-subscription", "customer/beta", "s2"),
            ("add-subscription", "customer/beta", "s3"),
        ):
            data = {"subscription_id": named}
            sent = a_command(verb, subject, data, id=f"{verb} {named}")
            assert owner.publish(sent).status_code == 202, "it is parked"
    return folder


@pytest.fixture(scope="module")
def owner(folder: Path) -> Iterator[Caller]:
    """The owner, at a server on that log, in which the defect is mended."""
    with serving(folder) as owner:
        for role in ("reader", "contributor"):
            owner.done("csp/self/grant-role", {"principal": f"user:{role}", "role": role})
        yield owner.at_rest()


def confirmed(caller: Caller, number: int, deed: str) -> httpx.Response:
    """What becomes of a parked command once its page is confirmed."""
    path = f"/operations/parked/{number}/{deed}"
    page = caller.get(path)
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    assert token, page.text
    return caller.client.post(path, data={"csrf": token[1]})


def parked(caller: Caller) -> list[int]:
    return [each["number"] for each in caller.document("/v1/parked")["items"]]


def test_operations_are_there_for_the_staff_alone(owner: Caller) -> None:
    for caller in (owner, owner.named("user:reader"), owner.named("user:contributor")):
        page = caller.get("/operations")
        assert page.status_code == 200
        assert "RuntimeError: TIELINE_TEST_DEFECT" in page.text
        assert 'href="/operations"' in caller.get("/").text
    for name in ("user:acme-owner-None", "user:nobody", "provider:colt"):
        caller = owner.named(name)
        assert caller.get("/operations").status_code == 404
        assert caller.get("/operations/parked/1/retry").status_code == 404
        assert caller.client.post("/operations/parked/1/retry").status_code == 403
        assert 'href="/operations"' not in caller.get("/").text


def test_who_only_reads_is_offered_nothing(owner: Caller) -> None:
    reader = owner.named("user:reader")
    assert "/operations/parked/" not in reader.get("/operations").text
    assert reader.get("/operations/parked/1/retry").status_code == 404
    token = re.search(r'name="csrf" value="(\w{64})"', reader.get("/order").text)
    assert token
    for deed in ("retry", "drop"):
        path = f"/operations/parked/1/{deed}"
        assert reader.client.post(path, data={"csrf": token[1]}).status_code == 403
    assert parked(owner) == [1, 2, 3, 4]


def test_every_view_is_listed_with_how_it_stands(owner: Caller) -> None:
    def up_to_date() -> bool:
        page = owner.get("/operations").text
        return page.count("Up to date") == len(owner.document("/v1/projections")["items"])

    until("every view is up to date", up_to_date)


def test_nothing_is_shown_of_dead_letters_where_none_can_be(owner: Caller) -> None:
    assert "Dead letters" not in owner.get("/operations").text


def test_a_form_of_elsewhere_does_nothing(owner: Caller) -> None:
    for typed in ({}, {"csrf": "x"}):
        assert owner.client.post("/operations/parked/1/drop", data=typed).status_code == 403
    assert parked(owner) == [1, 2, 3, 4]


def test_parked_commands_are_retried_and_dropped(owner: Caller) -> None:
    page = owner.get("/operations/parked/2/retry").text
    assert "number 1" in page, "the one before it goes along"
    retried = confirmed(owner, 2, "retry")
    assert (retried.status_code, retried.headers["location"]) == (303, "/operations?done=accepted")
    assert parked(owner) == [3, 4]
    assert owner.at_rest().document("/v1/customers/acme")["subscriptions"] == []
    contributor = owner.named("user:contributor")
    dropped = confirmed(contributor, 3, "drop")
    assert dropped.headers["location"] == "/operations?done=dropped"
    again = owner.client.post(
        "/operations/parked/3/drop", data={"csrf": _token(owner, "/operations/parked/4/drop")}
    )
    assert again.status_code == 404
    assert "decided or dropped meanwhile" in again.text
    assert confirmed(owner, 4, "retry").headers["location"] == "/operations?done=accepted"
    assert parked(owner) == []
    beta = owner.at_rest().document("/v1/customers/beta")
    assert [each["subscription_id"] for each in beta["subscriptions"]] == ["s3"]
    assert "It is" not in owner.get("/operations").text
    assert "is accepted" in owner.get("/operations?done=accepted").text
    assert owner.get("/operations?done=x").status_code == 400
    assert owner.get("/operations/parked/4/give-up").status_code == 404


def _token(caller: Caller, path: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', caller.get(path).text)
    assert found
    return found[1]
