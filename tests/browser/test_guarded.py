"""Signing in, the audit and operations, as people use them at a server behind tokens."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_looks import LOOKS, looks_right
from tests.http.guarded import Guarded, guarded, with_circuit
from tests.http.serving import a_command

FORM = "/circuits/acme-1/do/request-deprovisioning"
Contexts = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log on which three commands are parked, two of them behind one another."""
    folder = tmp_path_factory.mktemp("guarded")
    with guarded(folder) as server:
        with_circuit(server)
    with guarded(folder, defect="add-subscription") as server:
        for verb, named in (
            ("add-subscription", "late-1"),
            ("remove-subscription", "late-1"),
        ):
            data = {"subscription_id": named}
            server.owner.publish(a_command(verb, "customer/acme", data, id=f"{verb}-{named}"))
        data = {"name": "Beta", "model": "connect-through"}
        server.owner.done("customers/beta/register-customer", data)
        data = {"subscription_id": "late-2"}
        server.owner.publish(a_command("add-subscription", "customer/beta", data, id="late-2"))
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Guarded]:
    with guarded(folder) as server:
        server.owner.at_rest()
        yield server


@pytest.fixture
def page(contexts: Contexts, server: Guarded) -> Page:
    """Somebody who has not signed in; a page that is refused says so to the browser's console."""
    return contexts(base_url=server.base, may_fail=True).new_page()


def sign_in(page: Page, token: str) -> None:
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("look", LOOKS)
def test_how_pages_look(contexts: Contexts, server: Guarded, look: str) -> None:
    options: Any = {"reduced_motion": "reduce", **LOOKS[look]}
    page = contexts(base_url=server.base, may_fail=True, **options).new_page()
    page.goto("/circuits")
    looks_right(page, f"sign-in-{look}")
    sign_in(page, "tieline_wrong")
    looks_right(page, f"sign-in-wrong-{look}")
    sign_in(page, server.token)
    page.goto(FORM)
    page.locator(".options summary").click()
    page.get_by_label("Reason").fill("The customer moves to another city")
    looks_right(page, f"signed-in-{look}")
    page.context.clear_cookies()
    page.locator("#act").evaluate("form => form.submit()")
    looks_right(page, f"session-ended-{look}")
    sign_in(page, server.token)
    looks_right(page, f"resumed-{look}")
    for name, path in (
        ("parked", "/operations"),
        ("parked-retry", "/operations/parked/2/retry"),
        ("parked-drop", "/operations/parked/1/drop"),
        ("audit-open", "/audit?subject=circuit%2Facme-1"),
    ):
        page.goto(path)
        if name == "audit-open":
            page.locator("#found summary").first.click()
        looks_right(page, f"{name}-{look}")
    page.get_by_role("link", name="What belongs together").first.click()
    looks_right(page, f"correlation-{look}")
    page.goto("/circuits")
    looks_right(page, f"circuits-signed-in-{look}")


def test_who_signs_in_goes_on_where_they_were(page: Page, server: Guarded) -> None:
    page.goto("/circuits?customer_id=acme")
    sign_in(page, "tieline_wrong")
    expect(page.get_by_role("alert")).to_contain_text("not known")
    expect(page.get_by_label("Token")).to_have_value("")
    sign_in(page, server.token)
    page.wait_for_url("**/circuits?customer_id=acme")
    expect(page.get_by_role("link", name="acme-1")).to_be_visible()
    expect(page.locator(".who")).to_have_text("user:owner")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to tieline")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in to tieline")).to_be_visible()
    expect(page.get_by_role("link", name="acme-1")).to_have_count(0)


