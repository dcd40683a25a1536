"""The audit in the console: search, pages, and what somebody may look at of it."""

import re

import pytest

from adapters.console import audit
from tests.http.serving import Caller
from tests.waiting import until

REFUSED = {"bandwidth_mbps": 100}


@pytest.fixture(scope="module", autouse=True)
def happened(owner: Caller) -> None:
    for each in ("acme-1", "beta-1"):
        owner.provisioned(each)
        assert owner.send(f"circuits/{each}/change-bandwidth", REFUSED).status_code == 409
    owner.at_rest()


def subjects(caller: Caller, **asked: str) -> list[str]:
    """The subjects of the entries that are found."""
    page = caller.get("/audit", params=asked)
    assert page.status_code == 200, page.text
    return re.findall(r"<summary.*?</strong>.*?<span>([^<]*)</span>", page.text)


def test_it_is_searched_by_who_what_and_when(owner: Caller) -> None:
    assert set(subjects(owner, subject="circuit/acme-1")) == {"circuit/acme-1"}
    assert subjects(owner, type="circuit.ordered") == ["circuit/beta-1", "circuit/acme-1"]
    whole = "tieline.circuit.ordered.v1"
    assert subjects(owner, type=whole) == ["circuit/beta-1", "circuit/acme-1"]
    assert subjects(owner, type="change-bandwidth") == ["circuit/beta-1", "circuit/acme-1"]
    refused = owner.get("/audit", params={"type": "change-bandwidth"}).text
    assert "interrupt" in refused
    by = {"type": "circuit.ordered", "subject": "circuit/acme-1", "actor": "user:owner"}
    assert subjects(owner, **by) == ["circuit/acme-1"]
    assert subjects(owner, actor="user:nobody") == []
    assert subjects(owner, since="2099-01-01T00:00") == []
    assert subjects(owner, until="2001-01-01") == []
    now = owner.document("/v1/events")["items"][-1]["time"]
    assert subjects(owner, since=now[:10], type="circuit.ordered")
    assert subjects(owner, until=now[:16], type="circuit.ordered")


def test_an_address_that_means_nothing_is_refused(owner: Caller) -> None:
    for asked in ("since=yesterday", "until=2026-13-01", "cursor=x", "who=x", "cursor=WyJhIl0"):
        assert owner.get(f"/audit?{asked}").status_code == 400, asked
    assert owner.get("/audit?actor=&since=").status_code == 200


def test_pages_follow_one_another(owner: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = subjects(owner)
    monkeypatch.setattr(audit, "PAGE", 5)
    found, path, pages = [], "/audit", 0
    while path:
        pages += 1
        page = owner.get(path).text
        found += re.findall(r"<summary.*?</strong>.*?<span>([^<]*)</span>", page)
        following = re.search(r'href="(/audit\?cursor=[^"]+)" rel="next"', page)
        path = following[1] if following else ""
    assert found == whole
    assert pages == -(-len(whole) // 5)


def test_who_may_look_at_one_customer_finds_that_ones_alone(owner: Caller) -> None:
    auditor = owner.granted("acme", "auditor")
    assert set(subjects(auditor)) == {"circuit/acme-1", "customer/acme"}
    assert subjects(auditor, subject="circuit/beta-1") == []
    assert "beta" not in auditor.get("/audit").text
    for caller in (owner.granted("acme", "reader"), owner.named("provider:colt")):
        assert subjects(caller) == [], "they see how things are, not how they were"


def test_what_belongs_together_is_drawn(owner: Caller) -> None:
    page = owner.get("/audit", params={"type": "circuit.ordered", "subject": "circuit/acme-1"})
    link = re.search(r'href="(/audit/correlations/[^"]+)"', page.text)
    assert link
    tree = until("the circuit is provisioned", lambda: _told(owner, link[1], "Provisioned"))
    assert "circuit/acme-1" in tree
    assert owner.get("/audit/correlations/nothing").status_code == 404
    auditor = owner.granted("acme", "auditor")
    assert "circuit/acme-1" in auditor.get(link[1]).text
    assert "location/fra" not in auditor.get(link[1]).text
    assert owner.granted("beta", "auditor").get(link[1]).status_code == 404


def _told(caller: Caller, path: str, word: str) -> str | None:
    text = caller.get(path).text
    return text if word in text else None
