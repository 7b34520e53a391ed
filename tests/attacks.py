"""Attacks on a page: what a cell might try, and where that ends.

A cell is Markdown (a string, read in both languages) or a function of the Page; what the function
returns is the cell's output: what `page` said, the JSON of a block, or an output written by hand.
It ends in the `cell` itself, when the `document` is read, in the `gate`, or in what the page then
`shows`: what the figures give.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from analysis import Page, blocks, compare, quantity, text
from analysis.saying.chart_blocks import Point

Cell = str | Callable[[Page], Any]
ORG, PEOPLE, HELD = "congress.due", "staff.before", "congress.held"
STAFF = (PEOPLE, "staff.after")
S, TOLD = text("Số", "Số"), text("Tổ chức", "Tổ chức")
FALL, RISE = "staff.before>staff.after", "units.after>units.before"


def say(vi: str, en: str = "") -> Callable[[Page], Any]:
    """A sentence; braces hold a figure, `a>b` for a change, `@a` for a day, with its form."""
    return lambda page: page.say(vi=filled(page, vi), en=filled(page, en or vi))


def filled(page: Page, words: str) -> str:
    """The words as the f-string of a notebook makes them."""

    def value(found: re.Match[str]) -> str:
        name, _, form = found[1].partition(":")
        if ">" in name:
            return format(compare.change(*map(page.known.__getitem__, name.split(">"))).rate, form)
        return format(page.known.as_of(name[1:]) if name[0] == "@" else page.known[name], form)

    return re.sub(r"\{([^}]+)\}", value, words)


def both(parts: Any) -> Any:
    """The JSON of a Text that has the same parts in both languages."""
    return parts if isinstance(parts, dict) else {"vi": parts, "en": parts}


def block(kind: str, **fields: Any) -> Callable[[Page | None], Any]:
    """A block written by hand; its texts may be parts for both languages."""
    read = {
        name: both(each) if name in {"text", "title"} else each for name, each in fields.items()
    }
    return lambda _: {"version": 1, "block": kind, **read}


def value(form: str = "", **reference: Any) -> Callable[[Page | None], Any]:
    """A sentence written by hand that shows one reference."""
    return block("sentence", text=["Có ", {"value": reference, "form": form}, "."])


def made(kind: str, *of: Any, places: Any = 0, **more: Any) -> Any:
    """The JSON of a recipe."""
    return {"kind": kind, "of": list(of), "places": places, **more}


def recipe(kind: str, *of: Any, **more: Any) -> Callable[[Page | None], Any]:
    """A sentence written by hand that shows a recipe."""
    return value(number=made(kind, *of, **more))


def deep(times: int) -> Any:
    """A sum of a sum of a sum …"""
    return made("sum", deep(times - 1)) if times else ORG


def output(**data: Any) -> Callable[[Page], Any]:
    """An output of a cell that is no block, or not a block alone."""
    mimes = {blocks.MIME if name == "block" else name: each for name, each in data.items()}
    return lambda _: {"output_type": "display_data", "data": mimes, "metadata": {}}


def calculated(calculate: Callable[..., Any], *figures: str) -> Callable[[Page], Any]:
    """A calculation with some figures, in a sentence."""
    return lambda page: _there_are(page, calculate(*map(page.known.__getitem__, figures)))


def _there_are(page: Page, number: Any) -> Any:
    return page.say(vi=f"Có {number}.", en=f"There are {number}.")


def _points(page: Page, vi: str, en: str) -> Any:
    gap = quantity.difference(page.known["congress.rate"], page.known["dossiers.share"])
    return page.say(vi=f"chênh {gap} {vi}", en=f"they differ by {gap} {en}")


def lying(page: Page) -> Any:
    """A Quantity with another value and other words than its figures give."""
    number = replace(page.known[HELD], value=Decimal(9999), low=None)
    object.__setattr__(number, "words", lambda *_: "9,999")
    return _there_are(page, number)


def exchanged(page: Page) -> Any:
    """A share that was computed from other operands than it names."""
    share = quantity.share(page.known[HELD], page.known[ORG])
    return _there_are(page, replace(share, operands=share.operands[::-1]))


def bars(label: str, *marks: str, data: tuple[str, ...] = (ORG,)) -> Callable[[Page], Any]:
    """Bars under a label, and in the chart's table other figures under “Tổ chức”."""

    def cell(page: Page) -> Any:
        table = page.bars("x", S, S, [(TOLD, page.known[each], True) for each in data]).block
        rows = [(text(label, label), page.known[each], True) for each in marks]
        return _with_table(page.bars("x", S, S, rows), table.table.data)

    return cell


