"""A Word file in the making: the look of official papers, and the parts that python-docx does not
write by itself (footnotes, links, fields, languages). The same content gives the same bytes.

The look is that of Decree 30/2020/NĐ-CP on official papers: A4, margins of 20, 20, 30 and 20 mm,
Times New Roman of 13 points, paragraphs that begin 10 mm further in, page numbers in
the middle of the head from the second page on.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from analysis.numbers.quantity import Quantity
from analysis.pages.typed import LETTERS
from analysis.saying.texts import Text
from analysis.saying.words import word

TAGS = {"vi": "vi-VN", "en": "en-GB"}  # the languages, as Word names them
FONT, BODY, SMALL = "Times New Roman", 13, 11  # sizes in points
_KEPT = (  # styles of python-docx's template that stay
    *("Normal", "Default Paragraph Font", "Normal Table", "Table Grid", "No List", "header"),
    *("heading 1", "heading 2", "heading 3", "List Bullet"),
)
WIDE = Mm(160)  # the width between the margins
_LINE = 84.0  # so many letters of a table take that width
_NOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_GROUND = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="F3F5F7"/>'
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest day that archives can hold
_INK, _MUTED = RGBColor(0x17, 0x20, 0x2A), RGBColor(0x52, 0x5E, 0x69)
# Vietnamese words within another language: those with its letters, and the names around them.
VIETNAMESE = re.compile(
    rf"(?:(?<=[a-z,(] )[A-Z]\w+ )?\w*[{LETTERS}{LETTERS.upper()}]\w*"
    rf"(?:[ \u00a0](?:[A-Z]\w*|\w*[{LETTERS}{LETTERS.upper()}]\w*))*"
)


class WordFile:
    """A Word file in one language, to which paragraphs, pictures and tables are added in order.

    `day` is written as the day of its making; `small` sets everything in smaller letters, for what
    is to stand on one sheet. `bytes()` gives the file.
    """

    def __init__(self, language: str, title: str, day: str, small: bool = False) -> None:
        self.language, self.tag = language, TAGS[language]
        self.file = docx.Document()
        self._notes: list[str] = []
        body = BODY - 2 * small
        _set_sheet(self.file.sections[0])
        _set_styles(self.file.styles, self.tag, body)
        self._ids = {style.name: style.style_id for style in self.file.styles}
        about, date = self.file.core_properties, datetime.fromisoformat(day or "2000-01-01")
        about.title, about.language, about.author = title, self.tag, ""
        about.comments, about.last_modified_by = "", ""
        about.created = about.modified = date
        top = self.file.sections[0].header.paragraphs[0]
        top.alignment = ALIGN.CENTER
        self.field(top, "PAGE", "2")

    def add(self, style: str, text: str = "", **looks: Any) -> Paragraph:
        """A new paragraph of a style, at the end of the file, with words."""
        paragraph = self.file.add_paragraph(style=style)
        self.write(paragraph, text, **looks)
        return paragraph

    def write(self, to: Paragraph, text: str, language: str = "", **looks: Any) -> None:
        """Add words to a paragraph; Vietnamese ones within another language are marked as such."""
        rest = 0
        foreign = VIETNAMESE.finditer(text) if (language or self.language) != "vi" else iter(())
        for match in foreign:
            self._run(to, text[rest : match.start()], self.tag, **looks)
            self._run(to, match.group(), TAGS["vi"], **looks)
            rest = match.end()
        self._run(to, text[rest:], TAGS[language or self.language], **looks)

    def _run(self, to: Paragraph, text: str, tag: str, within: Any = None, **looks: Any) -> None:
        if not text:
            return
        run = Run(_append(to._p if within is None else within, "w:r"), to)
        run.text = text
        if looks.get("style"):
            run._r.style = self._ids[looks["style"]]
        for look in ("bold", "italic"):
            if looks.get(look):
                setattr(run, look, True)
        _set_language(run._element.get_or_add_rPr(), tag)

    def number(self, to: Paragraph, text: str, **looks: Any) -> None:
        """Add a number, in a style of its own, by which all numbers can be found."""
        self._run(to, text, self.tag, style="Number", **looks)

    def value(self, to: Paragraph, value: Quantity, form: str = "", **looks: Any) -> None:
        """Add a Quantity, as the language writes it."""
        self.number(to, value.words(self.language, form), **looks)

    def text(self, to: Paragraph, text: Text, **looks: Any) -> None:
        """Add a Text to a paragraph: its words and numbers."""
        for number, part in enumerate(text.parts(self.language)):
            if isinstance(part, str):
                # A space that does not break: the word after a number stays on its line.
                joined = re.sub(r"^ (?=[\w(])", "\u00a0", part) if number else part
                self.write(to, joined, **looks)
            elif isinstance(part.value, Quantity):
                self.value(to, part.value, part.form, **looks)
            else:
                self.write(to, part.words(self.language), **looks)

    def parts(self, to: Paragraph, parts: Iterable[str | Quantity]) -> None:
        """Add words and numbers in turn."""
        for part in parts:
            if isinstance(part, str):
                self.write(to, part)
            else:
                self.value(to, part)

    def field(self, to: Paragraph, code: str, text: str) -> None:
        """Add a field that the word processor computes; it shows `text` until then."""
        field = _append(to._p, "w:fldSimple")
        field.set(qn("w:instr"), code)
        self._run(to, text, self.tag, field)

    def link(self, to: Paragraph, address: str, text: str) -> None:
        """Add words that lead to an address."""
        link = _append(to._p, "w:hyperlink")
        linked = to.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link.set(qn("r:id"), linked)
        self._run(to, text, self.tag, link, style="Hyperlink")

    def footnote(self, to: Paragraph, text: str) -> None:
        """Add a footnote, with its number at the end of a paragraph."""
        paragraph = self.file.add_paragraph(style="Footnote Text")
        mark = Run(paragraph._p.add_r(), paragraph)
        mark.style = "Footnote Reference"
        _append(mark._element, "w:footnoteRef")
        self.write(paragraph, f" {text}")
        element = paragraph._p
        element.getparent().remove(element)
        self._notes.append(element.xml)
        run = Run(to._p.add_r(), to)
        run.style = "Footnote Reference"
        _append(run._element, "w:footnoteReference").set(qn("w:id"), str(len(self._notes)))

    def caption(self, kind: str) -> Paragraph:
        """A new paragraph for the title of a `chart` or `table`: “Chart 2. ”.

        The word processor counts charts and tables apart.
        """
        before = self.file.element.xpath(f"//w:fldSimple[contains(@w:instr, 'SEQ {kind} ')]")
        paragraph = self.add("Caption", f"{word(kind, self.language)} ")
        self.field(paragraph, f"SEQ {kind} \\* ARABIC", str(len(before) + 1))
        self.write(paragraph, ". ")
        return paragraph

    def pictures(self, images: Iterable[tuple[bytes, float]], title: str, description: str) -> None:
        """Add pictures: each a PNG and its width as a share of the text's, 0 to 1.

        Between those that do not fit beside each other a sheet may end.
        """
        paragraph, room = self.add("Picture"), 1.0
        for png, share in images:
            if share > room:
                paragraph.paragraph_format.keep_with_next = False
                paragraph, room = self.add("Picture"), 1.0
            room -= share
            shape = paragraph.add_run().add_picture(io.BytesIO(png), width=Emu(int(WIDE * share)))
            for side in ("distT", "distB", "distL", "distR"):  # no room around it
                shape._inline.set(side, "0")
            shape._inline.docPr.set("title", title)
            shape._inline.docPr.set("descr", description)

    def table(
        self, heads: Sequence[str], numeric: Sequence[bool], rows: int
    ) -> list[list[Paragraph]]:
        """Add a table; gives the empty paragraphs of its cells, row by row, without the heads.

        The heads are repeated on every sheet, and no row is cut at the end of one. Columns that are
        `numeric` stand to the right. `bytes` makes each column as wide as its words ask for.
        """
        table = self.file.add_table(rows + 1, len(heads), style="Table Grid")
        table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
        written = []
        for number, row in enumerate(table._tbl.tr_lst):
            properties = row.get_or_add_trPr()
            _append(properties, "w:cantSplit")
            if not number:
                _append(properties, "w:tblHeader")
            written.append([_Cell(cell, table).paragraphs[0] for cell in row.tc_lst])
            for paragraph, right in zip(written[-1], numeric, strict=True):
                paragraph.style = self.file.styles["Cell"]
                if right:
                    paragraph.alignment = ALIGN.RIGHT
                if number < 2:  # the head stands on the sheet of the first row
                    paragraph.paragraph_format.keep_with_next = True
        for cell, head in zip(table._tbl.tr_lst[0].tc_lst, heads, strict=True):
            cell.get_or_add_tcPr().append(parse_xml(_GROUND))
            self.write(_Cell(cell, table).paragraphs[0], head, bold=True)
        return written[1:]

    def bytes(self) -> bytes:
        """The bytes of the file, the same for the same content: no time stands in the archive."""
        self._add_footnotes()
        for table in self.file.element.body.tbl_lst:
            _set_widths(table)
        out, fixed = io.BytesIO(), io.BytesIO()
        self.file.save(out)
        with zipfile.ZipFile(out) as source, zipfile.ZipFile(fixed, "w") as archive:
            for name in source.namelist():
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, source.read(name))
        return fixed.getvalue()

    def _add_footnotes(self) -> None:
        """Add the part of the file with the footnotes, and the two kinds of lines above them."""
        lines = "".join(
            f'<w:footnote w:type="{mark}" w:id="{number}"><w:p><w:r><w:{mark}/></w:r></w:p>'
            "</w:footnote>"
            for number, mark in ((-1, "separator"), (0, "continuationSeparator"))
        )
        notes = "".join(
            f'<w:footnote w:id="{number}">{note}</w:footnote>'
            for number, note in enumerate(self._notes, start=1)
        )
        xml = f"<w:footnotes {nsdecls('w', 'r')}>{lines}{notes}</w:footnotes>"
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        package = self.file.part.package
        part = Part(PackURI("/word/footnotes.xml"), _NOTES, (head + xml).encode(), package)
        self.file.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


# ---------------------------------------------------------------------------------------- the look


def _append(parent: Any, name: str) -> Any:
    """A new element at the end of another."""
    element = OxmlElement(name)
    getattr(parent, "_element", parent).append(element)
    return element


def _set_widths(table: Any) -> None:
    """Share the width of the text among the columns of a table by their longest cells.

    Where these do not fit beside each other, no word is broken: each column gets its longest word
    first, and what is left goes to those whose cells need more. Two columns, “1.238” and a long
    sentence: the first keeps the room of “1.238”, the sentence runs over several lines.
    """
    columns = [
        ["".join(cell.itertext(qn("w:t"))) for cell in column]
        for column in zip(*(row.tc_lst for row in table.tr_lst), strict=True)
    ]
    widths = [min(max(map(_letters, column)), _LINE / 2) for column in columns]
    if sum(widths) > _LINE:
        least = [max(_letters(word) for word in " ".join(column).split(" ")) for column in columns]
        more = [max(width - word, 0) for width, word in zip(widths, least, strict=True)]
        share = max(_LINE - sum(least), 0) / (sum(more) or 1)
        widths = [word + share * asked for word, asked in zip(least, more, strict=True)]
    sizes = [Emu(int(WIDE * width / sum(widths))) for width in widths]
    for column, size in zip(table.tblGrid.gridCol_lst, sizes, strict=True):
        column.w = size
    for row in table.tr_lst:
        for cell, size in zip(row.tc_lst, sizes, strict=True):
            cell.width = size


def _letters(words: str) -> float:
    """The room that words take in a cell, in letters, with the margins of the cell."""
    return len(words) + 3.5


def _set_language(properties: Any, tag: str) -> None:
    """Say in which language the words of a run or style are."""
    language = properties.find(qn("w:lang"))
    language = _append(properties, "w:lang") if language is None else language
    for name in ("w:val", "w:eastAsia"):
        language.set(qn(name), tag)


def _set_sheet(section: Any) -> None:
    """Size and margins of the sheet, as the decree has them."""
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = section.right_margin = Mm(20)
    section.left_margin = Mm(30)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True


def _set_styles(styles: Any, tag: str, body: float) -> None:
    """The styles that a briefing uses, and no others; sizes and spaces are in points."""
    for style in [style for style in styles.element.style_lst if style.name_val not in _KEPT]:
        styles.element.remove(style)
    defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))
    _set_language(defaults.find(qn("w:rPr")), tag)
    _style(styles, "Normal", body, after=6)
    _style(styles, "Heading 1", body + 3, bold=True, before=6, after=8)
    _style(styles, "Heading 2", body + 1, bold=True, before=12, after=4)
    _style(styles, "Heading 3", body, bold=True, before=10, after=4)
    text = _style(styles, "Body Text", body, after=6).paragraph_format
    text.alignment, text.first_line_indent = ALIGN.JUSTIFY, Mm(10)
    _style(styles, "List Bullet", body, after=2)
    _style(styles, "Caption", body - 1, bold=True, before=8, after=2)
    _style(styles, "Subtitle", SMALL, muted=True, after=4)
    _style(styles, "Picture", SMALL, after=2)
    _style(styles, "Source", SMALL - 1, muted=True, before=3, after=8)
    _style(styles, "Aside", SMALL, muted=True, before=2, after=6).paragraph_format.left_indent = Mm(
        10
    )
    _style(styles, "Cell", SMALL, before=1, after=1)
    _style(styles, "Footnote Text", SMALL - 1, after=0)
    for name in ("Caption", "Picture", "Subtitle"):
        styles[name].paragraph_format.keep_with_next = True
    for name in ("Number", "Footnote Reference", "Hyperlink"):
        styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
    styles["Footnote Reference"].font.superscript = True
    styles["Hyperlink"].font.underline = True


def _style(
    styles: Any,
    name: str,
    size: float,
    bold: bool = False,
    muted: bool = False,
    before: float = 0,
    after: float = 0,
) -> Any:
    """A paragraph style of this look, new or changed; nothing of the template's look stays."""
    has = name in [style.name for style in styles]
    style = styles[name] if has else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if name != "Normal":
        style.base_style = styles["Normal"]
    for looks in style.element.xpath("w:rPr"):
        style.element.remove(looks)
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = _MUTED if muted else _INK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)
    spacing = style.paragraph_format
    spacing.space_before, spacing.space_after, spacing.line_spacing = Pt(before), Pt(after), 1.1
    return style
