"""The explorer as a browser without network shows it: all figures, found, filtered, drawn, kept."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from conftest import ROOT
from playwright.sync_api import Page, sync_playwright

from analysis.builds import plan
from analysis.builds.plan import Project
from analysis.numbers import figures
from analysis.numbers.figures import Figures
from analysis.pages import explorer, paper
from analysis.pages.writer import address
from analysis.saying.words import word

ROWS = "#figures tbody tr"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory, shipped: Figures) -> Path:
    """The file, written where nothing else is."""
    path = tmp_path_factory.mktemp("explorer") / explorer.NAME
    path.write_text(explorer.page(plan.site(Project.at(ROOT)), shipped), "utf-8")
    return path


def test_the_explorer_is_one_file_that_fetches_nothing(file: Path, shipped: Figures) -> None:
    """At most 1.5 MB; its policy forbids the network; the same figures give the same bytes, and
    those of a later day are not in the file of an earlier one."""
    text = file.read_text("utf-8")
    assert len(text.encode()) <= 1_500_000
    assert "default-src 'none'; script-src 'unsafe-inline'" in text
    site = plan.site(Project.at(ROOT))
    assert explorer.page(site, shipped) == text
    then = explorer.page(site, figures.load(known_on="2019-06-30"))
    assert '"two-tier-2025.growth-target"' in text
    assert "two-tier-2025" not in then


@pytest.fixture(scope="module")
def tab(file: Path) -> Iterator[Page]:
    """The file in a browser that is offline; it asks for nothing and complains of nothing."""
    try:
        program = paper.chromium()
    except paper.PrintError as error:
        if os.environ.get("REQUIRE_CHROMIUM") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))
    wrong: list[str] = []
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        page = browser.new_context(offline=True, accept_downloads=True).new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda each: wrong.append(each.url) if "http" in each.url[:5] else None)
        page.goto(file.as_uri())
        yield page
        browser.close()
    assert not wrong


@pytest.fixture
def page(tab: Page, file: Path) -> Page:
    """The file as it opens in English."""
    tab.goto("about:blank")
    tab.goto(f"{file.as_uri()}#en")
    tab.wait_for_selector(ROWS)
    return tab


def found(page: Page) -> int:
    """How many figures the table has found."""
    told = re.findall(r"[\d,]+", page.inner_text(".dt-info"))
    return int(told[-1].replace(",", "")) if told else 0


@pytest.mark.browser
def test_every_figure_is_there_and_leads_to_its_address(page: Page, shipped: Figures) -> None:
    """All known figures; the link of a row leads to the page of its source in the language."""
    assert found(page) == len(shipped.find())
    page.fill(".dt-search input", "two-tier-2025.growth-target")
    assert found(page) == 1
    link = page.get_attribute(f"{ROWS} a", "href")
    assert link == f"en/{address('two-tier-2025', 'two-tier-2025.growth-target')}"


@pytest.mark.browser
def test_words_are_found_with_and_without_marks(page: Page) -> None:
    """`to dan pho` finds what `tổ dân phố` finds."""
    page.click("#vi")
    counts = []
    for asked in ("tổ dân phố", "to dan pho"):
        page.fill(".dt-search input", asked)
        counts.append(found(page))
    assert counts[0] == counts[1] > 5


@pytest.mark.browser
def test_filters_offer_what_has_figures_and_draw_it(page: Page, shipped: Figures) -> None:
    """After a place was chosen, only its indicators are offered; two dates make a line."""
    rows = [row for row in shipped.rows().values() if row["area"] == "ha-noi"]
    page.select_option("select[name=area]", "ha-noi")
    assert found(page) == len(rows)
    offered = page.locator("select[name=indicator] option").count() - 1
    assert offered == len({row["indicator"] for row in rows})
    days: Counter[str] = Counter()
    for indicator, _ in {(row["indicator"], row["as_of"]) for row in rows}:
        days[indicator] += 1
    page.select_option("select[name=indicator]", days.most_common(1)[0][0])
    assert page.locator("#chart polyline").count() == 1
    assert page.locator("#chart circle").count() == found(page)
    page.fill("input[name=from]", "2099-01-01")
    assert page.inner_text("#chart") == word("explore_nothing", "en")
    page.click("button[type=reset]")
    page.wait_for_function("document.querySelector('select[name=area]').value === ''")
    assert found(page) == len(shipped.find())


@pytest.mark.browser
def test_the_selection_can_be_kept(page: Page, shipped: Figures) -> None:
    """The download is a CSV file with the rows found, values as plain numbers."""
    page.select_option("select[name=reform]", "project-06")
    with page.expect_download() as download:
        page.click("button.buttons-csv")
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        head, *rows = filter(None, csv.reader(file))
    assert head[-1] == word("explore_figure", "en")
    assert {row[-1] for row in rows} == set(shipped.find(reform="project-06"))
    values = {row[-1]: float(row[head.index(word("explore_value", "en"))]) for row in rows}
    assert values["project-06.villages-groups.before"] == 9988


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_everybody_can_use_it(page: Page, language: str, width: int) -> None:
    """axe finds nothing, nothing is cut at 360 px, the keyboard sorts the table."""
    page.set_viewport_size({"width": width, "height": 900})
    page.click(f"#{language}")
    assert page.evaluate("document.documentElement.lang") == language
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).response["violations"] == []
    page.locator("#figures thead th [role=button]").first.press("Enter")
    page.wait_for_selector("#figures thead th:first-child[aria-sort=ascending]", timeout=5000)