def panels(day: str, figure: str) -> Callable[[Page], Any]:
    """A point on the day of one figure with the number of another; its table has the staff."""

    def cell(page: Page) -> Any:
        said = page.panels("x", S, S, [(S, [page.point(figure)])])
        point = Point(day=page.known.as_of(day), number=page.known[figure])
        line = said.block.lines[0].model_copy(update={"points": (point,)})
        other = replace(said, block=said.block.model_copy(update={"lines": (line,)}))
        return _with_table(other, ((S, page.known.as_of(PEOPLE), page.known[PEOPLE], None, None),))

    return cell


def another_before(page: Page) -> Any:
    """A change of a place, and in its row of the table another number before."""
    made = page.strip("x", S, S, [(S, compare.change(*map(page.known.__getitem__, STAFF)), True)])
    ((label, _, *rest),) = made.block.table.data
    return _with_table(made, ((label, page.known[ORG], *rest),))


def line(*figures: str, changed: bool = False) -> Callable[[Page], Any]:
    """A line through figures in the order given; a change may be written before the first."""

    def cell(page: Page) -> Any:
        rate = compare.change(*map(page.known.__getitem__, STAFF)).rate if changed else None
        points = [page.point(each, rate=rate) for each in figures]
        return page.panels("x", S, S, [(S, points)])

    return cell


def span(reform: str) -> Callable[[Page], Any]:
    """A panel under a span with the name of a reform, from an event of project 21 on."""

    def cell(page: Page) -> Any:
        above = page.span(page.label("names", reform), page.known.event("staff.plan").day)
        return page.panels("x", S, S, [(S, [page.point(PEOPLE)])], [above])

    return cell


def _with_table(said: Any, rows: Any) -> Any:
    """The JSON of a chart that has other rows behind it than it draws."""
    table = said.block.table.model_copy(update={"data": rows})
    return blocks.dump(said.block.model_copy(update={"table": table}))


