"""Numbers and days on every page of the real site: shown as they are, and lead to sources."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

from bs4 import Tag
from finished_pages import (
    Page,
    about,
    bound,
    column,
    every,
    figures,
    language_at,
    number,
    number_in,
    read_at,
    texts,
)

from analysis.numbers.rules.exceptions import remark
from analysis.pages.writer import Writer
from analysis.saying.words import word


def test_numbers_are_read_by_the_rules_of_their_language() -> None:
    """These tests read a point as thousands in Vietnamese and as decimals in English."""
    for text, value in (("hơn 66.000 hồ sơ", "66000"), ("1,9 triệu", "1900000"), ("98,7%", "98.7")):
        assert number_in(text, "vi") == Decimal(value)
    assert number_in("−2.599", "vi") == -2599
    assert [number_in(text, "en") for text in ("1,221", "98.63%")] == [1221, Decimal("98.63")]
    for text in ("1.221 / 1.238", "1,221.5", "không in"):
        assert number_in(text, "vi") is None


@every("pages")
def test_every_numeral_is_accounted_for(page: Page) -> Iterator[str]:
    """In main a digit stands in data, time, a name, a cited headline or a chart, nowhere else."""
    for node in texts(page.main):
        if any(letter.isnumeric() for letter in node) and not any(
            tag.name in {"data", "time", "cite", "svg"} or "name" in tag.get_attribute_list("class")
            for tag in node.parents
        ):
            yield " ".join(node.split())[:90]


@every("pages")
def test_a_number_shows_its_value_and_rests_on_figures(page: Page) -> Iterator[str]:
    """The value of a data element is a plain decimal and the number shown, in the form of its
    language; data-figures names at least one row of figures.csv, and nothing else."""
    for data in bound(page.soup):
        value, shown, ids = number(data)
        read = number_in(shown, language_at(data))
        if not re.fullmatch(r"-?\d+(\.\d+)?", value) or read != Decimal(value):
            yield f"“{shown}” ({language_at(data)}) has the value {value}"
        if not ids or not set(ids.split()) <= figures().keys():
            yield f"“{shown}” rests on “{ids}”"


@every("pages")
def test_a_date_shows_its_machine_form(page: Page) -> Iterator[str]:
    """Each number in the words of a time is part of its datetime, a real day or period."""
    for time in page.soup.find_all("time"):
        iso, shown = str(time["datetime"]), re.findall(r"\d+", time.get_text())
        real = re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", iso)
        if not real or not set(map(int, shown)) <= set(map(int, iso.split("-"))):
            yield f"“{time.get_text()}” is marked as {iso}"


@every("pages")
def test_a_name_is_no_way_around_the_rule(page: Page) -> Iterator[str]:
    """What is marked as a name and holds digits is listed: names.csv, a publisher, a headline, the
    title of a page, a paragraph, a note, the edition, a cause, an id or note of figures.csv, the
    key to cite a source by, the licence; and what stands there to be copied."""
    names = column("names", "label_vi") | column("names", "label_en")
    names |= column("sources", "publisher") | read_at() | _changes_of(page)
    names |= column("figures", "figure") | {*map(remark, column("figures", "note"))}
    paragraph = word("paragraph", page.language)
    names |= {f"[@{source}, {paragraph} …]" for source in column("sources", "source")}
    names |= {about()["licence"]["name"]}
    for tag in page.main.select(":not(.copy) > :is(.name, cite)"):
        shown, notes = tag.get_text(), tag.select("a[href^='#note-']")
        if not re.search(r"\d", shown):
            continue
        if tag.name == "cite":
            headlines = column("sources", "headline")
            listed = shown in headlines | {*map(Writer.short, headlines)} | _titles(page.folder)
        elif notes and tag.find_parent(class_="sources"):
            listed = shown == ", ".join(each.get_text() for each in notes) and all(
                each["href"] == f"#note-{each.get_text().partition('–')[0]}" for each in notes
            )
        elif paragraphs := re.fullmatch(r"(?:đoạn|paragraphs?) ([\d–, ]+)", shown):
            told = {f"p{each}" for each in re.findall(r"\d+", paragraphs[1])}
            listed = told <= column("figures", "locator")
        elif re.fullmatch("[0-9a-f]{12}", shown):
            listed = tag.find_parent(class_=["citation", "edition"]) is not None
        else:
            for link in tag.select("a"):  # a source, which the table names by its id
                link.string = re.sub(r"source-|\.html$", "", str(link["href"]))
            listed = tag.get_text() in names
        if not listed:
            yield f"“{shown}”"


@cache
def _titles(folder: Path) -> set[str]:
    """The titles of all pages, as the manifest has them."""
    pages = json.loads((folder / "manifest.json").read_text("utf-8"))["pages"]
    return {page["title"] for page in pages.values()}


def _changes_of(page: Page) -> set[str]:
    if not page.path.endswith("changes.html"):
        return set()
    changes = json.loads((page.folder / "changes.json").read_text("utf-8")).get("changes", ())
    return {change[part] for change in changes for part in ("because", "what")}


@every("reports")
def test_a_number_leads_to_where_it_was_printed(page: Page) -> Iterator[str]:
    """From each number a link leads to its note, and over it to every figure it rests on: printed
    form and source.

    A count of figures leads to their sources alone, and one over very many to the report that lists
    them; the note of a long sum names its first terms. A recomputed number leaves the links to its
    operands.
    """
    notes = {name: tag for name, tag in page.ids.items() if name.startswith("note-")}
    and_so_on = word("and_so_on", page.language)
    for data in bound(page.main):
        _, shown, ids = number(data)
        link = data.find_parent("a")
        if data.find_parent(class_="notes"):
            continue
        if link is None:
            line = data.find_parent(class_="numberline")  # its numbers are those of its card
            place = data.find_parent(["tr", "dl", "figure"]) or (line and line.parent) or data
            linked = {each for other in place.select("a data") for each in number(other)[2].split()}
            if not set(ids.split()) <= linked and and_so_on not in place.get_text():
                yield f"“{shown}” leads to no note"
            continue
        reached = _reached(str(link["href"])[1:], notes)
        first = notes[reached[0]]
        if first.select('a[href="claims.html"]') or and_so_on in first.get_text():
            continue
        printed = {each for name in reached for each in _printed_in(notes[name])}
        for figure in ids.split():
            row = figures()[figure]
            if not {(figure, row["printed"], row["source"]), ("", "", row["source"])} & printed:
                yield f"“{shown}” ({reached[0]}) does not lead to {figure}"


def _reached(start: str, notes: dict[str, Tag]) -> list[str]:
    """A note and all those that links lead to from it."""
    reached = [start]
    for name in reached:
        onward = [str(link["href"])[1:] for link in notes[name].select('a[href^="#note-"]')]
        reached += [each for each in dict.fromkeys(onward) if each not in reached]
    return reached


def _printed_in(note: Tag) -> set[tuple[str, str, str]]:
    """Figure, printed form and source that a note names; in that of a count, sources alone."""
    links = note.select('a[href^="#source-"], a[href^="source-"]')
    named = [re.match(r"#?source-(.*?)(?:\.html|$)", str(link["href"])) for link in links]
    sources = [each[1] for each in named if each]
    quoted = note.select("q > data")
    if not quoted:
        return {("", "", source) for source in sources}
    return {(ids, shown, sources[0]) for _, shown, ids in map(number, quoted)}
