"""The methods of a Page that make charts.

Each method takes what a notebook has (changes, completions, figure ids), makes the block, and
leaves out what is not known.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from analysis.numbers.compare import Change, Completion
from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity
from analysis.saying import blocks
from analysis.saying.chart_blocks import (
    Bar,
    Measure,
    Norm,
    Pair,
    Part,
    Task,
    Whole,
)
from analysis.saying.speaker import (
    CellOutput,
    Speaker,
    Words,
    checked_rows,
    head_fields,
    if_known,
)
from analysis.saying.texts import ProseError, first_line, text_of
from analysis.saying.time_blocks import Line, Point, Span, Spell

# What the rows of charts hold, and how an error message names it.
_WORDS = object  # `text_of` tells what words are not
_NUMBERED, _OR_NOT = (_WORDS, Quantity, bool), "True for the subject or False"


class ChartPage(Speaker):
    """The charts of one report."""

    # -- one axis, many marks ----------------------------------------------------------------------

    def bars(
        self, name: str, title: Words, subtitle: Words, rows: Iterable[tuple[Words, Quantity, bool]]
    ) -> CellOutput:
        """Horizontal bars from zero, in the order given; a fall goes to the left.

        A row is (label, number, True for the subject or False), all numbers in one unit:
        `(text("Sau", "After"), staff.after, True)`.
        """
        marks = tuple(
            Bar(label=text_of(label), number=number, main=main)
            for label, number, main in checked_rows(rows, f"(label, number, {_OR_NOT})", *_NUMBERED)
            if number.known
        )
        head = head_fields(name, title, subtitle)
        return self._or_absent(blocks.Bars(**head, rows=marks))

    def strip(
        self,
        name: str,
        title: Words,
        subtitle: Words,
        rows: Iterable[tuple[Words, Change, bool]],
        *,
        country: tuple[Words, Change] | None = None,
        norm: Norm | None = None,
        ranked: bool = False,
        tiles: bool = False,
    ) -> CellOutput:
        """The relative change of many places in percent, one dot for each, on one axis.

        A row is (label, change, True for the subject or False); `compare.change` gives the change.
        `country` is a dashed line, `norm` a band (`page.norm`). `ranked` gives each place a row of
        its own with its rank, its number and its counts, but for a phone. `tiles` adds a square a
        place, shaded by the size of the change, where `data/tiles.csv` says where it stands. The
        dot of a change that is planned is hollow; the subtitle should say so.
        """
        listed: Iterable[Any] = checked_rows(
            rows, f"(label, change, {_OR_NOT})", _WORDS, Change, bool
        )
        pairs = [self._pair(*row) for row in listed if row[1].rate.known]
        pairs.sort(key=lambda row: row.number.value)
        whole = None
        around = [] if country is None else [country]
        for label, change in checked_rows(around, "country=(label, change)", _WORDS, Change):
            whole = self._pair(label, change, main=False) if change.rate.known else None
        more = {"country": whole, "norm": if_known(norm), "ranked": ranked, "tiles": tiles}
        head = head_fields(name, title, subtitle)
        return self._or_absent(blocks.Strip(**head, rows=tuple(pairs), **more))

    def _pair(self, label: Words, change: Change, main: bool) -> Pair:
        return Pair(label=text_of(label), before=change.before, after=change.after, main=main,
                    hollow=self.known.planned(change.after))  # fmt: skip

    def norm(
        self, label: Words, low: Quantity, high: Quantity | None = None, since: Period | None = None
    ) -> Norm:
        """A band that a source states, in the unit of the chart: for strips and periods.

        Without `high` it is a target, met from `low` up; `since` is the period from which it holds.
        """
        try:
            return Norm(label=text_of(label), low=low, high=high, since=since)
        except ValueError as error:
            raise ProseError(f"page.norm: {first_line(error)}") from None

    def completions(
        self,
        name: str,
        title: Words,
        subtitle: Words,
        rows: Iterable[Task],
        *,
        heads: tuple[Words, Words, Words, Words] | None = None,
    ) -> CellOutput:
        """Each “a of b” as a share in percent, in groups, the furthest first.

        A row is a `page.task`. `heads` say what a row is, its part, its whole and the rest; without
        them these are a task, what is done, what is due and what is left. Where the rows are no
        tasks, give four texts of your own, such as session, present, members, absent.
        """
        listed = checked_rows(rows, "a page.task(…)", Task)
        tasks = [task for task in listed if task.part.known and task.whole.known]
        groups = list(dict.fromkeys(str(task.group) for task in tasks))
        tasks.sort(key=lambda row: (groups.index(str(row.group)), -row.rate.value))
        if heads is not None and len(heads) != 4:
            raise ProseError("heads are four texts: what a row is, its part, its whole, the rest")
        more: dict[str, Any] = {} if heads is None else {"heads": tuple(map(text_of, heads))}
        head = head_fields(name, title, subtitle)
        return self._or_absent(blocks.Completions(**head, rows=tuple(tasks), **more))

    def task(
        self,
        label: Words,
        done: Completion,
        *,
        group: Words | None = None,
        later: Quantity | None = None,
        printed: Quantity | None = None,
        main: bool = True,
    ) -> Task:
        """A row of `completions`: its label, and part and whole by `compare.completion`.

        Rows of one `group` stand together under its words. `later` is the share on a later day,
        `printed` a printed share that does not hold, both figures in percent.
        """
        later, printed = if_known(later), if_known(printed)
        day = self.known.as_of(later.figures[0]) if later is not None else None
        group = None if group is None else text_of(group)
        return Task(label=text_of(label), part=done.part, whole=done.whole, group=group,
                    later=later, day=day, printed=printed, main=main)  # fmt: skip

    def parts(
        self,
        name: str,
        title: Words,
        subtitle: Words,
        rows: Iterable[Whole],
        *,
        about: Words | None = None,
    ) -> CellOutput:
        """One bar of 100 % for each place, all cut into the same parts.

        A row is a `page.whole`. The part labelled `about` is drawn solid; without it the last part
        is hollow. Raises `ProseError` where parts do not add up to their whole.
        """
        wholes = checked_rows(rows, "a page.whole(…)", Whole)
        kept = tuple(
            row for row in wholes if row.whole.known and all(x.number.known for x in row.parts)
        )
        solid = None if about is None else text_of(about)
        head = head_fields(name, title, subtitle)
        return self._or_absent(blocks.Parts(**head, rows=kept, about=solid))

    def whole(
        self,
        label: Words,
        whole: Quantity,
        parts: Iterable[tuple[Words, Quantity]],
        *,
        note: Words | None = None,
        main: bool = True,
    ) -> Whole:
        """A row of `parts`: a whole and its one to four parts, each (label, number), in order.

        `note` stands under the label.
        """
        listed = checked_rows(parts, "(label, number)", _WORDS, Quantity)
        all_parts = tuple(Part(label=text_of(part), number=number) for part, number in listed)
        beside = None if note is None else text_of(note)
        return Whole(label=text_of(label), whole=whole, parts=all_parts, note=beside, main=main)

    def map(
        self,
        name: str,
        title: Words,
        subtitle: Words,
        area: str,
        *,
        named: Iterable[str] = (),
        measures: Iterable[tuple[Words, str]] = (),
    ) -> CellOutput:
        """The places around an area, one dot for each, with this one marked; no borders are drawn.

        `named` are places that have their names beside them. A measure is a label and the name of a
        list (`units-2025.*.population in ha-noi`): a tick for each of its numbers.
        """
        known, place = self.known, self.known.place(area)
        labels = [self.label("areas", code) for code in named]
        around = {other.area for other in known.places(place.within)} if place.known else set()
        rows = [Measure.of(known, area, text_of(label), listed) for label, listed in measures]
        kept = tuple(row for row in rows if row.median.known)
        head = head_fields(name, title, subtitle)
        if not around:
            return self._absent(f"chart-{name}")
        beside = tuple(label for label in labels if label.code in around - {area})
        own = self.label("areas", area)
        block = blocks.Map(**head, area=own, within=place.within, named=beside, measures=kept)
        return self._or_absent(block)

    # -- over time ---------------------------------------------------------------------------------

    def panels(
        self,
        name: str,
        title: Words,
        subtitle: Words,
        lines: Iterable[tuple[Words, Iterable[Point]]],
        spans: Iterable[Span] = (),
    ) -> CellOutput:
        """Counts over time, in panels under each other, each with a scale of its own from zero.

        A line is (label, points), a point a `page.point`; `spans` are reforms (`page.span`), drawn
        as bars above the panels.
        """
        kept = self._lines(lines)
        kept_spans = tuple(span for span in spans if span.start.known and span.label.known)
        head = head_fields(name, title, subtitle)
        return self._or_absent(blocks.Panels(**head, lines=kept, spans=kept_spans))

    def _lines(self, lines: Iterable[tuple[Words, Iterable[Point]]]) -> tuple[Line, ...]:
        kept = []
        for label, points in checked_rows(lines, "(label, points)", _WORDS, Iterable):
            listed = checked_rows(points, "a page.point(…)", Point)
            if own := tuple(point for point in listed if point.number.known):
                kept.append(Line(label=text_of(label), points=own))
        return tuple(kept)

    def point(
        self,
        figure: str,
        joined: bool = True,
        *,
        line: Literal["straight", "step", "dotted"] = "straight",
        hollow: bool = False,
        rate: Quantity | None = None,
        note: Words | None = None,
        printed: Words | None = None,
    ) -> Point:
        """A point of a panel: a figure on its day.

        `line` is how it is joined to the point before: a `step` where lists prove that nothing
        moved in between, `dotted` where it is not one series. A point is drawn hollow where it is
        planned, or of another scope (`hollow`). `rate` is written on the line, `note` beside the
        number; `printed` are words about a printed number that does not hold.
        """
        beside = None if note is None else if_known(text_of(note))
        wrong = None if printed is None else if_known(text_of(printed))
        number = self.known[figure]
        return Point(day=self.known.as_of(figure), number=number, joined=joined, line=line,
                     hollow=hollow or self.known.planned(number), rate=if_known(rate), note=beside,
                     printed=wrong)  # fmt: skip

    def span(self, label: Words, start: Period, end: Period | None = None) -> Span:
        """A reform, drawn above the panels from its first day to its last."""
        return Span(label=text_of(label), start=start, end=if_known(end))

    def periods(
        self,
        name: str,
        title: Words,
        subtitle: Words,
        rows: Iterable[tuple[Words, str, bool]],
        *,
        norm: Norm | None = None,
    ) -> CellOutput:
        """Shares in percent on an axis of time, each as long as the period it holds for.

        A row is (label, id of a figure, True for the subject or False); a bar is as thick as its
        rounding leaves open.
        """
        listed = checked_rows(rows, f"(label, id, {_OR_NOT})", _WORDS, str, bool)
        spells = tuple(self._spell(*row) for row in listed if self.known[row[1]].known)
        head = head_fields(name, title, subtitle)
        return self._or_absent(blocks.Periods(**head, rows=spells, norm=if_known(norm)))

    def _spell(self, label: Words, figure: str, main: bool) -> Spell:
        number, day = self.known[figure], self.known.as_of(figure)
        return Spell(label=text_of(label), number=number, day=day, main=main)
