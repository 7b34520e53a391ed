"""Is the data fit to build from, and does it say what the articles say?

`check` reads every row, recomputes every claim and every sum that the data imply. `verify` looks each figure
up in the paragraph it was printed in, for a reader who has the texts. Both report everything at once.
"""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

from analysis import claims, figures, numerals
from analysis.figures import Figures, Finding


def check(data: str | os.PathLike[str] = "") -> list[Finding]:
    """Everything wrong in the data folder; an error-level finding means that nothing may be built from it."""
    where = figures.folder(data)
    tables, findings = figures.read(where)
    if any(finding.level == "error" for finding in findings):
        return findings
    known = figures.joined(tables)
    lines = {name: dict(zip(table.iloc[:, 0], table["line"], strict=True)) for name, table in tables.items()}
    findings += _verdicts(known, f"{where.name}/claims.csv", lines["claims"])
    findings += _sums(known, f"{where.name}/figures.csv", lines["figures"])
    findings += _unused(known, where.name, lines)
    return sorted(findings)


def _verdicts(known: Figures, file: str, lines: dict[str, int]) -> list[Finding]:
    findings = []
    for verdict in claims.recompute(known):
        if verdict.verdict != verdict.reviewed:
            result = "nothing" if verdict.computed is None else numerals.plain(numerals.round_half_up(verdict.computed.value, 4))
            findings.append(
                Finding(
                    file,
                    int(lines[verdict.claim]),
                    verdict.claim,
                    f"recomputes to {result} against {numerals.plain(verdict.stated.value)} as printed, "
                    f"which is “{verdict.verdict}”, "
                    f"but was reviewed as “{verdict.reviewed}”. Correct the figure, or review the verdict.",
                )
            )
    return findings


def _sums(known: Figures, file: str, lines: dict[str, int]) -> list[Finding]:
    """Parts that do not add up are an error unless a claim shows it to the reader."""
    shown = {
        (frozenset(str(row["operands"]).split()), str(row["stated"]))
        for _, row in known.claims.iterrows()
        if row["kind"] == "sum"
    }
    findings = []
    for relation in claims.relations(known):
        parts = frozenset(part.figures[0] for part in relation.parts)
        if not relation.holds and (parts, relation.whole.figures[0]) not in shown:
            whole = relation.whole.figures[0]
            findings.append(
                Finding(
                    file,
                    int(lines[whole]),
                    whole,
                    f"its parts {', '.join(sorted(parts))} add up to "
                    f"{numerals.plain(relation.added.value)}, not {numerals.plain(relation.whole.value)}. "
                    "Correct the figure that was mistyped; if it is printed so, add a claim of kind sum to claims.csv.",
                )
            )
    return findings


def _unused(known: Figures, folder: str, lines: dict[str, dict[str, int]]) -> list[Finding]:
    findings = []
    for table, column in (("sources", "source"), ("indicators", "indicator"), ("areas", "area")):
        used = set(known.table[column])
        if table == "indicators":
            used |= set(known.indicators["part_of"])
        for item in getattr(known, table).index:
            if item not in used:
                line = int(lines[table][item])
                findings.append(
                    Finding(
                        f"{folder}/{table}.csv",
                        line,
                        str(item),
                        "no figure uses it. Remove the row, or add its figures.",
                        "warning",
                    )
                )
    return findings


def verify(data: str | os.PathLike[str], texts: str | os.PathLike[str]) -> list[Finding]:
    """Each figure looked up in its paragraph of `texts`/<source>.txt.

    An error where a figure is not found in its paragraph or the text of a source graded “full text” is not
    there; a warning for every source of which only an excerpt was read; a last note with the counts.
    """
    folder = Path(texts)
    if not folder.is_dir():
        return [Finding(str(texts), 0, "", "no such folder. Give the folder that holds <source>.txt for each source.")]
    tables, findings = figures.read(figures.folder(data))
    if any(finding.level == "error" for finding in findings):
        return findings
    file = f"{figures.folder(data).name}/figures.csv"
    grades = dict(zip(tables["sources"]["source"], tables["sources"]["grade"], strict=True))
    languages = dict(zip(tables["sources"]["source"], tables["sources"]["language"], strict=True))
    found = total = 0
    for source, rows in tables["figures"].groupby("source", sort=True):
        path = folder / f"{source}.txt"
        total += len(rows)
        if not path.is_file():
            level = "error" if grades[source] == "full text" else "warning"
            findings.append(
                Finding(
                    f"{folder.name}/{path.name}",
                    0,
                    "",
                    f"missing: {len(rows)} figures of {source} ({grades[source]}) were not verified.",
                    level,
                )
            )
            continue
        try:
            text = unicodedata.normalize("NFC", path.read_bytes().decode("utf-8"))
        except UnicodeDecodeError as error:
            findings.append(
                Finding(
                    f"{folder.name}/{path.name}",
                    0,
                    "",
                    f"byte {error.start} is not UTF-8: {len(rows)} figures of {source} were not verified.",
                )
            )
            continue
        paragraphs = [line for line in text.splitlines() if line.strip()]
        for row in rows.to_dict("records"):
            wrong = _missing(row["printed"], row["locator"], paragraphs, languages[source])
            if wrong:
                findings.append(
                    Finding(file, int(row["line"]), row["figure"], f"{wrong} of {path.name}. Correct printed or locator.")
                )
            else:
                found += 1
    findings.append(Finding(file, 0, "", f"{found} of {total} figures found in the paragraph they name.", "note"))
    return sorted(findings)


def _missing(printed: str, locator: str, paragraphs: list[str], language: str) -> str:
    if not locator:
        return f"“{printed}” has no locator, so it was looked for in no paragraph"
    number = int(locator[1:])
    if number > len(paragraphs):
        return f"locator {locator} is past the last paragraph (p{len(paragraphs)})"
    here = _standing(printed, paragraphs[number - 1], language)
    if "" in here:
        return ""
    if here:
        return f"“{printed}” stands as “{here[0]}” in {locator}"
    elsewhere = [f"p{i}" for i, paragraph in enumerate(paragraphs, 1) if "" in _standing(printed, paragraph, language)]
    hint = f" (it is in {', '.join(elsewhere)})" if elsewhere else ""
    return f"“{printed}” is not in {locator}{hint}"


def _standing(printed: str, paragraph: str, language: str) -> list[str]:
    """For each place where `printed` stands: nothing, or the fuller form where a hedge, scale or percent was left out."""
    wanted = re.escape(" ".join(printed.split())).replace(r"\ ", r"\s+")
    # “67 trên 126” is 67 of 126, not more than 126.
    hedge = "|".join(re.escape(words) for words in sorted(numerals.HEDGES[language], key=len, reverse=True))
    before = "" if re.match(rf"(?:{hedge})\b", printed, re.IGNORECASE) else rf"(?:(?<!\w)(?<!\d\s)(?:{hedge})\s+)?"
    after = rf"\s*%|\s+(?:phần trăm|per ?cent|{'|'.join(numerals.SCALES[language])})(?!\w| lệ)"
    pattern = rf"({before})(?<![\w.,])({wanted})(?!\w|[.,]\d)((?:{after})?)"
    places = [match.groups() for match in re.finditer(pattern, paragraph, re.IGNORECASE)]
    return [f"{lead}{number}{rest}" if lead or rest else "" for lead, number, rest in places]
