"""A real browser, and a server with something to look at."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.world import settled
from tests.http.serving import Caller, serving

_HERE: Final = Path(__file__).parent
_PROGRAM: Final = Path("/usr/bin/chromium")
_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

Opened = Callable[..., Page]
"""`opened(path, **options)`: a page in a context of its own."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the tests out unless this folder is named."""
    named = any(_HERE.name in argument for argument in config.args)
    return None if named or collection_path == _HERE else True


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not _PROGRAM.exists():
        pytest.fail(f"{_PROGRAM} is missing: apt-get install chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_PROGRAM, args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """The CSP's owner, at a server with customers and circuits in several phases."""
    with serving(tmp_path_factory.mktemp("console")) as caller:
        settled(caller)
        yield caller


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers' contexts; a page in one that says anything to the browser's console, or
    breaks the policy of what it may load, is none of ours.
    """
    made: list[BrowserContext] = []
    faults: list[str] = []

    def make(*, may_fail: bool = False, **options: Any) -> BrowserContext:
        context = browser.new_context(**options)
        made.append(context)
        context.set_default_timeout(15_000)
        context.on("weberror", lambda fault: faults.append(str(fault.error)))
        if not may_fail:
            context.on("console", lambda said: _note(faults, said))
        return context

    yield make
    for context in made:
        context.close()
    assert not faults


@pytest.fixture
def opened(contexts: Callable[..., BrowserContext], owner: Caller) -> Opened:
    """Opens pages, each in a context of its own."""

    def open_page(path: str, **options: Any) -> Page:
        page = contexts(base_url=owner.base, **options).new_page()
        page.goto(path)
        return page

    return open_page


def _note(faults: list[str], said: ConsoleMessage) -> None:
    if said.type == "error":
        faults.append(said.text)