MARKDOWN = (
    "Có 1.731 chi bộ.", '<a href="#note-1.731"><span class="name">1.731</span></a> chi bộ',
    "Có <b>nhiều</b> chi bộ", "<style>p::after{content:'1.731'}</style>",
    "<iframe srcdoc='1.731'></iframe>", "Có <input value='nhiều'> chi bộ", "<meter value='.73'>",
    "<svg><rect width='73'/></svg>", "Có <!-- x --!>nhiều chi bộ", "<script>x()</script>",
    "<i lang='fr'>chi bộ</i>", "<i lang='vi' class='x'>chi bộ</i>", "<i lang='vi'>chi bộ",
    "</i>a<i lang='vi'>", "![bức tranh](data:image/png;base64,iVBO)", "![ảnh](attachment:a.png)",
    "```\nCó nhiều chi bộ\n```", "    Có nhiều chi bộ", "Có `nhiều` chi bộ", "> Có nhiều chi bộ",
    "---", '[bảng](index.html "Có nhiều chi bộ")', '[bảng][a]\n\n[a]: index.html "nhiều chi bộ"',
    "[bảng](javascript:alert)", "[bảng](java&#115;cript:alert)", "[bảng](http://example.org)",
    "[bảng](https://a@example.org)", "[bảng](//example.org)", "<javascript:alert>",
    "<mailto:a@example.org>", "Xem[^a]\n\n[^a]: Có nhiều chi bộ", "Có &#49;&#55; chi bộ",
    "Có &frac12; chi bộ", "Có &half; chi bộ", "1731. chi bộ", "- chi bộ\n  - có 1.731",
    "| a | b |\n|---|---|\n| c | 1.731 |", "# Tên khác", "## Có 1.731 chi bộ", "- # Tên khác",
    "Đề án 0666", "Đề án 06.500 thôn", "Kế hoạch số 109-KH/TU9", "~~nhiều~~ thôn",
)  # fmt: skip
SPELT = (
    "twenty-six thousand villages", "Hai mươi sáu nghìn thôn", "twelve villages", "mười hai thôn",
    "fifteen villages", "mười lăm thôn", "a dozen villages", "a third of them", "half of them",
    "một nửa số thôn", "the number doubled", "gấp đôi", "twice as many", "two-thirds",
    "hai phần ba", "five per cent", "năm phần trăm", "hai phần trăm", "one percent", "XXVI thôn",
    "xxvi thôn", "ba tỷ", "một trăm thôn", "hai vạn", "hai triệu", "một chục", "năm người",
    "năm đơn vị", "hai tư", "Ba mươi thôn", "Ten of them", "tenfold", "a quarter", "Forty-two",
    "trăm rưỡi", "hai muoi sau", "tw**el**ve villages", "tw[el](index.html)ve", "BẢY thôn",
    "tw<i lang='vi'>el</i>ve", "tháng Ba nghìn thôn", "bảy\u00a0thôn",
    "two score villages", "nil villages", "thrice as many", "quintupled", "the eleventh part",
    "a decade of cells", "a couple of cells", "one per mille", "by a factor of two", "fi-ve cells",
    "lOO villages", "IOO cells", "tens of cells", "dăm thôn", "một cặp thôn", "gấp bội",
    "muời thôn", "bẩy thôn", "hăm lăm thôn",
    # what is no letter or mark of ours
    "１７ chi bộ", "①⑦ chi bộ", "½ số thôn", "x² thôn", "Ⅻ thôn", "一千七百", "𝟏𝟕 thôn",
    "١٧ thôn", "twеlve villages", "ｔｗｅｌｖｅ", "twe\u200blve", "twe\u00adlve", "twe\u2060lve",
    "\u202e137.1 thôn", "twel\u0301ve", "mu\u031bo\u031b\u0300i thôn", "\u2063\U000e0030x\u2064",
    "\ufeffCó thôn", "a\u2028b", "5\ufe0f\u20e3 thôn", "tweⅼve villages", "nhiều\u0007", "73% số",
)  # fmt: skip
SENTENCES = (
    ("cell", "Có 1.731 chi bộ.", "There are 1,731 cells."),
    ("gate", "Có mư\u200bời thôn.", "There are te\u200bn villages."),
    ("cell", "Chỉ có {congress.held}.", "Nothing but words."),
    ("cell", "{congress.held} rồi {congress.due}", "{congress.due} then {congress.held}"),
    ("cell", f"giảm {{{RISE}:fall}}", ""), ("cell", f"tăng {{{FALL}:rise}}", ""),
    ("cell", "{congress.held:more}", ""), ("cell", "{staff.before>congress.due}", ""),
    ("cell", "{congress.held:bare}", ""), ("cell", "{@congress.held:fall}", ""),
    ("gate", f"số người tăng tới {{{FALL}:fall}}", f"{{{FALL}:fall}}"),
    ("gate", f"{{{FALL}}}", f"rose by {{{FALL}}}"), ("gate", f"giảm {{{RISE}:rise}}", ""),
    ("gate", f"{{{RISE}:sign}}", f"the number fell by {{{RISE}:sign}}"),
    ("gate", f"bùng nổ {{{FALL}:fall}}", f"surged by {{{FALL}:fall}}"),
    ("gate", "{congress.held} là ít nhất", "{congress.held} at the very least"),
    ("gate", "tăng {units.decrease} đơn vị", "{units.decrease} units"),
    ("gate", "từ {staff.before} lên {staff.after}", "{staff.before}, {staff.after}"),
    ("gate", "{staff.after}, {staff.before}", "Posts fell, from {staff.after} to {staff.before}"),
    ("gate", "hơn\u00a0{congress.held}", ""),
    ("gate", "Gần {congress.held}", ""), ("gate", "{congress.due}/{congress.held}", ""),
    ("gate", "Trong số {congress.held}, có {congress.due}", "{congress.held}, {congress.due}"),
    ("gate", "{congress.held}", "at least\u00a0{congress.held}"), ("gate", "{congress.held}+", ""),
    ("gate", "hơn {dossiers.received} hồ sơ", "over {dossiers.received} dossiers"),
    ("gate", "{congress.held}", "{congress.held} or more"), ("gate", "{congress.rate}%", ""),
    ("gate", "{congress.held} phần trăm", "{congress.held}"), ("gate", "{congress.held} nghìn", ""),
    ("gate", "{congress.held} người", ""), ("gate", "{congress.held}", "{congress.held} people"),
    ("gate", "{congress.held}{congress.due}", ""), ("gate", "{congress.held}.{congress.due}", ""),
    ("gate", "{congress.held},{congress.due}", ""), ("gate", "{congress.held} {congress.due}", ""),
    ("gate", "−{congress.held}", ""), ("gate", "Đề án 06{congress.held}", ""),
    ("gate", "{congress.held}k", ""), ("gate", "{@congress.due:year}{congress.held}", ""),
    ("gate", "Có \u2063\u2064 {congress.held}", ""),
    ("gate", "{congress.held}", "more\u00a0than {congress.held}"),
    ("gate", "{congress.held} trở\u00a0lên", ""), ("gate", "{staff.after} tổ\u00a0chức", ""),
    ("gate", "Đà\u00a0Nẵng còn {plan-2025.ha-noi.after.total}", ""),
)  # fmt: skip
VALUES: tuple[tuple[str, str, Cell], ...] = (
    ("words in a variable", "gate", lambda page: page.say(**dict.fromkeys(("vi", "en"), "trăm"))),
    ("per cent of points", "gate", lambda page: _points(page, "phần trăm", "per cent")),
    ("words of a card", "gate", lambda page: page.headline(f"{page.known[ORG]}", text("ba", "x"))),
    ("places -3", "cell", calculated(lambda a: quantity.with_places(a, -3), ORG)),
    ("difference", "cell", calculated(quantity.difference, PEOPLE, ORG)),
    ("share", "cell", calculated(quantity.share, ORG, PEOPLE)),
    ("sum", "cell", calculated(quantity.total, PEOPLE, ORG)),
    ("added up twice", "gate", calculated(quantity.total, ORG, HELD, ORG)),
    ("counted twice", "gate", calculated(lambda *of: quantity.counted(of, "x"), ORG, HELD, ORG)),
    ("another value", "shows Có 1.221.", lying),
    ("other operands", "shows Có 101,4%.", exchanged),
    ("recipe by hand", "shows Có 98,6%.", recipe("share", HELD, ORG, places=1)),
    ("recipe: unlike units", "document", recipe("sum", ORG, PEOPLE)),
    ("recipe: places -3", "document", recipe("share", HELD, ORG, places=-3)),
    ("recipe: places 1e9", "document", recipe("share", HELD, ORG, places=10**9)),
    ("recipe: places a word", "document", recipe("share", HELD, ORG, places="1")),
    ("recipe: places of a count", "document", recipe("sum", ORG, HELD, places=2)),
    ("recipe: signs by hand", "document", recipe("net", ORG, ORG, how="*-")),
    ("recipe: by nothing", "gate", recipe("share", ORG, made("difference", ORG, ORG), places=1)),
    ("recipe: like units", "gate", recipe("per", HELD, ORG, places=1)),
    ("recipe: none stated", "gate", recipe("count", ORG, ORG, how="claim")),
    ("a rise said to fall", "document", value("fall", number=made("relative_change", HELD, ORG))),
)
VALUES += tuple(
    (f"reference {each!s}"[:40], by, value(**each))
    for by, each in (
        ("document", {"number": made("product", ORG, ORG)}), ("document", {"number": made("sum")}),
        ("document", {"number": "congress.all"}), ("document", {"number": 1731}),
        ("document", {"number": True}), ("document", {"number": float("nan")}),
        ("document", {"number": deep(100)}), ("gate", {"number": deep(30)}),
        ("document", {"day": "congress.all"}), ("document", {"form": "html", "number": ORG}),
        ("document", {"label": ["claims", "staff.rate"]}), ("document", {"html": "1.731"}),
        ("document", {"label": ["sources", "congress"]}), ("document", {"label": "areas"}),
    )
)  # fmt: skip
A = block("sentence", text=["a"])
BLOCKS: tuple[tuple[str, str, Cell], ...] = (
    ("further keys", "document", block("sentence", text=["a"], html="<b>1.731</b>")),
    ("version 2", "document", lambda _: {**A(None), "version": 2}),
    ("no such block", "document", block("html", text=["a"])),
    ("text: a string", "document", lambda _: {**A(None), "text": "1.731"}),
    ("text: a number", "document", block("sentence", text=[1731])),
    ("typed digits", "gate", block("sentence", text=["Có 1.731 chi bộ."])),
    ("a word in parts", "gate", block("sentence", text=["twel", "ve thôn"])),
    ("a word over two lines", "document", block("sentence", text=["gấp\nđôi"])),
    ("two spaces", "gate",
     block("sentence", text=["ít  nhất ", {"value": {"number": ORG}, "form": ""}])),
    ("a part of less", "document",
     block("headline", number={"value": {"number": ORG}, "form": ""}, of={"number": HELD},
           label=both(["a"]))),
    ("marks of the gate", "gate", block("sentence", text=["Có \0 thôn"])),
    ("one language", "document", block("sentence", text={"vi": ["a"], "en": []})),
    ("hidden with words", "document", block("hidden", text=["Có 1.731 chi bộ."])),
    ("anchor", "document", block("claims", name='x"', title=["a"], claims=[])),
    ("no parameter", "gate", block("parameters", own=[{"name": "1.731", "value": both(["a"])}])),
    ("claims: none such", "gate", block("claims", name="x", title=["a"], claims=["staff.all"])),
    ("claims: twice", "gate", block("claims", name="x", title=["a"], claims=["staff.rate"] * 2)),
    ("other sources", "document", block("sources", known_on="2020-01-01", evidence="all")),
    ("a second lead", "gate", lambda _: [block("lead", text=["a"])(None)] * 2),
    ("a second title", "gate", block("title", text=["Tên khác"])),
    ("see: nothing", "gate", block("finding", text=["a"], see="chart-none")),
    ("one name twice", "gate", lambda page: [bars("Tổ chức", ORG)(page)] * 2),
    ("chart: another label", "gate", bars("Người", ORG)),
    ("chart: another number", "gate", bars("Tổ chức", HELD)),
    ("chart: unlike units", "gate", bars("Tổ chức", ORG, PEOPLE, data=(ORG, PEOPLE))),
    ("chart: another order", "gate", bars("Tổ chức", HELD, ORG, data=(ORG, HELD))),
    ("chart: another before", "gate", another_before),
    ("chart: another reform", "gate", span("project-06")),
    ("chart: backwards", "cell", line(*STAFF[::-1])),
    ("chart: a change before the first point", "cell", line(PEOPLE, changed=True)),
    ("chart: another day", "gate", panels(ORG, PEOPLE)),
    ("chart: another point", "gate", panels(PEOPLE, "staff.after")),
    ("HTML", "document", output(**{"text/html": "<p>1.731</p>"})),
    ("a picture", "document", output(**{"image/png": "iVBORw0"})),
    ("block and picture", "document", output(block=A(None), **{"image/png": "iVBORw0"})),
    ("block and script", "document", output(block=A(None), **{"text/javascript": "x()"})),
    ("block and HTML", "shows a", output(block=A(None), **{"text/html": "1.731"})),
    ("a block as text", "document", output(block="{}")),
    ("printed", "document", lambda _: {"output_type": "stream", "name": "stdout", "text": "1.731"}),
    ("an error", "document",
     lambda _: {"output_type": "error", "ename": "E", "evalue": "", "traceback": []}),
)  # fmt: skip
ATTACKS: list[tuple[str, str, Cell]] = [
    *((f"Markdown: {words[:30]!a}", "gate", words) for words in (*MARKDOWN, *SPELT)),
    *((f"sentence: {vi} {en}".encode("ascii", "replace").decode(), by, say(vi, en))
      for by, vi, en in SENTENCES),
    *VALUES, *BLOCKS,
]  # fmt: skip

