"""Is the data fit to build from, and does it say what the articles say?

`check` reads every row and recomputes every claim and every sum that the data imply. `verify` looks
each figure and event up in the paragraph it was printed in, for a reader who has the texts. Both
report everything at once.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

from analysis.numbers import (
    agreement,
    claims,
    datelines,
    events,
    figures,
    meaning,
    numerals,
    schema,
    tables,
)
from analysis.numbers.claims import Verdict
from analysis.numbers.figures import Figures
from analysis.numbers.quantity import UnitError
from analysis.numbers.tables import Finding, Row, Tables
from analysis.numbers.wording import Wording


def check(data: str | os.PathLike[str] = "") -> list[Finding]:
    """Everything wrong in the data folder, sorted.

    A finding of level error means that nothing may be built from the data.
    """
    where = tables.folder(data)
    read, findings = meaning.read(where)
    if findings:
        return findings
    known = figures.load(where)
    findings += _verdicts(known, read)
    findings += _sums(known, read)
    findings += _unused(read)
    findings += agreement.disagreements(read, schema.load(where))
    return sorted(findings)


def _verdicts(known: Figures, read: Tables) -> list[Finding]:
    findings = []
    for row in read["claims"]:
        try:
            for verdict in claims.recompute(known, row["claim"]):
                if verdict.verdict != verdict.reviewed:
                    findings.append(row.wrong(_judged(verdict)))
        except UnitError as error:
            findings.append(row.wrong(f"{error} Correct the operands."))
    return findings


def _judged(verdict: Verdict) -> str:
    computed = "nothing"
    if verdict.computed is not None:
        computed = numerals.plain(numerals.round_half_up(verdict.computed.value, 4))
    return (
        f"recomputes to {computed} against {numerals.plain(verdict.stated.value)} as printed, "
        f"which is “{verdict.verdict}”, but was reviewed as “{verdict.reviewed}”. "
        "Correct the figure, or review the verdict."
    )


def _sums(known: Figures, read: Tables) -> list[Finding]:
    """Parts that do not add up are an error unless a claim tells the reader what they come to."""
    rows = {row["figure"]: row for row in read["figures"]}
    shown = {frozenset(row["operands"].split()) for row in read["claims"] if row["kind"] == "sum"}
    findings = []
    for relation in claims.relations(known):
        whole, parts = relation.whole, frozenset(part.figure for part in relation.parts)
        if not relation.holds and parts not in shown:
            what = (
                f"its parts {', '.join(sorted(parts))} add up to "
                f"{numerals.plain(relation.added.value)}, not {numerals.plain(whole.value)}. "
                "Correct the figure that was mistyped; "
                "if it is printed so, add a claim of kind sum to claims.csv."
            )
            findings.append(rows[whole.figure].wrong(what))
    return findings


def _unused(read: Tables) -> list[Finding]:
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
    read, findings = meaning.read(where)
    if findings:
        return findings
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in (*read["figures"], *read["events"]):
        groups[row["source"]].append(row)
    wording = Wording(read["indicators"])
    wrong = [
        each
        for source in read["sources"]
        for each in _verified(groups[source["source"]], source, folder, wording)
    ]
    missed = Counter(row.file for row, _ in wrong)
    findings = list(dict.fromkeys(finding for _, finding in wrong))
    for table in ("figures", "events"):
        file, count = f"{where.name}/{table}.csv", len(read[table])
        found = f"{count - missed[file]} of {count} {table} found in the paragraph they name."
        findings.append(Finding(file, 0, "", found, "note"))
    return sorted(findings)


def _verified(
    rows: list[Row], source: Row, folder: Path, wording: Wording
) -> list[tuple[Row, Finding]]:
    """The rows of a source that do not stand where they say, each with what is wrong."""
    path = folder / f"{source['source']}.txt"
    file = f"{folder.name}/{path.name}"
    counts = Counter("figure" if "printed" in row else "event" for row in rows)
    kinds = (f"{count} {kind}{'s' * (count > 1)}" for kind, count in sorted(counts.items())[::-1])
    about = f"{' and '.join(kinds)} of {source['source']}"
    if not path.is_file():
        level = "error" if source["grade"] == "full text" else "warning"
        what = f"missing: {about} ({source['grade']}) were not verified."
        return [(row, Finding(file, 0, "", what, level)) for row in rows]
    try:
        text = unicodedata.normalize("NFC", path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError as error:
        what = f"byte {error.start} is not UTF-8: {about} were not verified."
        return [(row, Finding(file, 0, "", what)) for row in rows]
    paragraphs = [line for line in text.splitlines() if line.strip()]
    findings = [(source, each) for each in datelines.missing(source, paragraphs)]
    for row in rows:
        if wrong := _missing(row, paragraphs, source):
            cells = "printed" if "printed" in row else "day, document"
            what = f"{wrong} of {path.name}. Correct {cells} or locator."
            findings.append((row, row.wrong(what)))
        elif "printed" in row:
            paragraph = paragraphs[int(row["locator"][1:]) - 1]
            found = wording.of_paragraph(row, paragraph, source["language"])
            findings += [(row, each) for each in found]
    return findings


def _missing(row: Row, paragraphs: list[str], source: Row) -> str:
    """What of a figure or event does not stand in its paragraph, and where it does; "" for none."""
    language, locator = source["language"], row["locator"]

    def look(paragraph: str) -> str:
        if "printed" not in row:
            return events.missing(row, meaning.public(source), paragraph, language)
        places = _standing(row["printed"], paragraph, language)
        told = f"“{row['printed']}”"
        return "" if "" in places else f"{told} stands as “{places[0]}”" if places else told

    what = row.get("printed") or " ".join(filter(None, (row.get("document"), row.get("day"))))
    if not locator:
        return f"“{what}” has no locator, so it was looked for in no paragraph"
    number = int(locator[1:])
    if number > len(paragraphs):
        return f"locator {locator} is past the last paragraph (p{len(paragraphs)})"
    wrong = look(paragraphs[number - 1])
    if not wrong or " stands as " in wrong:
        return f"{wrong} in {locator}" if wrong else ""
    elsewhere = [f"p{count}" for count, each in enumerate(paragraphs, 1) if not look(each)]
    hint = f" (it is in {', '.join(elsewhere)})" if elsewhere else ""
    return f"{wrong} is not in {locator}{hint}"


def _standing(printed: str, paragraph: str, language: str) -> list[str]:
    """For each place where `printed` stands: "", or the fuller form that stands there.

    The form is fuller where the row leaves out a hedge, a scale word or a percent sign.
    """
    wanted = re.escape(" ".join(printed.split())).replace(r"\ ", r"\s+")
    # “67 trên 126” is 67 of 126, not more than 126.
    hedge = "|".join(sorted(numerals.HEDGES[language], key=len, reverse=True))
    hedged = re.match(rf"(?:{hedge})\b", printed, re.IGNORECASE)
    before = "" if hedged else rf"(?:(?<!\w)(?<!\d\s)(?:{hedge})\s+)?"
    after = rf"\s*%|\s+(?:phần trăm|per ?cent|{'|'.join(numerals.SCALES[language])})(?!\w| lệ)"
    pattern = rf"({before})(?<![\w.,])({wanted})(?!\w|[.,]\d)((?:{after})?)"
    places = [match.groups() for match in re.finditer(pattern, paragraph, re.IGNORECASE)]
    return [f"{lead}{number}{rest}" if lead or rest else "" for lead, number, rest in places]
