"""Pages of a built site, read by rules of their own: nothing here calls the code that made them,
except for the lists of interface words, which are compared with what stands on the pages.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from analysis.saying.words import table as words_table

ROOT = Path(__file__).resolve().parents[1]
OTHERS = ("index", "changes", "data")
SCALES = {"nghìn": 3, "ngàn": 3, "vạn": 4, "triệu": 6, "tỷ": 9}
SCALES |= {"thousand": 3, "million": 6, "billion": 9}


@dataclass(frozen=True)
class Page:
    """A page as a reader's program takes it apart.

    `path` is its place in the site, e.g. vi/overview.html.
    """

    path: str
    text: str
    folder: Path

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page as a tree."""
        return BeautifulSoup(self.text, "html.parser")

    @property
    def language(self) -> str:
        """The language that its place in the site promises."""
        return "en" if self.path.startswith("en/") else "vi"

    @property
    def report(self) -> str:
        """The name of the report; empty for the pages that no notebook makes."""
        stem = Path(self.path).stem
        return "" if stem in OTHERS or stem.startswith("source-") else stem

    @cached_property
    def main(self) -> Tag:
        """Its main part."""
        return one(self.soup, "main")

    @cached_property
    def ids(self) -> dict[str, Tag]:
        """Its elements that a link can lead to."""
        return {str(tag["id"]): tag for tag in self.soup.find_all(id=True)}

    @cached_property
    def charts(self) -> list[Tag]:
        """Its charts."""
        return list(self.soup.select("figure.chart"))

    def beside(self, ending: str) -> Path:
        """The file of the same name with another ending."""
        return (self.folder / self.path).with_suffix(ending)

    def called(self, tag: Tag) -> str:
        """The name that a screen reader gives an element."""
        named = [self.ids[each] for each in str(tag.get("aria-labelledby", "")).split()]
        return " ".join(words_of(each) for each in named) or str(tag.get("aria-label", ""))


def read_pages(folder: Path) -> list[Page]:
    """The pages in a folder, by path; the explorer, which has a script, has tests of its own."""
    paths = sorted(path for path in folder.rglob("*.html") if path.name != "explore.html")
    return [
        Page(path.relative_to(folder).as_posix(), path.read_text("utf-8"), folder) for path in paths
    ]


Wrongs = Callable[[Page], Iterable[str]]


def every(group: str, *, hostile: bool = False) -> Callable[[Wrongs], Callable[..., None]]:
    """Make a test of what tells the wrongs of a page: no page has any, or none of
    the `reports`, which notebooks make."""

    def make(wrongs: Wrongs) -> Callable[..., None]:
        def test(pages: list[Page], request: pytest.FixtureRequest) -> None:
            asked = [page for page in pages if group == "pages" or page.report]
            asked += request.getfixturevalue("hostile") if hostile else []
            wrong = [f"{page.path}: {each}" for page in asked for each in wrongs(page)]
            assert asked
            assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong[:40])

        test.__name__, test.__doc__ = wrongs.__name__, wrongs.__doc__
        return test

    return make


def one(root: Tag, selector: str) -> Tag:
    """The one element that a selector names."""
    (tag,) = root.select(selector)
    return tag


def words_of(tag: Tag | None) -> str:
    """The text of an element with single spaces; empty for none."""
    return "" if tag is None else " ".join(tag.get_text().split())


def language_at(node: Tag | NavigableString) -> str:
    """The language that this is read out in: that of the nearest element which names one."""
    around = [node, *node.parents] if isinstance(node, Tag) else node.parents
    return next((str(each["lang"]) for each in around if each.get("lang")), "")


def texts(root: Tag) -> Iterator[NavigableString]:
    """What is read out or seen: text that is neither style nor script nor comment."""
    for node in root.find_all(string=True):
        if type(node) is NavigableString and node.parent.name not in {"style", "script"}:  # type: ignore[union-attr]
            yield node


def bound(root: Tag) -> list[Tag]:
    """The numbers under an element."""
    return list(root.find_all("data"))


def number(data: Tag) -> tuple[str, str, str]:
    """A number: its value, how it is shown, its figures."""
    return str(data["value"]), data.get_text(), str(data["data-figures"])


def number_in(text: str, language: str) -> Decimal | None:
    """The number that a text shows in a language's own form; None where there is not just one."""
    group, mark = (r"\.", ",") if language == "vi" else (",", r"\.")
    form = rf"([−-]?)(\d{{1,3}}(?:{group}\d{{3}})+|\d+)(?:{mark}(\d+))?(?![.,]?\d)"
    read = list(re.finditer(form, text))
    if len(read) != 1 or re.findall(r"\d", text) != re.findall(r"\d", read[0].group()):
        return None
    sign, whole, part = read[0].groups()
    value = Decimal(re.sub(r"\D", "", whole) + "." + (part or "0"))
    after = re.match(r"\s*(\w+)", text[read[0].end() :])
    value = value.scaleb(SCALES.get(after.group(1), 0)) if after else value
    return -value if sign else value


@cache
def rows(table: str) -> tuple[dict[str, str], ...]:
    """A table of data/, as typed."""
    with (ROOT / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def column(table: str, name: str) -> frozenset[str]:
    """What stands in a column of a table of data/."""
    return frozenset(row[name] for row in rows(table))


def read_at() -> set[str]:
    """Where reprints and copies were read: what sources.csv has in brackets behind a publisher."""
    beside = (name.removesuffix(")").partition(": ") for name in column("sources", "publisher"))
    return {place for _, _, place in beside if place}


@cache
def figures() -> dict[str, dict[str, str]]:
    """The rows of figures.csv by id."""
    return {row["figure"]: row for row in rows("figures")}


@cache
def about() -> dict[str, Any]:
    """What reports.toml says of the site."""
    return tomllib.loads((ROOT / "notebooks" / "reports.toml").read_text("utf-8"))


@cache
def names() -> frozenset[str]:
    """Every name that words may hold, in both languages."""
    return frozenset(row[f"label_{each}"] for row in rows("names") for each in ("vi", "en"))


@cache
def interface(language: str) -> frozenset[str]:
    """Every phrase of the frame and of the notes in a language."""
    frame = {key: pair[language] for key, pair in words_table().items()}
    return frozenset(frame.values()) - {frame["language_vi"], frame["language_en"]}


def read_csv(raw: bytes) -> list[list[str]]:
    """The lines of a CSV file for spreadsheets: UTF-8 with a byte order mark."""
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def file_of(link: Tag) -> list[list[str]]:
    """The lines of the file that a link holds."""
    start, _, content = str(link["href"]).partition(",")
    assert start == "data:text/csv;charset=utf-8"
    assert re.fullmatch(r"[a-z0-9-]+\.csv", str(link["download"]))
    return read_csv(unquote_to_bytes(content))