# What no rule can tell from ordinary prose, as the gate's documentation says.
PASSES: tuple[Cell, ...] = (
    "Có hai thôn.", "One of two villages", "Thôn V", "nhị thôn", "t w e l v e villages", "tư thôn",
    "thréé villages",
)  # fmt: skip

AFTER, BEFORE = "{staff.after}", "{staff.before}"
HA_NOI, COMMUNES = "plan-2025.ha-noi.after.total", "{plan-2025.ha-noi.after.communes}"


def bars_of(area: str) -> Callable[[Page], Any]:
    """A bar and its row under the label of an area, with the number of Hà Nội."""

    return lambda page: page.bars(
        "x", S, S, [(page.label("areas", area), page.known[HA_NOI], True)]
    )


# Twenty sentences with the right number and the wrong meaning, altered alike in both languages:
# what is altered, whether the page is made all the same (docs/method.md names these kinds), and
# the cell.
MEANING: tuple[tuple[str, bool, Cell], ...] = (
    ("before and after exchanged", False,
     say(f"từ {AFTER} xuống {BEFORE} người", f"from {AFTER} to {BEFORE} people")),
    ("before and after exchanged, in two parts", False,
     say(f"Trước có {AFTER} người; sau là {BEFORE}.", f"At first {AFTER} people; later {BEFORE}.")),
    ("fell → rose, with the size", False,
     say(f"tăng {{{FALL}:fall}}", f"rose by {{{FALL}:fall}}")),
    ("fell → rose, from … to", False,
     say(f"tăng từ {BEFORE} lên {AFTER} người", f"rose from {BEFORE} to {AFTER} people")),
    ("percentage points", False,
     say("{congress.rate} điểm phần trăm", "{congress.rate} percentage points")),
    ("per cent", False, say(f"{AFTER} phần trăm", f"{AFTER} per cent")),
    ("a noun of another unit", False, say(f"{AFTER} tổ chức", f"{AFTER} organisations")),
    ("a noun of another part", False, say(f"{COMMUNES} phường", f"{COMMUNES} wards")),
    ("a noun that the tables do not have", True, say(f"{AFTER} nông dân", f"{AFTER} farmers")),
    ("another reform", False,
     say(f"Sau năm năm của Đề án 06 còn {AFTER} người", f"Project 06 left {AFTER} people")),
    ("another area", False,
     say(f"Đà Nẵng còn {{{HA_NOI}}} đơn vị", f"Đà Nẵng keeps {{{HA_NOI}}} units")),
    ("a place for the country", False,
     say("Hà Nội còn {units.after} đơn vị", "Hà Nội keeps {units.after} units")),
    ("another day", False,
     say(f"Đến {{@congress.due}} còn {AFTER} người", f"By {{@congress.due}} {AFTER} people")),
    ("a part called the whole", True,
     say("Có {congress.held} tổ chức phải đại hội", "{congress.held} organisations are due")),
    ("the label of a bar", False, bars("Người", ORG)),
    ("labels of a chart and of its table alike", False, bars_of("da-nang")),
    ("“more than” before an exact number", False,
     say("hơn {congress.held} tổ chức", "more than {congress.held} organisations")),
    ("a cause", True,
     say(f"Nhờ tăng lương còn {AFTER} người", f"Thanks to higher pay {AFTER} people are left")),
    ("half", False, "Còn một nửa số người – half of them."),
    ("doubled", False, "Số người tăng gấp đôi – it doubled."),
)  # fmt: skip

