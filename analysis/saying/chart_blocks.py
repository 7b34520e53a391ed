"""The blocks that are charts: which numbers each draws, and the words beside them.

A block holds printed numbers; what follows from them (the share of a part) is computed here, and so
is the table behind the chart: a drawing and its table cannot tell two stories. From `marks` one
rule describes every chart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, TypeAlias

from pydantic import Field, ValidationInfo, model_validator

from analysis.numbers import listing, quantity
from analysis.numbers.figures import Figures
from analysis.numbers.quantity import Quantity
from analysis.saying import texts
from analysis.saying.base import Rows, Titled
from analysis.saying.texts import Day, Frozen, Named, Number, Text, text, text_of

# The heads and the rows of a table.
Listed: TypeAlias = tuple[Iterable[Text], Iterable[Sequence[Any]]]

# The heads of the tables behind charts.
_PLACE, _SHARE = text("Nơi", "Place"), text("Tỷ lệ", "Share")
_COUNT, _CHANGE = text("Số lượng", "Count"), text("Tỷ lệ tăng, giảm", "Relative change")
_BARS = (text("Mục", "Item"), text("Số", "Number"))
_PLACES = (_PLACE, text("Trước", "Before"), text("Sau", "After"), _CHANGE)
_TASK, _DONE = text("Nội dung", "Task"), text("Đã thực hiện", "Done")
_DUE, _REST = text("Tổng số", "Due"), text("Còn lại", "Still to do")
_LATER = (text("Tỷ lệ sau đó", "Share later"), text("Thời điểm sau đó", "Later day"))
_PRINTED = text("Tỷ lệ nguồn công bố", "Share as printed")
_PARTS = (_PLACE, text("Phần", "Part"), _COUNT, _SHARE)
_MEASURES = (
    text("Số đo", "Measure"),
    text("Nơi này", "This place"),
    text("Thứ tự, từ lớn đến nhỏ", "Rank, largest first"),
    text("Trung vị", "Median"),
)


class Mark(NamedTuple):
    """One mark that a chart draws: its label, its number, and words that describe it.

    Marks of one `scale` are drawn on the same scale, so their numbers have one unit.
    """

    label: Text
    number: Quantity
    words: Text
    scale: str = ""


class Chart(Titled):
    """The base of charts: title, subtitle (measure, unit, place, day) and the table behind it."""

    subtitle: Text
    required: ClassVar[tuple[str, ...]] = ("title", "subtitle")
    shape: ClassVar[str] = "chart"

    @property
    def table(self) -> Rows:
        """Every number that it draws, in the order of its marks."""
        return Rows.of(*self.columns_and_rows())

    def columns_and_rows(self) -> Listed:
        """The heads and the rows of its table."""
        raise NotImplementedError

    def marks(self) -> Iterator[Mark]:
        """Every mark that it draws, in the order of its table."""
        raise NotImplementedError


class Norm(Frozen):
    """A band that a source states, in its words; without `high` a target, met from `low` up.

    On an axis of time it begins at `since`.
    """

    label: Text
    low: Number
    high: Number | None = None
    since: Day | None = None

    @model_validator(mode="after")
    def _is_stated(self) -> Norm:
        bounds = [bound for bound in (self.low, self.high) if bound is not None]
        named = [each for each in texts.values_in(self.label) if isinstance(each, Quantity)]
        if named not in ([], bounds) or any(bound.kind != "printed" for bound in bounds):
            name = self.label.words("en")
            raise texts.ProseError(f"the norm “{name}” has printed bounds, and says no others")
        return self

    @property
    def known(self) -> bool:
        """False where no source had printed it by the day of the report."""
        return all(part is None or part.known for part in (self.label, self.low, self.high))


# ---------------------------------------------------------------------------------- many in a row


class Bar(Frozen):
    """A label and a number from zero; `main` is what the chart is about, others are there to
    compare."""

    label: Text
    number: Number
    main: bool = True


class Bars(Chart):
    """Horizontal bars from zero, in the order given."""

    block: Literal["bars"] = "bars"
    rows: tuple[Bar, ...]

    def columns_and_rows(self) -> Listed:
        """A label and a number a row."""
        return _BARS, [(row.label, row.number) for row in self.rows]

    def marks(self) -> Iterator[Mark]:
        """One mark for each row."""
        return (Mark(row.label, row.number, text_of(row.number)) for row in self.rows)


class Pair(Frozen):
    """A place and what was counted there before and after; `hollow` where this is a plan."""

    label: Text
    before: Number
    after: Number
    main: bool = True
    hollow: bool = False

    @cached_property
    def number(self) -> Quantity:
        """The relative change, in percent."""
        return quantity.relative_change(self.before, self.after)

    @property
    def counts(self) -> Text:
        """“a→b”."""
        return texts.same(f"{self.before}→{self.after}")


class Strip(Chart):
    """The relative change of many places on one axis, as dots, with a norm and the country.

    `ranked` gives each a row of its own where there is room; `tiles` shows each as a square that
    leads to its page, too, where the site has tiles.
    """

    block: Literal["strip"] = "strip"
    rows: tuple[Pair, ...]
    country: Pair | None = None
    norm: Norm | None = None
    ranked: bool = False
    tiles: bool = False

    @property
    def every(self) -> tuple[Pair, ...]:
        """The places, and the country last."""
        return self.rows if self.country is None else (*self.rows, self.country)

    def columns_and_rows(self) -> Listed:
        """A place and its change a row; with its counts where it is drawn as a row of its own."""
        if not self.ranked:
            return (_PLACES[0], _PLACES[-1]), [(row.label, row.number) for row in self.every]
        return _PLACES, [(row.label, row.before, row.after, row.number) for row in self.every]

    def marks(self) -> Iterator[Mark]:
        """One mark for each place, and the country last."""
        return (Mark(row.label, row.number, text_of(row.number)) for row in self.every)


class Task(Frozen):
    """A part of a whole that is done.

    `later` is the share on a later `day`, `printed` a printed share that does not hold.
    """

    label: Text
    part: Number
    whole: Number
    group: Text | None = None
    later: Number | None = None
    day: Day | None = None
    printed: Number | None = None
    main: bool = True

    @model_validator(mode="after")
    def _has_its_day(self) -> Task:
        own = None if self.later is None else next(iter(self.later.figures), "")
        if own != (None if self.day is None else self.day.figure):
            later = "a later share without its day, or on the day of another figure"
            raise texts.ProseError(f"“{self.label.words('en')}” has {later}")
        return self

    @cached_property
    def rate(self) -> Quantity:
        """The share done, in percent."""
        return quantity.share(self.part, self.whole)

    @cached_property
    def rest(self) -> Quantity:
        """What is still to do."""
        return quantity.difference(self.whole, self.part)

    @property
    def quotient(self) -> Text:
        """“a / b =”, before the share."""
        return texts.same(f"{self.part} / {self.whole} =")


class Completions(Chart):
    """Every “a of b” as a dot between 0 and 100 %, in groups.

    `heads` are words for what a row is, its part, its whole and the rest.
    """

    block: Literal["completions"] = "completions"
    rows: tuple[Task, ...]
    heads: tuple[Text, Text, Text, Text] = (_TASK, _DONE, _DUE, _REST)

    def columns_and_rows(self) -> Listed:
        """A task, its part, whole, share and rest a row; where there are any, the share of a later
        day and the share as printed."""
        what, part, whole, rest = self.heads
        heads = [what, part, whole, _SHARE, rest]
        cells: list[list[Any]] = [[x.label, x.part, x.whole, x.rate, x.rest] for x in self.rows]
        if any(row.later for row in self.rows):
            heads += _LATER
            cells = [[*own, row.later, row.day] for own, row in zip(cells, self.rows, strict=True)]
        if any(row.printed for row in self.rows):
            heads.append(_PRINTED)
            cells = [[*own, row.printed] for own, row in zip(cells, self.rows, strict=True)]
        return heads, cells

    def marks(self) -> Iterator[Mark]:
        """One mark for each task."""
        for row in self.rows:
            words = f"{row.part}/{row.whole} = {row.rate}"
            if row.later is not None and row.day is not None:
                words += f", {row.later} ({row.day:short})"
            yield Mark(row.label, row.rate, texts.same(words))


class Part(Frozen):
    """One part of a whole."""

    label: Text
    number: Number


class Whole(Frozen):
    """A place and the parts it is made of, which add up to `whole`."""

    label: Text
    whole: Number
    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=4)]
    note: Text | None = None
    main: bool = True

    def share(self, part: Part) -> Quantity:
        """What a part is of the whole, in percent."""
        return quantity.share(part.number, self.whole)


class Parts(Chart):
    """One bar of 100 % for each place, all cut into the same parts.

    The part called `about` is drawn solid; where none is called so, the last one is hollow.
    """

    block: Literal["parts"] = "parts"
    rows: tuple[Whole, ...]
    about: Text | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Parts:
        for row in self.rows:
            total = sum(part.number.value for part in row.parts)
            if total != row.whole.value:
                sums = f"add up to {total}, not to {row.whole.value}"
                raise texts.ProseError(f"the parts of “{row.label.words('en')}” {sums}")
            labels = [part.label for part in row.parts]
            least = min(part.number.value for part in row.parts)
            if least < 0 or len({label.words("en") for label in labels}) < len(labels):
                raise texts.ProseError("each part has a label of its own and is no less than zero")
            if labels != [part.label for part in self.rows[0].parts]:
                raise texts.ProseError("each bar has the same parts, in the same order")
            if self.about is not None and self.about not in labels:
                raise texts.ProseError(f"no part is called “{self.about.words('en')}”")
        return self

    def columns_and_rows(self) -> Listed:
        """A part of a place, its number and its share a row."""
        return _PARTS, [
            (row.label, part.label, part.number, row.share(part))
            for row in self.rows
            for part in row.parts
        ]

    def marks(self) -> Iterator[Mark]:
        """One mark for each part of each place."""
        for row in self.rows:
            for part in row.parts:
                words = texts.same(f"{part.label} {part.number} = {row.share(part)}")
                yield Mark(row.label, row.share(part), words)


# ----------------------------------------------------------------------------------------- on a map


class Measure(Frozen):
    """A measure of a map: the number of the marked place in a listing, its rank there, and the
    listing's median.

    `listed` names the list, whose numbers are drawn as ticks. A `doubted` number cannot be right:
    the list has none of that place, and it has no rank.
    """

    label: Text
    listed: str
    own: Number | None
    rank: Number | None
    median: Number
    doubted: bool = False

    @classmethod
    def of(cls, known: Figures, area: str, label: Text, name: str) -> Measure:
        """The measure of an area by the name of a list, its numbers as the tables have them."""
        listed = known.listed(name)
        figure = dict(listing.ids(name, [area]))[area]
        own = known[figure] if figure in known and known[figure].known else None
        rank = listed.rank(area)
        return cls(label=label, listed=name, own=own, rank=rank if rank.known else None,
                   median=listed.median, doubted=area in listed.doubted)  # fmt: skip


class Map(Chart):
    """The places within an area, a dot each at its point, one marked; the tables say where, and
    which numbers a list holds.

    Beside it, for each measure, a tick a place on an axis, with the median. `named` are further
    places with their names, for bearings.
    """

    block: Literal["map"] = "map"
    area: Named
    within: str
    named: tuple[Named, ...] = ()
    measures: tuple[Measure, ...] = ()

    @model_validator(mode="after")
    def _is_of_the_tables(self, info: ValidationInfo) -> Map:
        """Whatever a document says of its measures, a page shows what the tables say."""
        if any(label.table != "areas" for label in (self.area, *self.named)):
            raise texts.ProseError("a map shows places by the labels of areas.csv")
        if (known := (info.context or {}).get("known")) is None:
            return self
        area = self.area.code
        measures = tuple(Measure.of(known, area, x.label, x.listed) for x in self.measures)
        within = known.place(area).within
        return self.model_copy(update={"within": within, "measures": measures})

    def columns_and_rows(self) -> Listed:
        """A measure, its number, rank and median a row; without any, the name of the place."""
        if not self.measures:
            return (_PLACE,), [(self.area,)]
        return _MEASURES, [
            (measure.label, measure.own, measure.rank or Text.of_word("unranked"), measure.median)
            for measure in self.measures
        ]

    def marks(self) -> Iterator[Mark]:
        """The marked place and the median, for each measure."""
        for at, measure in enumerate(self.measures):
            for number in filter(None, (measure.own, measure.median)):
                yield Mark(measure.label, number, text_of(number), str(at))
