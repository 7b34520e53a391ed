"""`check`: everything wrong in a data folder. `verify`: everything that its texts do not print.

`check` applies the rules of the schema and of `rules`, and recomputes every claim and every sum
that the data imply. `verify` looks each figure and event up in the paragraph it was printed in, for
a reader who has the texts.
"""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from pathlib import Path

from analysis.numbers import claims, figures, numerals, rules, schema, tables
from analysis.numbers.claims import Recomputed
from analysis.numbers.figures import Figures
from analysis.numbers.quantity import UnitError
from analysis.numbers.rows import public_from
from analysis.numbers.rules import paragraphs
from analysis.numbers.rules.words import Nouns
from analysis.numbers.schema import DataError, Finding
from analysis.numbers.tables import Row, Tables

_VERIFIED = ("figures", "events")  # the tables whose rows `verify` looks up


def check(data: str | os.PathLike[str] = "") -> list[Finding]:
    """Everything wrong in the data folder, sorted.

    A finding of level error means that nothing may be built from the data.
    """
    where = tables.folder(data)
    try:
        known, read = figures.load(where), figures.joined(where).read
    except DataError as error:
        return error.findings
    findings = _verdicts(known, read)
    findings += _sums(known, read)
    findings += _unused(read)
    findings += rules.disagreements(read, schema.load(where))
    return sorted(findings)


def _verdicts(known: Figures, read: Tables) -> list[Finding]:
    """Claims that recompute to another verdict than the reviewed one, or cannot be computed."""
    findings = []
    for row in read["claims"]:
        try:
            for claim in claims.recompute(known, row["claim"]):
                if claim.verdict != claim.reviewed:
                    findings.append(row.wrong(_judged(claim)))
        except UnitError as error:
            findings.append(row.wrong(f"{error} Correct the operands."))
    return findings


def _judged(claim: Recomputed) -> str:
    """What a claim recomputes to, and what to do."""
    computed = "nothing"
    if claim.computed is not None:
        computed = numerals.plain(numerals.round_half_up(claim.computed.value, 4))
    return (
        f"recomputes to {computed} against {numerals.plain(claim.stated.value)} as printed, "
        f"which is “{claim.verdict}”, but was reviewed as “{claim.reviewed}”. "
        "Correct the figure, or review the verdict."
    )


def _sums(known: Figures, read: Tables) -> list[Finding]:
    """Parts that do not add up are an error unless a claim tells the reader what they come to."""
    rows = {row["figure"]: row for row in read["figures"]}
    claimed = {frozenset(row["operands"].split()) for row in read["claims"] if row["kind"] == "sum"}
    findings = []
    for relation in claims.relations(known):
        whole, parts = relation.whole, frozenset(part.figure for part in relation.parts)
        if not relation.holds and parts not in claimed:
            what = (
                f"its parts {', '.join(sorted(parts))} add up to "
                f"{numerals.plain(relation.added.value)}, not {numerals.plain(whole.value)}. "
                "Correct the figure that was mistyped; "
                "if it is printed so, add a claim of kind sum to claims.csv."
            )
            findings.append(rows[whole.figure].wrong(what))
    return findings


def _unused(read: Tables) -> list[Finding]:
    """Warnings for sources, indicators and areas to which no row leads."""
    what = "no figure uses it. Remove the row, or add its figures."
    findings = []
    for table, column in (("sources", "source"), ("indicators", "indicator"), ("areas", "area")):
        users = (*read["figures"], *read["events"], *read["places"])
        used = {row[column] for row in users if column in row}
        used |= {row["part_of"] for row in read[table] if "part_of" in row}
        unused = (row for row in read[table] if row[column] not in used)
        findings += [row.wrong(what, level="warning") for row in unused]
    return findings


