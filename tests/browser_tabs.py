"""Chromium for tests: tabs that note what pages ask for, and what the browser complains about.

Needs a Chromium or Chrome (CHROMIUM names it, or it is on the PATH) and, for print, pdftotext and
pdfinfo. Without them the tests are skipped; with REQUIRE_CHROMIUM=1 they fail instead.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, sync_playwright

from analysis.pages import paper

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
HEIGHT = 900
SHARES = 2  # tests of every page are cut into so many, for processes to share


def absent(what: str) -> NoReturn:
    """Skip a test that lacks a program, or fail it where the environment says that it must run."""
    if os.environ.get("REQUIRE_CHROMIUM") == "1":
        pytest.fail(f"{what} REQUIRE_CHROMIUM=1 wants these tests to run.")
    pytest.skip(what)


@contextmanager
def started() -> Iterator[Browser]:
    """A browser, closed in the end."""
    try:
        path = paper.chromium()
    except paper.PrintError as error:
        absent(str(error))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Tab:
    """One tab of the browser, and what the pages shown in it asked for or complained about."""

    page: Page
    site: Path
    complaints: list[str] = field(default_factory=list)

    def visit(self, path: str, width: int = 1280, scheme: Any = "light") -> Page:
        """Show a page of the site, with everything on it unfolded."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.emulate_media(color_scheme=scheme)
        self.page.goto((self.site / path).as_uri())
        self.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        return self.page

    def complain(self, text: str) -> None:
        """Note what no page may cause."""
        self.complaints.append(f"{self.page.url.rpartition('/site/')[2] or self.page.url}: {text}")

    def asked(self, request: Request) -> None:
        """Note every request but that for the page itself."""
        if not request.is_navigation_request() or not request.url.startswith("file:"):
            self.complain(f"asked for {request.url[:80]}")

    def logged(self, message: ConsoleMessage) -> None:
        """Note what the browser finds wrong."""
        if message.type in {"error", "warning"}:
            self.complain(message.text)

    def interrupted(self, dialog: Dialog) -> None:
        """Note a dialog, and close it."""
        self.complain(dialog.message)
        dialog.dismiss()


@contextmanager
def open_tab(browser: Browser, site: Path, **settings: Any) -> Iterator[Tab]:
    """A tab of a browser that is offline; in the end nothing may have been complained about."""
    context = browser.new_context(offline=True, **settings)
    page = context.new_page()
    tab = Tab(page, site)
    page.on("request", tab.asked)
    page.on("console", tab.logged)
    page.on("pageerror", lambda error: tab.complain(str(error)))
    page.on("dialog", tab.interrupted)
    yield tab
    context.close()
    none(tab.complaints)


def none(wrong: Iterable[str]) -> None:
    """Fail with everything found at once, each with its page."""
    listed = list(wrong)
    assert not listed, f"{len(listed)} wrong:\n" + "\n".join(listed[:40])
