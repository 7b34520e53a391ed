"""One address for each figure, with what it means and how to cite it; the page about the data."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT

from analysis.builds import plan
from analysis.builds.plan import Project
from analysis.numbers import figures, schema
from analysis.numbers.figures import Figures
from analysis.pages import addresses, fronts, package
from analysis.pages.fronts import SiteWriter
from analysis.pages.writer import address

EDITION = "0123456789ab"
SITE = plan.site(Project.at(ROOT))


def report(name: str, *numbers: tuple[str, int | None, str], area: str = "") -> dict[str, Any]:
    """A report as front pages take it: numbers by kind, note and figures."""
    told = [{"kind": k, "note": n, "figures": ids.split()} for k, n, ids in numbers]
    return {"name": name, "area": area, "label": area, "record": {"quantities": told}}


LISTED = [
    report("claims", ("share", 3, "congress-2025.grassroots.held congress-2025.grassroots.due"),
           ("printed", 7, "congress-2025.grassroots.held"), ("printed", None, "x")),
]  # fmt: skip


@pytest.fixture(scope="module", params=["vi", "en"])
def pages(request: pytest.FixtureRequest, shipped: Figures) -> dict[str, BeautifulSoup]:
    """The pages of all sources in a language, by name."""
    made = addresses.pages(request.param, SITE, shipped, LISTED, EDITION)
    return {name: BeautifulSoup(text, "html.parser") for name, text in made}


def test_every_figure_has_one_address(shipped: Figures, pages: dict[str, BeautifulSoup]) -> None:
    """On the page of its source, under its own id, stands the figure as it was printed; nowhere
    else is such an id."""
    items = [(name, item) for name, page in pages.items() for item in page.select("li[id]")]
    assert Counter(str(item["id"]) for _, item in items) == Counter(shipped.find())
    rows = shipped.rows()
    for name, item in items:
        figure, number = str(item["id"]), item.select("q > data")[0]
        assert (number.get_text(), number["data-figures"]) == (rows[figure]["printed"], figure)
        assert address(rows[figure]["source"], figure) == f"{name}#{figure}"


def test_remarks_are_for_readers(shipped: Figures, pages: dict[str, BeautifulSoup]) -> None:
    """A remark has no exception for the keeper of the tables, and names sources by their names."""
    remarks = [tag.get_text() for page in pages.values() for tag in page.select("small.name")]
    ids = shipped.rows("sources")
    for words in remarks:
        assert not re.search(r"\b(as_of|role|indicator|reform|area|whole)\b [^ ]*:", words), words
        assert not [source for source in ids if "-" in source and source in words], words


def test_links_between_addresses_lead_there(pages: dict[str, BeautifulSoup]) -> None:
    """A calculation leads to the figure that states its result, wherever that stands."""
    ids = {name: {str(tag["id"]) for tag in page.find_all(id=True)} for name, page in pages.items()}
    followed = 0
    for name, page in pages.items():
        for link in page.select(".addresses a"):
            target, _, fragment = str(link["href"]).partition("#")
            if target == "" or target.startswith("source-"):
                followed += 1
                assert fragment in ids[target or name] | {""}, link
    assert followed > 100


def test_an_address_tells_what_the_figure_is(pages: dict[str, BeautifulSoup]) -> None:
    """Meaning, area, day, paragraph, bounds, id and the pages that use it, at their notes."""
    page = pages["source-party-building-2025.html"]
    item = page.select_one('li[id="congress-2025.grassroots.held"]')
    assert item is not None
    assert item.select_one("code").get_text() == "congress-2025.grassroots.held"  # type: ignore[union-attr]
    hrefs = [str(link["href"]) for link in item.select("a")]
    assert "claims.html#note-7" in hrefs
    assert "claims.html#note-3" not in hrefs
    assert item.find_parent("ul").find_previous_sibling("h2") is not None  # type: ignore[union-attr]
    share = pages["source-two-tier-2025.html"].select_one('li[id="two-tier-2025.online.share"]')
    assert {str(data["value"]) for data in share.select("data")} == {"14", "13.5", "14.5"}  # type: ignore[union-attr]


def test_notes_of_figures_stand_on_english_pages_alone(pages: dict[str, BeautifulSoup]) -> None:
    """They are written in English; a Vietnamese page is in Vietnamese."""
    page = pages["source-vietnamtdp-status.html"]
    english = page.html["lang"] == "en"  # type: ignore[index]
    assert ("Counted from the list" in page.get_text()) is english


def test_where_many_places_use_a_figure_one_link_leads_to_all(shipped: Figures) -> None:
    """Many pages of places are told by one link to their list, beside that to the figure's own
    place; a few are told each."""
    figure, w = "two-tier-2025.growth-target", SiteWriter(shipped, "en")
    areas = ("a", "b", "c", "ha-noi")
    listed = [report(f"province-{area}", ("printed", 1, figure), area=area) for area in areas]
    many = addresses.uses(listed, SITE, w)[figure]
    assert [use.href for use in many] == ["province-ha-noi.html#note-1", "index.html#provinces"]
    few = addresses.uses(listed[:2], SITE, w)[figure]
    assert [use.name for use in few] == ["a", "b"]


def test_a_figure_can_be_cited_at_its_address(
    pages: dict[str, BeautifulSoup], folder: Path, shipped: Figures
) -> None:
    """Beside each figure stands its citation in three forms with paragraph and edition, but for
    long lists; at the end that of the source. Its key stands in `sources.bib` and
    `sources.csl.json`."""
    keys = set(re.findall(r"^@online\{(.+),$", (folder / "sources.bib").read_text("utf-8"), re.M))
    items = json.loads((folder / "sources.csl.json").read_text("utf-8"))
    assert keys == {item["id"] for item in items} == {*shipped.among("sources")}
    for name, page in pages.items():
        source = name.removeprefix("source-").removesuffix(".html")
        figures = page.select("li[id]")
        for item in figures:
            row = shipped.row(str(item["id"]))
            forms = [pre.get_text() for pre in item.select("details > pre")]
            assert len(forms) == (3 if len(figures) <= 50 else 0)
            assert all(EDITION in form for form in forms)
            assert all(
                re.search(rf" {row['locator'][1:]}: “", form) for form in forms if row["locator"]
            )
        *_, csl = (pre.get_text() for pre in page.select("#cite ~ pre"))
        assert [item["id"] for item in json.loads(csl)] == [source]
        assert source in keys


def test_a_replay_has_addresses_for_what_was_known() -> None:
    """On an earlier day there are pages of the sources printed by then alone."""
    then = figures.load(known_on="2019-06-30")
    names = {name for name, _ in addresses.pages("vi", SITE, then, [], EDITION)}
    assert names == {address(source) for source in then.among("sources")}
    assert address("two-tier-2025") not in names


# ------------------------------------------------------------------------- the page about the data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, shipped: Figures) -> Path:
    """The published data."""
    made = tmp_path_factory.mktemp("site") / "data"
    package.write(shipped, schema.SHIPPED, made)
    return made


@pytest.fixture(scope="module", params=["vi", "en"])
def about(request: pytest.FixtureRequest, shipped: Figures, folder: Path) -> BeautifulSoup:
    """The page about the data in a language."""
    names = sorted(path.name for path in folder.iterdir())
    text = fronts.about_data(request.param, SITE, shipped, names, EDITION)
    return BeautifulSoup(text, "html.parser")


def test_every_file_and_source_is_listed(about: BeautifulSoup, folder: Path) -> None:
    """Each file of the folder can be fetched from the page, and each source leads to its page."""
    linked = {str(link["href"]).removeprefix("../data/") for link in about.select("a[download]")}
    assert linked == {path.name for path in folder.iterdir()}
    sources = {str(link["href"]) for link in about.select("#sources + ul a")}
    assert sources == {address(source) for source in figures.load().among("sources")}


def test_sources_stand_in_the_order_of_what_is_printed(about: BeautifulSoup) -> None:
    """By publisher in the page's language and in the Vietnamese alphabet: the General Statistics
    Office under G or T, Đại biểu Nhân dân behind Dân trí; those of unknown publishers last."""
    order = [str(link["href"]) for link in about.select("#sources + ul a")]
    office, press = address("gso-list-2019-09-11"), address("nhandan-project-21")
    in_english = about.html is not None and about.html["lang"] == "en"
    assert (order.index(office) < order.index(press)) == in_english
    dantri, deputies = address("dantri-2025-06-23"), address("daibieunhandan-2020-08-08")
    assert order.index(dantri) < order.index(deputies) < order.index(press)
    unknown = [source for source, row in figures.load().rows("sources").items()
               if row["publisher"] == "unknown"]  # fmt: skip
    assert {*order[-len(unknown) :]} == {address(source) for source in unknown}


def _lines(about: BeautifulSoup, name: str) -> str:
    (found,) = about.select(f"pre#{name}")
    return found.get_text()


PYTHON = {"pandas": "counts", "pandas-csv": "figures", "polars": "latest", "duckdb": "counts"}


@pytest.mark.parametrize(("name", "result"), [*PYTHON.items(), ("sqlite", "rows")])
def test_the_lines_of_the_page_run(
    about: BeautifulSoup, folder: Path, name: str, result: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each example reads the published files as it stands, where its library is installed."""
    pytest.importorskip({"sqlite": "sqlite3", "pandas-csv": "pandas"}.get(name, name))
    monkeypatch.chdir(folder)
    space: dict[str, Any] = {}
    exec(_lines(about, name), space)
    assert len(space[result]) > 5
    if name == "pandas-csv":
        assert {space["figures"][day].dtype.kind for day in space["days"]} == {"M"}


def test_the_lines_for_r_run(about: BeautifulSoup, folder: Path) -> None:
    """R reads the days as days, open starts as NA."""
    program = shutil.which("Rscript")
    if not program:
        pytest.skip("no Rscript on the path")
    lines = f"{_lines(about, 'r')}\nstopifnot(inherits(figures$as_of_start, 'Date'))"
    subprocess.run([program, "-e", lines], cwd=folder, check=True)