# Ordinary prose that must not be taken for an attack.
ORDINARY: tuple[Cell, ...] = (
    "Phép tính khớp nếu cắt bỏ phần lẻ; nửa thì làm tròn lên. Tỷ lệ trong nửa đầu tháng Bảy.",
    "## Các bảng\n\nNăm ấy, *Đề án 06* và **Kế hoạch số 109-KH/TU** ([bảng](index.html#a)).",
    "A *cell* (<i lang='vi'>chi bộ</i>) is small – “one” of two; the first half, “half up”.",
    "- a\n- b\n\n| a | b |\n|---|--:|\n| c | d |\n\n1. a\n2. b\n\n<https://example.org/a>",
    say("{congress.held}/{congress.due} tổ chức, tức {congress.rate}"),
    say(f"giảm {{{FALL}:fall}}, từ {BEFORE} xuống {AFTER}",
        f"fell by {{{FALL}:fall}}, from {BEFORE} to {AFTER}"),
    say(f"{BEFORE} → {AFTER} ({{{FALL}:sign}})"),
    say("{dossiers.received:more} hồ sơ; cộng thành {congress.held} tổ chức",
        "{dossiers.received:more} dossiers; they add up to {congress.held} organisations"),
    say(f"Sau khi giảm, đơn vị tăng {{{RISE}:rise}}", f"After a fall units rose {{{RISE}:rise}}"),
    lambda page: _points(page, "điểm phần trăm", "percentage points"),
    say("Có {congress.held} chi bộ cơ sở.", "There are {congress.held} of them."),
    say("Nhiều hơn trước: {congress.held}.", "More than ever: {congress.held}."),
    say(f"Nay có {AFTER} người, so với {BEFORE} trước đó.",
        f"There are {AFTER} people now, down from {BEFORE}."),
    say(f"Sau Đề án 06 và trước năm nay, có {AFTER} người.",
        f"After Project 06 the city had {AFTER} people."),
    say(f"So với Đà Nẵng, thành phố giữ {{{HA_NOI}}} đơn vị.",
        f"Like Đà Nẵng, the city keeps {{{HA_NOI}}} units."),
    say("Cả nước còn {units.after} đơn vị, riêng Hà Nội ít hơn nhiều.",
        "The country keeps {units.after} units, Hà Nội far fewer."),
    say(f"Hà Nội còn {{{HA_NOI}}} xã và phường, trong đó {COMMUNES} xã.",
        f"Hà Nội keeps {{{HA_NOI}}} communes and wards, {COMMUNES} of them communes."),
    say("Đến {@congress.due:short}, {congress.held} trong số {congress.due} tổ chức đã xong.",
        "By {@congress.due:short}, {congress.held} of the {congress.due} were done."),
    say(f"Số người sau sắp xếp là {AFTER}, ít hơn con số {BEFORE} trước đây.",
        f"The {AFTER} people left are fewer than the {BEFORE} before."),
    say(f"{AFTER} người, ít hơn nhiều lần con số {BEFORE} cũ; dựa trên {{congress.held}} tổ chức",
        f"{AFTER} people, far below the earlier {BEFORE}; based on {{congress.held}} of them"),
    "Việc sắp xếp bắt đầu khi điều kiện chín muồi, trong ba tháng. It took three months.",
    "Under the MIT licence, within six months; sáu tháng đầu năm, theo CIVIL.",
    bars("Tổ chức", ORG), panels(PEOPLE, PEOPLE), bars_of("ha-noi"), span("project-21"),
    block("claims", name="x", title=["a"], claims=["congress.rate", "units.decrease"]),
)  # fmt: skip
