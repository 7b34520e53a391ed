"""A document as a Word file: the numbers of its page, in a form that word processors know."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from bs4 import BeautifulSoup
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn

from analysis import Page, claims, text
from analysis.numbers import figures
from analysis.numbers.figures import Figures
from analysis.numbers.schema import LANGUAGES
from analysis.pages import html, make, word
from analysis.pages.document import Document, Output, Prose
from analysis.pages.office import TAGS, VIETNAMESE, WordFile
from analysis.saying import words


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Each language."""
    return str(request.param)


def document(known: Figures) -> Document:
    """A document that says a thing of each kind."""
    page = Page(known, "en")
    before, after = known["staff.before"], known["staff.after"]
    label, title = text(vi="Hà Nội", en="Hà Nội"), text(vi="Còn ít người hơn", en="Fewer are left")
    rows = [(label, before, False), (label, after, True)]
    said = [
        page.lead(vi=f"Giảm từ {before} xuống {after}.", en=f"From {before} to {after}."),
        page.headline(f"{after}", text(vi="người", en="people in Hà Nội"), before=before),
        page.finding(vi=f"Còn {after} người.", en=f"Down to {after} people.", see="chart-left"),
        page.bars("left", title, text(vi="người", en="people"), rows),
        page.table("both", title, [label, title], [(label, after)]),
        page.claims("sums", title, claims.recompute(known)),
    ]  # fmt: skip
    shown = [Output(place, each.block) for place, each in enumerate((*said, page.sources()), 2)]
    head = Prose(1, "# Còn lại gì?\n\nCó *chữ* **đậm**.", "# What is left?\n\nSome *words*.")
    return Document((head, *shown), known)


def file(known: Figures, language: str) -> Any:
    """The Word file of that document, read again."""
    made = word.write(document(known), language, html.Frame("report", docx=True))
    return docx.Document(io.BytesIO(made))


def real(site: Path, name: str, language: str) -> bytes:
    """The Word file of a report of the real site."""
    data = Path(__file__).resolve().parents[1] / "data"
    run = site.parents[1] / "runs" / f"{name}.ipynb"
    found = make.prepare(run, figures.load(data), data).document
    return word.write(found, language, html.Frame(name))


def numbers_of(file: Any) -> list[str]:
    """The numbers of a Word file, in order: the runs of their style."""
    runs = file.element.body.iter(qn("w:r"))
    numbers = (run for run in runs if run.style == "Number")
    return ["".join(each.text or "" for each in run.iter(qn("w:t"))) for run in numbers]


def numbers_on(page: str) -> list[str]:
    """The numbers that a page shows beside notes, sources and lines, those behind charts last."""
    main = BeautifulSoup(page, "html.parser")
    for each in main.select(".notes, .sources, details.from, .numberline"):
        each.decompose()
    behind = [each.get_text() for each in main.select("figure.chart details data")]
    for each in main.select("figure.chart details, .squares"):
        each.decompose()
    return [*(each.get_text() for each in main.select("data")), *behind]


def test_it_says_the_numbers_of_its_page_in_their_order(known: Figures, language: str) -> None:
    """Every number of the page stands in the file, as written there, those of charts at the end."""
    said = document(known)
    page = html.body(said, language, make.drawings(said)).html
    assert len(numbers_on(page)) > 5
    assert numbers_of(file(known, language)) == numbers_on(page)


@pytest.mark.slow
def test_the_reports_say_the_numbers_of_their_pages(site: Path) -> None:
    """So do the real reports; of those made for many, one."""
    data, wrong = Path(__file__).resolve().parents[1] / "data", []
    known = figures.load(data)
    found = sorted((site.parents[1] / "runs").glob("*.ipynb"))
    made_for_many = re.compile("(?<=^province)-.*|(?<=^commune)-.*")
    for run in {made_for_many.sub("", each.stem): each for each in found}.values():
        ready = make.prepare(run, known, data)
        for language, body in ready.bodies.items():
            made = word.write(ready.document, language, html.Frame(run.stem))
            if numbers_of(docx.Document(io.BytesIO(made))) != numbers_on(body.html):
                wrong.append(f"{language}/{run.stem}")
    assert found
    assert wrong == []


def test_it_has_the_structure_that_word_processors_know(known: Figures, language: str) -> None:
    """Headings, captions that number themselves, heads of tables that repeat, pictures with a title
    and a description, and a size of paper."""
    made = file(known, language)
    styles = [each.style.name for each in made.paragraphs]
    assert styles.count("Heading 1") == 1
    assert styles.count("Heading 2") == 3  # key points, how to cite, annex
    assert styles.count("Heading 3") == 5  # three cards; numbers of charts, sources
    fields = [each.get(qn("w:instr")) for each in made.element.iter(qn("w:fldSimple"))]
    assert [each.split()[1] for each in fields] == ["chart", "table", "table", "table"]
    for table in made.tables:
        first, *others = [row._tr.xpath("w:trPr/w:tblHeader") for row in table.rows]
        assert first
        assert not any(others)
    (picture,) = made.element.iter(qn("wp:docPr"))
    assert picture.get("title") == {"vi": "Còn ít người hơn", "en": "Fewer are left"}[language]
    assert {"vi": "32.933", "en": "32,933"}[language] in picture.get("descr")
    sheet = made.sections[0]
    assert [round(each.mm) for each in (sheet.page_width, sheet.left_margin)] == [210, 30]


