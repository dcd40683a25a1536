"""What people do about changes of bandwidth, alarms and peerings in the console."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened
from tests.browser.going_on import alarmed, stalls, waits
from tests.browser.world import HOSTILE, is_provisioned, ordered
from tests.http.serving import Caller
from tests.waiting import until

PATIENCE = 40_000
"""Milliseconds in which a change comes to its end: its provider takes a moment for each step."""


@pytest.fixture(scope="module", autouse=True)
def there(owner: Caller) -> None:
    """A circuit for each flow, all provisioned at once."""
    ids = ("go-on", "try-again", "give-up", "told", "peered", "looked-at")
    for id in ids:
        ordered(owner, id, location="ams")
    for id in ids:
        until(f"{id} is provisioned", lambda id=id: is_provisioned(owner, id))


def test_a_change_is_approved_by_keyboard_and_both_tabs_follow(
    opened: Opened, owner: Caller
) -> None:
    waits(owner, "go-on", "down", bandwidth_mbps=200)
    page = opened("/changes?circuit_id=go-on")
    other = page.context.new_page()
    other.goto("/changes/go-on/down")
    page.locator("#row-go-on-down").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/changes/go-on/down")
    proceed = page.get_by_role("link", name="Proceed with change")
    proceed.focus(timeout=PATIENCE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/do/proceed-bandwidth-change")
    expect(page.get_by_role("region", name="What it would do")).to_contain_text("Fill in Reason")
    page.get_by_label("Reason").focus()
    page.keyboard.type("the window is open")
    expect(page.get_by_text("It would be accepted.")).to_be_visible()
    page.get_by_role("button", name="Proceed with change").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/changes/go-on/down")
    expect(page.locator("#steps")).to_contain_text("the window is open")
    for each in (page, other):
        expect(each.locator("h1")).to_contain_text("Decreased", timeout=PATIENCE)
        expect(each.locator("[aria-current=step]")).to_have_count(0)
    page.get_by_role("link", name="go-on.r2").first.click()
    expect(page.locator(".under strong")).to_have_text("200 Mbit/s")


def test_a_stalled_step_is_tried_again(opened: Opened, owner: Caller) -> None:
    stalls(owner, "try-again", "down", bandwidth_mbps=200)
    page = opened("/circuits/try-again")
    page.get_by_role("link", name="See the change").click()
    page.wait_for_url("**/changes/try-again/down")
    expect(page.locator(".turnline")).to_contain_text("maintenance of the patch panel")
    page.get_by_role("link", name="Retry step").click()
    page.get_by_label("Reason").fill("the panel is free")
    page.get_by_role("button", name="Retry step").click()
    page.wait_for_url("**/changes/try-again/down")
    expect(page.locator("#toasts")).to_contain_text("Retry bandwidth change: done")
    expect(page.locator("h1")).not_to_contain_text("Stalled")
    expect(page.get_by_role("link", name="Retry step")).to_have_count(0)
    expect(page.locator("#steps")).to_contain_text("Change retried")


def test_a_change_is_given_up_for_a_reason_that_is_text(opened: Opened, owner: Caller) -> None:
    waits(owner, "give-up", "down", bandwidth_mbps=200)
    page = opened("/changes/give-up/down")
    page.get_by_role("link", name="Abandon change").click()
    page.get_by_label("Reason").fill(HOSTILE)
    expect(page.get_by_role("region", name="What it would do")).to_contain_text("Change abandoned")
    page.get_by_role("button", name="Abandon change").click()
    page.wait_for_url("**/changes/give-up/down")
    expect(page.locator("#steps")).to_contain_text("<script>")
    expect(page.locator("h1")).to_contain_text("Reverted", timeout=PATIENCE)
    assert page.title() == "Change down of give-up · tieline"
    expect(page.locator(".actions")).to_have_count(0)


def test_an_alarm_is_acknowledged(opened: Opened, owner: Caller) -> None:
    alarmed(owner, "told")
    page = opened("/alarms?circuit_id=told&kind=wrong-service-keys")
    other = page.context.new_page()
    other.goto("/circuits/told")
    row = page.get_by_role("row").filter(has_text="told")
    row.get_by_role("link", name="Acknowledge").click()
    expect(page.locator("h1")).to_have_text("Acknowledge alarm")
    expect(page.locator("form.card")).to_contain_text("named a wrong service key")
    page.get_by_label("Reason").fill("the provider was told")
    page.get_by_role("button", name="Acknowledge alarm").click()
    page.wait_for_url("**/alarms")
    row = page.get_by_role("row").filter(has_text="told").filter(has_text="Wrong service keys")
    expect(row).to_contain_text("user:owner")
    expect(row.get_by_role("link", name="Acknowledge")).to_have_count(0)
    expect(other.get_by_role("region", name="Attention")).to_contain_text("user:owner knows")


def test_a_peering_is_configured_changed_and_removed(opened: Opened) -> None:
    page = opened("/circuits/peered")
    other = page.context.new_page()
    other.goto("/circuits/peered")
    page.get_by_role("link", name="Configure peering").first.click()
    _peering(page)
    expect(page.get_by_text("It would be accepted.")).to_be_visible()
    page.get_by_role("button", name="Configure peering").click()
    page.wait_for_url("**/circuits/peered")
    expect(other.locator("#peering-private")).to_contain_text("65020")
    page.get_by_role("link", name="Change the private peering").click()
    page.get_by_label("VLAN").fill("121")
    page.get_by_role("button", name="Change peering").click()
    page.wait_for_url("**/circuits/peered")
    expect(page.locator("#peering-private")).to_contain_text("121")
    page.get_by_role("link", name="Remove the private peering").click()
    page.get_by_role("button", name="Remove peering").click()
    page.wait_for_url("**/circuits/peered")
    for each in (page, other):
        expect(each.locator("#peering-private")).to_have_count(0)
        expect(each.get_by_text("No peering yet", exact=True)).to_be_visible()


def test_what_is_not_possible_now_says_why(opened: Opened) -> None:
    page = opened("/circuits/globex-par-1")
    peering = page.locator("#peering-private")
    peering.get_by_text("Not now").click()
    expect(peering.locator(".nots")).to_contain_text("disconnect each of them first")
    expect(peering.get_by_role("link", name="Remove the private peering")).to_have_count(0)


def test_an_authorization_is_issued_and_revoked_without_script(opened: Opened) -> None:
    page = opened("/circuits/looked-at/do/issue-authorization", java_script_enabled=False)
    page.get_by_label("Authorization").fill("lab")
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_role("button", name="Issue authorization").click()
    page.get_by_role("link", name="Revoke lab").click()
    page.get_by_role("button", name="Revoke authorization").click()
    expect(page.get_by_role("region", name="Authorizations")).to_contain_text("Revoked")
    expect(page.get_by_role("link", name="Revoke lab")).to_have_count(0)


def test_search_leads_to_whatever_has_the_id(opened: Opened) -> None:
    page = opened("/")
    for words, to in (
        ("globex-par-1", "/circuits/globex-par-1"),
        ("stuck", "/changes/initech-ams-1/stuck"),
    ):
        page.get_by_label("Search by any id").fill(words)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{to}")
    page.goto("/search?q=glob")
    for kind in ("Circuits", "Customer", "Network"):
        expect(page.get_by_role("heading", name=kind)).to_be_visible()


def _peering(page: Page) -> None:
    page.get_by_label("Routing domain").select_option("private")
    for label, value in (
        ("VLAN", "120"),
        ("Peer ASN", "65020"),
        ("Primary subnet optional", "10.1.0.0/30"),
        ("Secondary subnet optional", "10.1.0.4/30"),
    ):
        page.get_by_label(label, exact=True).fill(value)
