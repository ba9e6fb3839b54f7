"""A real browser for the tests of the console: Playwright with Debian's Chromium, and a folder for its screenshots.

Where there is no Chromium the tests say that they did not run, and how to get one. Screenshots go to
`tests/browser/artifacts`, which is not kept in the repository.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from bot.testing.small_console import PASSWORD, SmallConsole, small_console
from conversation.tickets import Agent

SCREENSHOTS = Path(__file__).parent / "artifacts"
NO_BROWSER = "not run: there is no Chromium here; `apt-get install chromium` brings it"
SWITCHES = [
    "--no-sandbox",
    # Every window makes a list of suggestions below its address bar, a page of its own that takes twice as long as most
    # of ours, and a process for the next one. The last switch of a name counts: what Playwright switches off stays off.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,SpareRendererForSitePerProcess,"
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,LensOverlay,MediaRouter,"
    "OptimizationHints,PaintHolding,PreconnectToSearch,ThirdPartyStoragePartitioning",
]
DESKTOP, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}


def chromium() -> str:
    """Where Chromium is; skips the test, saying so, where it is not."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip(NO_BROWSER)
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One loop for all tests here, so that they can share the browser: to launch one takes longer than most tests."""
    here = Path(__file__).parent
    for item in items:
        marker = item.get_closest_marker("asyncio")
        chosen = marker is not None and bool(marker.kwargs)
        if here in item.path.parents and pytest_asyncio.is_async_test(item) and not chosen:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def launched() -> AsyncIterator[Browser]:
    """A browser without any window."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(launched: Browser) -> AsyncIterator[Browser]:
    """The browser for one test. All that it opened is closed after it: a page whose console is gone tries for ever to
    come back, and a hundred of them leave nothing of the machine to the next test."""
    yield launched
    await close_windows(launched)


async def close_windows(browser: Browser) -> None:
    """Close all that a browser has open."""
    for context in browser.contexts:
        await context.close()


@dataclass
class Visitor:
    """Somebody at a browser of their own."""

    page: Page
    console: SmallConsole

    async def go(self, path: str = "/") -> None:
        """Open a page of the console, and wait until it is connected."""
        await self.page.goto(self.console.url(path))
        await self.page.wait_for_function("() => window.did_handshake")

    async def sign_in(self, agent: Agent, password: str = PASSWORD) -> None:
        """Sign in on the page that is open, or on the sign-in page."""
        if "/sign-in" not in self.page.url:
            await self.page.goto(self.console.url("/sign-in"))
        await self.page.fill("[name=login]", agent.login)
        await self.page.fill("[name=password]", password)
        async with self.page.expect_navigation():
            await self.page.click("button")

    async def enter(self, agent: Agent, path: str = "/") -> None:
        """Sign in, and open a page."""
        await self.sign_in(agent)
        await self.go(path)

    async def shot(self, name: str) -> None:
        """Keep what is seen now, as it is when nothing moves any more."""
        SCREENSHOTS.mkdir(exist_ok=True)
        await self.page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")


@pytest_asyncio.fixture(loop_scope="session")
async def console() -> AsyncIterator[SmallConsole]:
    """The console of the small shop, being served."""
    async with small_console() as opened:
        yield opened


Visit = Callable[..., Awaitable[Visitor]]


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, console: SmallConsole) -> AsyncIterator[Visit]:
    """Opens browsers, each with cookies of its own; any error in one of their consoles fails the test."""
    errors: list[str] = []

    async def opened(*, phone: bool = False, dark: bool = False) -> Visitor:
        context = await browser.new_context(
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]  # Its type is a dictionary of its own.
            color_scheme="dark" if dark else "light",
            has_touch=phone,
        )
        context.set_default_timeout(15_000)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return Visitor(page, console)

    yield opened
    await close_windows(browser)
    assert errors == []