def test_columns_of_a_table_are_as_wide_as_their_words_ask_for() -> None:
    """No word is cut where there is room; columns of numbers, and their heads, stand right; the
    head of a table never stands alone on a sheet."""
    made = WordFile("en", "", "")
    grid = made.table(["Task", *["Done"] * 6], [False, *[True] * 6], 2)
    for cells in grid:
        made.write(cells[0], "Members of an executive committee of a commune or ward")
        for cell in cells[1:]:
            made.write(cell, "16,765")
    (table,) = docx.Document(io.BytesIO(made.bytes())).tables
    widths = [column.width.mm for column in table.columns]
    assert sum(widths) == pytest.approx(160, abs=0.1)
    assert widths[0] > widths[1] > 15
    for row in table.rows:
        sides = [cell.paragraphs[0].alignment for cell in row.cells]
        assert sides == [None, *[ALIGN.RIGHT] * 6]
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
    assert kept == [True, True, None]


def test_cards_of_claims_say_what_sets_two_numbers_apart(site: Path, language: str) -> None:
    """As on the page: that they are of different days, or that one is a change, one a share."""
    made = docx.Document(io.BytesIO(real(site, "claims", language)))
    page = BeautifulSoup((site / language / "claims.html").read_text(), "html.parser")
    kinds = [each.get_text() for each in page.select(".card .kind")]
    heads = [each.text for each in made.paragraphs if each.style.name == "Heading 3"]
    titles = [head for head in heads if ": " in head]  # not those of the annex
    assert [title.partition(": ")[2] for title in titles] == kinds
    assert words.word("verdict_other_day", language) in kinds
    shown = [each.get_text() for each in page.select(".card .printed")]
    printed = f"{words.word('claim_printed', language)}: "
    said = [each.text.removeprefix(printed) for each in made.paragraphs if printed in each.text]
    assert said == shown
    assert any(not each[0].isdigit() for each in shown)


def test_a_calculation_that_cannot_be_checked_is_named_with_its_place(known: Figures) -> None:
    """As on its page: the label alone, “Share filed online”, does not say where."""
    cells = [cell.text for table in file(known, "en").tables for cell in table._cells]
    (named,) = (text for text in cells if "The number filed is not printed." in text)
    row = known.row("dossiers.share")
    words = [known.label("indicators", row["indicator"]), known.label("areas", row["area"])]
    label, area = (each.words("en") for each in words)
    assert named == f"{label}, {area}. The number filed is not printed."


def test_every_source_of_a_chart_is_named_below_it(site: Path, language: str) -> None:
    """Also where the page has a link to the list instead."""
    made = docx.Document(io.BytesIO(real(site, "overview", language)))
    lines = [each.text for each in made.paragraphs if each.style.name == "Source"]
    assert len(lines) > 4
    assert [line for line in lines if words.word("each_source", language) in line] == []


def test_sources_stand_at_the_foot_of_the_sheet(known: Figures, language: str) -> None:
    """Each paragraph with numbers refers to a footnote, and each footnote names a paragraph."""
    made = word.write(document(known), language, html.Frame("report"))
    archive = zipfile.ZipFile(io.BytesIO(made))
    body = archive.read("word/document.xml").decode()
    notes = archive.read("word/footnotes.xml").decode()
    asked = re.findall(r'<w:footnoteReference w:id="(\d+)"', body)
    assert asked == ["1", "2"]
    assert re.findall(r'<w:footnote w:id="(\d+)"', notes) == asked
    assert notes.count({"vi": "đoạn", "en": "paragraph"}[language]) == 2


def test_words_have_the_language_that_they_are_in(known: Figures) -> None:
    """Words are marked with the language of the file; headlines with theirs, and in English those
    that are Vietnamese."""
    for language, tag in TAGS.items():
        runs = [run for run in file(known, language).element.body.iter(qn("w:r")) if run.text]
        languages = {run.text: run.xpath("string(w:rPr/w:lang/@w:val)") for run in runs}
        assert set(languages.values()) == set(TAGS.values())
        assert languages[{"vi": "18.350", "en": "18,350"}[language]] == tag
        assert languages["Hà Nội"] == "vi-VN"
        assert languages["126 communes to come"] == "en-GB"
    assert VIETNAMESE.findall("In 2025, people of Quảng Nam and of Thanh Hóa met.") == [
        "Quảng Nam", "Thanh Hóa"
    ]  # fmt: skip


def test_the_same_document_gives_the_same_bytes(known: Figures, language: str) -> None:
    """No clock: the days in the file are that of the last source, those of its parts fixed."""
    one, two = (word.write(document(known), language, html.Frame("report")) for _ in range(2))
    assert one == two
    made = docx.Document(io.BytesIO(one))
    assert made.core_properties.created.date().isoformat() == known.latest()
    dates = {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(one)).infolist()}
    assert dates == {(1980, 1, 1, 0, 0, 0)}


def test_a_page_links_to_its_word_file_where_there_is_one(known: Figures, language: str) -> None:
    """The link stands among the files of the page, and only there where the file is made."""
    said = document(known)
    body = html.body(said, language, make.drawings(said))
    for has in (True, False):
        page = html.page(said, body, html.Frame("report", docx=has))
        assert ('href="report.docx"' in page) is has


@pytest.mark.slow
def test_libreoffice_opens_it(known: Figures, language: str, tmp_path: Path) -> None:
    """Where there is a LibreOffice, it makes a PDF of the file and finds nothing wrong."""
    office = shutil.which("soffice")
    if office is None or shutil.which("pdftotext") is None:
        pytest.skip("no LibreOffice found")
    (tmp_path / "x.docx").write_bytes(word.write(document(known), language, html.Frame("report")))
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = [office, home, "--headless", "--convert-to", "pdf", "x.docx"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0
    assert "rror" not in done.stdout + done.stderr
    read = ["pdftotext", "-layout", "x.pdf", "-"]
    shown = subprocess.run(read, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert {"vi": "18.350", "en": "18,350"}[language] in shown