@pytest.mark.parametrize("scripted", [True, False])
def test_a_session_that_ends_in_a_form_loses_nothing(
    contexts: Contexts, server: Guarded, *, scripted: bool
) -> None:
    context = contexts(base_url=server.base, may_fail=True, java_script_enabled=scripted)
    page = context.new_page()
    page.goto(FORM)
    sign_in(page, server.token)
    if not scripted:
        page.get_by_role("button", name="See what it would do").click()
    trial = page.get_by_role("region", name="What it would do")
    expect(trial).to_be_visible()
    page.goto("/circuits/acme-1/do/change-billing")
    page.get_by_label("Billing").select_option("unlimited")
    if not scripted:
        page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_role("region", name="What it would do")).to_contain_text("accepted")
    context.clear_cookies()
    page.locator("#send").click()
    expect(page.get_by_role("region", name="What you typed")).to_contain_text("unlimited")
    sign_in(page, server.token)
    expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()
    page.get_by_role("button", name="Back to the form").click()
    expect(page.get_by_label("Billing")).to_have_value("unlimited")
    expect(page.get_by_role("region", name="What it would do")).to_contain_text("accepted")


def test_signing_in_beside_a_form_goes_on_with_it(page: Page, server: Guarded) -> None:
    page.goto(FORM)
    sign_in(page, server.token)
    page.wait_for_url(f"**{FORM}")
    page.context.clear_cookies()
    page.locator(".options summary").click()
    page.get_by_label("Reason").fill("typed while signed out")
    said = page.locator("#beside")
    expect(said).to_contain_text("Your session has ended")
    with page.context.expect_page() as opened:
        said.get_by_role("link").click()
    sign_in(opened.value, server.token)
    expect(opened.value.get_by_role("heading", name="You are signed in")).to_be_visible()
    opened.value.close()
    page.get_by_label("Reason").fill("typed while signed in")
    expect(said).to_contain_text("go on where you were")
    page.get_by_label("Reason").fill("typed to the end")
    page.get_by_label("I accept that traffic is interrupted").check()
    expect(page.locator("#send")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("typed to the end")


def test_the_audit_is_searched_and_leads_to_what_belongs_together(
    page: Page, server: Guarded
) -> None:
    page.goto("/audit")
    sign_in(page, server.token)
    page.get_by_label("Subject").fill("circuit/acme-1")
    page.wait_for_url("**/audit?subject=circuit%2Facme-1")
    found = page.locator("#found")
    expect(found).not_to_contain_text("location/fra")
    page.get_by_label("Type").select_option("circuit.ordered")
    page.wait_for_url("**/audit?subject=circuit%2Facme-1&type=circuit.ordered")
    expect(found.locator("summary")).to_have_count(1)
    found.locator("summary").click()
    expect(found.locator("pre")).to_contain_text("acme-prod")
    page.get_by_role("link", name="What belongs together").click()
    tree = page.locator(".tree")
    expect(tree.locator("li.event li.command").first).to_be_visible()
    expect(tree).to_contain_text("Ordered")
    expect(tree).to_contain_text("Provisioned")
    page.go_back()
    expect(page.get_by_label("Type")).to_have_value("circuit.ordered")


def test_parked_commands_are_retried_and_dropped_over_a_restart(
    contexts: Contexts, folder: Path, server: Guarded
) -> None:
    """Sessions and what is parked outlive the server: whoever has the key's file goes on."""
    context = contexts(base_url=server.base, may_fail=True)
    page = context.new_page()
    page.goto("/operations")
    sign_in(page, server.token)
    page.get_by_role("link", name="Drop number 3").click()
    page.get_by_role("button", name="Drop").click()
    expect(page.get_by_role("status").first).to_contain_text("forgotten undecided")
    cookies = context.cookies()
    with guarded(folder) as again:
        other = contexts(base_url=again.base, may_fail=True)
        other.add_cookies(cookies)
        page = other.new_page()
        page.goto("/operations")
        page.get_by_role("link", name="Retry number 2").click()
        expect(page.get_by_role("region", name="What it would do")).to_contain_text("number 1")
        page.get_by_role("button", name="Retry").click()
        expect(page.get_by_role("status").first).to_contain_text("it is accepted")
        expect(page.get_by_text("Nothing is parked")).to_be_visible()
        page.go_back()
        page.reload()
        expect(page.get_by_text("decided or dropped meanwhile")).to_be_visible()