def verify(data: str | os.PathLike[str], texts: str | os.PathLike[str]) -> list[Finding]:
    """Each figure and event looked up in its paragraph of `texts`/<source>.txt.

    An error where one is not in its paragraph, or where the text of a source graded “full
    text” is not there; a warning for every source of which only an excerpt was read; a last note
    with the counts.
    """
    where, folder = tables.folder(data), Path(texts)
    if not folder.is_dir():
        what = "no such folder. Give the folder that holds <source>.txt for each source."
        return [Finding(str(texts), 0, "", what)]
    read, findings = rules.read(where)
    if findings:
        return findings
    nouns = Nouns(read["indicators"])
    wrong = []
    for source in read["sources"]:
        rows = [row for table in _VERIFIED for row in read[table]]
        own = [row for row in rows if row["source"] == source["source"]]
        wrong += _unverified(own, source, folder, nouns)
    missed = Counter(row.file for row, _ in wrong)
    findings = list(dict.fromkeys(finding for _, finding in wrong))
    for table in _VERIFIED:
        file, count = f"{where.name}/{table}.csv", len(read[table])
        printed = f"{count - missed[file]} of {count} {table} found in the paragraph they name."
        findings.append(Finding(file, 0, "", printed, level="note"))
    return sorted(findings)


def _unverified(
    rows: list[Row], source: Row, folder: Path, nouns: Nouns
) -> list[tuple[Row, Finding]]:
    """The rows of a source that its text does not print as they say, each with what is wrong."""
    text = _text(rows, source, folder)
    if isinstance(text, Finding):
        return [(row, text) for row in rows]
    language = source["language"]
    wrong = [(source, finding) for finding in paragraphs.undated(source, text)]
    for row in rows:
        if missing := _missing(row, text, source):
            cells = "printed" if "printed" in row else "day, document"
            what = f"{missing} of {source['source']}.txt. Correct {cells} or locator."
            wrong.append((row, row.wrong(what)))
        elif "printed" in row:
            paragraph = text[int(row["locator"][1:]) - 1]
            wrong += [(row, finding) for finding in nouns.of_paragraph(row, paragraph, language)]
    return wrong


def _text(rows: list[Row], source: Row, folder: Path) -> list[str] | Finding:
    """The paragraphs of a source's text, or why its rows cannot be looked up."""
    path = folder / f"{source['source']}.txt"
    file = f"{folder.name}/{path.name}"
    counts = Counter("figure" if "printed" in row else "event" for row in rows)
    kinds = (
        f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in sorted(counts.items())[::-1]
    )
    about = f"{' and '.join(kinds)} of {source['source']}"
    if not path.is_file():
        level = "error" if source["grade"] == "full text" else "warning"
        what = f"missing: {about} ({source['grade']}) were not verified."
        return Finding(file, 0, "", what, level=level)
    try:
        text = unicodedata.normalize("NFC", path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError as error:
        what = f"byte {error.start} is not UTF-8: {about} were not verified."
        return Finding(file, 0, "", what)
    return [line for line in text.splitlines() if line.strip()]


def _missing(row: Row, text: list[str], source: Row) -> str:
    """What of a figure or event its paragraph does not print, and which one does; "" for none."""
    language, locator = source["language"], row["locator"]

    def look(paragraph: str) -> str:
        if "printed" in row:
            return paragraphs.number_missing(row["printed"], paragraph, language)
        return paragraphs.event_missing(row, public_from(source), paragraph, language)

    what = row.get("printed") or " ".join(filter(None, (row.get("document"), row.get("day"))))
    if not locator:
        return f"“{what}” has no locator, so it was looked for in no paragraph"
    number = int(locator[1:])
    if number > len(text):
        return f"locator {locator} is past the last paragraph (p{len(text)})"
    wrong = look(text[number - 1])
    if not wrong or " stands as " in wrong:
        return f"{wrong} in {locator}" if wrong else ""
    elsewhere = [f"p{count}" for count, line in enumerate(text, 1) if not look(line)]
    hint = f" (it is in {', '.join(elsewhere)})" if elsewhere else ""
    return f"{wrong} is not in {locator}{hint}"
