"""What people do with circuits in the console."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Opened
from tests.browser.world import HOSTILE, is_provisioned, ordered
from tests.http.serving import Caller
from tests.waiting import until


def test_a_circuit_is_ordered_and_becomes_provisioned_in_two_tabs(opened: Opened) -> None:
    page = opened("/circuits")
    page.get_by_role("link", name="Order circuit").click()
    page.get_by_label("Circuit ID").fill("acme-par-9")
    page.get_by_label("Subscription").select_option("acme-prod")
    page.get_by_label("Location").select_option("par")
    page.get_by_label("Provider").select_option("colt")
    page.get_by_label("500 Mbit/s", exact=True).check()
    trial = page.get_by_role("region", name="What it would do")
    expect(trial).to_contain_text("It would be accepted.")
    expect(trial).to_contain_text("Capacity taken")
    page.get_by_role("button", name="Order circuit").click()
    page.wait_for_url("**/circuits/acme-par-9")
    expect(page.locator("#toasts")).to_contain_text("Order circuit: done")
    other = page.context.new_page()
    other.goto("/circuits?location_id=par")
    row = other.get_by_role("row").filter(has_text="acme-par-9")
    expect(_state(page, "provider_state")).to_have_text("Provisioned")
    expect(row).to_contain_text("In service")
    expect(page.locator("h1")).to_contain_text("In service")


def test_a_circuit_is_increased(opened: Opened, owner: Caller) -> None:
    _there(owner, "up")
    page = opened("/circuits/up")
    page.get_by_role("link", name="Change bandwidth").click()
    expect(page.get_by_label("1 Gbit/s")).to_be_checked()
    page.get_by_role("button", name="Change bandwidth").click()
    page.wait_for_url("**/circuits/up")
    expect(page.locator(".under")).to_contain_text("1 Gbit/s wanted")
    expect(page.locator(".under strong")).to_have_text("1 Gbit/s")
    expect(page.locator(".turnline")).to_contain_text("The circuit is in service")


def test_a_decrease_needs_consent_to_its_plan(opened: Opened, owner: Caller) -> None:
    _there(owner, "down")
    page = opened("/circuits/down/do/change-bandwidth")
    page.get_by_label("100 Mbit/s", exact=True).check()
    trial = page.get_by_role("region", name="What it would do")
    expect(trial).to_contain_text("It interrupts traffic")
    expect(trial.locator(".steps li").first).to_be_visible()
    expect(page.get_by_role("button", name="Change bandwidth")).to_have_count(0)
    page.get_by_label("I accept that traffic is interrupted").check()
    page.get_by_role("button", name="Change bandwidth").click()
    page.wait_for_url("**/circuits/down")
    expect(page.locator("h1")).to_contain_text("Changing")
    expect(page.get_by_role("link", name="Change bandwidth")).to_have_count(0)
    timeline = page.get_by_role("list").filter(has_text="Decrease started")
    expect(timeline.first).to_be_visible()


def test_the_keyboard_is_enough(opened: Opened) -> None:
    page = opened("/")
    page.keyboard.press("/")
    expect(page.get_by_label("Search by any id")).to_be_focused()
    page.keyboard.type("acme-fra-1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/circuits/acme-fra-1")
    page.locator("#menu-button").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#menu .sheet a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#menu-button")).to_be_focused()
    page.locator("#at-version").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".past")).to_contain_text("As it was at version 5 of 6")
    expect(page.locator("#at-version")).to_be_focused()


def test_who_looks_at_the_past_is_left_there(opened: Opened, owner: Caller) -> None:
    _there(owner, "past")
    page = opened("/circuits/past")
    page.locator("#at-version").fill("2")
    expect(page.locator(".past")).to_contain_text("As it was at version 2")
    other = page.context.new_page()
    other.goto("/circuits/past")
    owner.done("circuits/past/change-billing", {"billing": "unlimited"})
    expect(other.get_by_role("region", name="Details")).to_contain_text("Unlimited")
    expect(page.locator(".past")).to_contain_text("As it was at version 2")
    page.get_by_role("link", name="Back to now").click()
    expect(page.get_by_role("region", name="Details")).to_contain_text("Unlimited")


def test_the_way_back_leads_through_the_filters(opened: Opened) -> None:
    page = opened("/circuits")
    page.get_by_label("Customer").fill("globex")
    page.wait_for_url("**/circuits?customer_id=globex")
    expect(page.get_by_role("row").filter(has_text="acme-fra-1")).to_have_count(0)
    page.get_by_role("link", name="globex-fra-1").click()
    page.wait_for_url("**/circuits/globex-fra-1")
    page.go_back()
    page.wait_for_url("**/circuits?customer_id=globex")
    expect(page.get_by_label("Customer")).to_have_value("globex")
    expect(page.get_by_role("row").filter(has_text="acme-fra-1")).to_have_count(0)
    page.go_back()
    expect(page.get_by_role("row").filter(has_text="acme-fra-1")).to_have_count(1)


def test_names_are_text_whatever_they_say(opened: Opened, owner: Caller) -> None:
    reason = {"reason": HOSTILE, "accept_interruption": True}
    _there(owner, "hostile")
    owner.done("circuits/hostile/request-deprovisioning", reason)
    page = opened("/circuits/hostile")
    page.locator("#history summary").first.click()
    assert page.title() == "hostile · tieline"
    expect(page.locator("#history pre").filter(has_text="<script>").first).to_be_attached()
    page.goto(f"/search?q=no {HOSTILE}")
    expect(page.locator("h1")).to_contain_text("no <script>")
    page.goto(f"/search?q={HOSTILE}")
    page.locator("#main").get_by_role("link", name="initech").first.click()
    page.wait_for_url("**/customers/initech")
    expect(page.locator(".under")).to_contain_text("<script>")
    assert page.title() == "initech · tieline"


def test_what_was_typed_stays_when_it_is_refused(opened: Opened) -> None:
    page = opened("/order", may_fail=True)
    page.get_by_label("Circuit ID").fill("no good id")
    page.get_by_label("Subscription").select_option("acme-prod")
    page.get_by_label("Location").select_option("par")
    page.get_by_label("Provider").select_option("colt")
    page.get_by_label("500 Mbit/s", exact=True).check()
    expect(page.get_by_role("region", name="What it would do")).to_contain_text("malformed-command")
    expect(page.get_by_label("Circuit ID")).to_have_value("no good id")
    expect(page.get_by_role("button", name="Order circuit")).to_have_count(0)


def test_a_theme_that_was_chosen_is_kept(opened: Opened) -> None:
    page = opened("/", color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Switch between dark and light").click()
    assert page.evaluate(ground) != light
    page.goto("/circuits")
    assert page.evaluate(ground) != light


def test_pages_serve_without_script(opened: Opened, owner: Caller) -> None:
    _there(owner, "plain")
    page = opened("/circuits/plain/do/change-bandwidth", java_script_enabled=False)
    page.get_by_label("100 Mbit/s", exact=True).check()
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_label("I accept that traffic is interrupted").check()
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_role("button", name="Change bandwidth").click()
    expect(page.locator("h1")).to_contain_text("Changing")


def _state(page: Page, name: str) -> Locator:
    return page.locator(f"[data-watch={name}]")


def _there(owner: Caller, id: str) -> None:
    ordered(owner, id, location="ams")
    until(f"{id} is provisioned", lambda: is_provisioned(owner, id))
