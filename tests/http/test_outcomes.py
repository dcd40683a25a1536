"""The outcome of a command, asked for again by whoever sent it and by nobody else."""

from collections.abc import Iterator

import pytest

from tests.http.serving import CLOUDEVENT, Caller, a_command, serving, settle_down
from tests.running import ORDER

BETA = {**ORDER, "customer_id": "beta", "subscription_id": "beta-prod"}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """A server at which /portal speaks for several people."""
    folder = tmp_path_factory.mktemp("portal")
    with serving(folder, sources="/portal=user:* /v1=user:*") as caller:
        settle_down(caller)
        yield caller


def _asked(caller: Caller, source: str, id: str) -> tuple[int, str]:
    answered = caller.get("/v1/outcomes", params={"source": source, "id": id})
    return answered.status_code, answered.text


def test_an_outcome_is_told_again(owner: Caller) -> None:
    sent = owner.publish(a_command("order-circuit", "circuit/o1", BETA, id="o 1/ä", source="/s?x"))
    asked = owner.get("/v1/outcomes", params={"source": "/s?x", "id": "o 1/ä"})
    assert asked.status_code == 200
    assert asked.headers["content-type"] == CLOUDEVENT
    assert asked.json() == sent.json()


def test_so_is_a_refusal(owner: Caller) -> None:
    sent = owner.publish(a_command("delete-circuit", "circuit/none", id="r1", source="/s"))
    asked = owner.document("/v1/outcomes", params={"source": "/s", "id": "r1"})
    assert asked == sent.json()["outcome"]


def test_what_others_sent_is_like_what_nobody_sent(owner: Caller) -> None:
    owner.publish(a_command("order-circuit", "circuit/o2", BETA, id="o2", source="/s"))
    ada = owner.granted("beta", "owner")
    status, text = _asked(ada, "/s", "never")
    assert _asked(ada, "/s", "o2") == (status, text.replace("never", "o2"))
    kept = f"/http/{owner.principal}/%2Fs"
    for source in (kept, "/s"):
        answered = ada.get("/v1/outcomes", params={"source": source, "id": "o2"})
        assert answered.status_code == 404
        assert answered.headers["retry-after"]


def test_a_source_that_several_speak_from_tells_each_their_own(portal: Caller) -> None:
    order = a_command("order-circuit", "circuit/p1", {**ORDER, "subscription_id": "acme-prod"})
    already = a_command("grant-role", "customer/acme", {"principal": "user:x", "role": "reader"})
    for message in (order, already, {**already, "id": "again"}, {**order, "id": "refused"}):
        portal.publish({**message, "source": "/portal"})
        params = {"source": "/portal", "id": message["id"]}
        assert portal.get("/v1/outcomes", params=params).status_code == 200, message["id"]
        assert portal.named("user:other").get("/v1/outcomes", params=params).status_code == 404


@pytest.mark.parametrize("given", [{}, {"source": "/s"}, {"source": "", "id": "x"}], ids=str)
def test_both_are_needed(owner: Caller, given: dict[str, str]) -> None:
    assert owner.get("/v1/outcomes", params=given).status_code == 400
