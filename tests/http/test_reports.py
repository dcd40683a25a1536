"""Reports over HTTP: a customer's own, and for the CSP alone the proof that customers are apart."""

from tests.http.serving import Caller


def test_a_customers_circuits_are_added_up(owner: Caller) -> None:
    report = owner.document("/v1/customers/acme/report")
    assert (report["customer_id"], report["circuits"]) == ("acme", 1)
    assert report["by_location"][0]["location_id"] == "fra"
    assert owner.get("/v1/customers/acme/report", params={"as_of": "2020-01-01"}).status_code == 404
    assert owner.get("/v1/customers/nobody/report").status_code == 404


def test_a_report_is_for_those_who_see_the_whole_customer(owner: Caller) -> None:
    reader, auditor = owner.granted("acme", "reader"), owner.granted("acme", "auditor")
    scoped = owner.granted("acme", "auditor", "acme-prod")
    then = {"as_of": "2999-01-01"}
    assert reader.get("/v1/customers/acme/report").status_code == 200
    assert reader.get("/v1/customers/acme/report", params=then).status_code == 404
    assert auditor.document("/v1/customers/acme/report", params=then)["circuits"] == 1
    for hidden in (
        reader.get("/v1/customers/beta/report"),
        scoped.get("/v1/customers/acme/report"),
    ):
        assert hidden.status_code == 404
    assert owner.named("provider:colt").get("/v1/customers/acme/report").status_code == 404


def test_isolation_is_proved_to_the_csp_alone(owner: Caller) -> None:
    found = owner.document("/v1/audit/isolation")
    assert (found["customers"], found["crossing"]) == (2, [])
    one = owner.document("/v1/audit/isolation", params={"customer_id": "acme"})
    assert one["customers"] == 1
    missing = owner.get("/v1/audit/isolation", params={"customer_id": "nobody"})
    assert missing.status_code == 404
    owner.done("csp/self/grant-role", {"principal": "user:watch", "role": "auditor"})
    assert owner.named("user:watch").document("/v1/audit/isolation")["customers"] == 2
    for who in (owner.granted("acme", "owner"), owner.named("provider:colt")):
        asked = who.get("/v1/audit/isolation", params={"customer_id": "acme"})
        nowhere = who.get("/v1/audit/nothing", params={"customer_id": "acme"})
        assert asked.text.replace("isolation", "nothing") == nowhere.text
