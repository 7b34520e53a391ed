"""Charts, files and front pages of the real site hold the numbers of their reports."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from conftest import PROVINCES
from finished_pages import Page, bound, every, names, number, one, read_csv, words_of

from analysis.pages import records


@every("reports")
def test_every_chart_is_told_in_words_and_numbers(page: Page) -> Iterator[str]:
    """Drawings for wide and narrow windows, of a map one for both, each with the chart's title and
    a description that holds a number; the data as a table and as a file, the sources."""
    drawings = "figure.chart :is(.drawing, .squares) > svg"
    if len(page.soup.find_all("svg")) != len(page.main.select(drawings)):
        yield "a drawing that is no chart"
    for chart in page.charts:
        title, numbers = words_of(one(chart, "p.title")), bound(one(chart, "details table"))
        widths = ["narrow"] if "map" in chart["class"] else ["wide", "narrow"]
        if [each["class"][1] for each in chart.select(".drawing")] != widths:
            yield f"#{chart['id']}: has not the drawings {widths}"
        for drawing in chart.select(".drawing > svg"):
            described = words_of(one(chart, f"#{drawing['aria-describedby']}"))
            if drawing["role"] != "img" or not (re.search(r"\d", described) or not numbers):
                yield f"#{chart['id']}: a drawing is described as {described}"
            if page.called(drawing) != title:
                yield f"#{chart['id']}: a drawing is called {page.called(drawing)}"
        parts = ("p.subtitle", "details > summary", "details table", "p.files a", "p.source a")
        if not all(words_of(chart.select_one(part)) for part in parts):
            yield f"#{chart['id']} is without one of {parts}"


ROUND = {f"{first * 10**zeros:,}" for first in range(1, 20) for zeros in range(1, 6)}


ROUND |= {each.replace(",", ".") for each in ROUND}


@every("reports")
def test_a_drawing_shows_the_numbers_of_its_table(page: Page) -> Iterator[str]:
    """A numeral in a drawing is in the data of its chart, in its title or description, a name, or a
    mark of an axis: 0, a whole percentage, a rank, a month or a year; beside a map, a round
    number."""
    for chart in page.charts:
        days = chart.find_all("time")
        listed = {words_of(each) for each in [*bound(chart), *days, *chart.select(".name")]}
        for told in map(words_of, chart.select("desc")):
            listed |= set(re.findall(r"\d[\d.,/]*(?<![.,])", told))
        listed |= {part.lstrip("+−-") for part in listed} | {f"{mark}%" for mark in range(101)}
        listed |= {f"{mark}" for mark in range(35)}  # zero, months, ranks
        listed |= {f"{day:02}" for day in range(1, 10)}
        years = {int(year) for day in days for year in re.findall(r"\d{4}", str(day["datetime"]))}
        # A time before a year is drawn at the end of the year before it.
        listed |= {str(year) for year in range(min(years) - 1, max(years) + 1)} if years else set()
        listed |= names() | (ROUND if "map" in chart["class"] else set())
        items = sorted(filter(re.compile(r"\d").search, listed), key=len, reverse=True)
        pattern = rf"(?<![\d.,])(?:{'|'.join(map(re.escape, items))})(?!\d|[.,]\d)"
        for drawing in chart.select(".drawing > svg"):
            # A name may go on in the next line of a label.
            words = " ".join(words_of(each) for each in drawing.select("text"))
            words = re.sub(r"(?<=\d)–(?=[\d.,]+%)", "%–", words)  # 60–70%
            left = re.sub(pattern, "", words)
            if re.search(r"\d", left):
                yield f"#{chart['id']}: “{left}”"


@every("reports")
def test_the_files_beside_a_page_hold_its_numbers(page: Page) -> Iterator[str]:
    """Every number of a page is in the JSON beside it as shown, and no other; the CSV has a row for
    each, as it is shown first."""
    shown = {number(data) for data in bound(page.main)}
    record = json.loads(page.beside(".json").read_text("utf-8"))["record"]
    told = [
        (q["value"], q["shown"], " ".join(q["figures"]))
        for q in records.whole(record)["quantities"]
    ]
    head, *lines = read_csv(page.beside(".csv").read_bytes())
    places = [head.index(name) for name in ("value", "shown", "figures")]
    rows = [tuple(line[place] for place in places) for line in lines]
    if len(rows) != len(record["quantities"]) or not set(rows) <= set(told):
        yield "JSON and CSV differ"
    if shown != set(told):
        yield f"{sorted(shown ^ set(told))[:4]} are on the page or in the JSON alone"


def test_the_front_page_shows_what_the_reports_show(pages: list[Page]) -> None:
    """Each number of a front page stands on the report it links to, at the note it links to; that
    of a square of the map rests on what the page of its province shows."""
    linked = {page.path: _linked(page) for page in pages if page.report}
    for page in pages:
        if page.path.endswith("/index.html"):
            shown, tiles = _linked(page), page.main.select(".tiles li")
            assert len(tiles) == len(PROVINCES)
            here = {number(each) for tile in tiles for each in bound(tile)}
            assert {each for _, each in shown} | here == set(map(number, bound(page.main)))
            for href, each in shown:
                name, _, note = href.partition("#")
                assert (f"#{note}", each) in linked[f"{page.language}/{name}"], href
            for tile in tiles:
                (cut,) = bound(tile)
                href = one(tile, "a")["href"]
                there = {ids for _, (_, _, ids) in linked[f"{page.language}/{href}"]}
                assert number(cut)[2] in there, href


def _linked(page: Page) -> set[tuple[str, tuple[str, str, str]]]:
    links = page.main.select("a[href*='#note-']")
    return {(str(link["href"]), number(data)) for link in links for data in bound(link)}
