"""Can a wrong number reach a reader? Alter one thing at a time, and see who notices.

`make prove` alters rows of the tables, and blocks and paragraphs of the documents. Each alteration,
a *mutant*, must end in one of these ways:

    check        the check of the data refuses it and names the row
    notebook     the cell that says it fails
    reading      the executed notebook is no document
    gate         the document is refused, with its cell
    writing      its pages cannot be written, and the build says why
    verify       the pages that rest on the row change, and its text does not hold the number
    shown        the pages change where they rest on what was altered, and nowhere else
    same         every word and number of both pages is as before; the marks of a drawing may be
                 emphasised otherwise, but what is written beside one stands in one row of its table

A row may end as “shown” where its text is not at hand (TEXTS_DIR), or has the other number in the
same paragraph: every page that rests on the row is then stale and changes. A document may where
another reference stands in it: no other number changes, and each is bound to its figures; the notes
say again what the numbers above them rest on. Whether it is the one that was meant only a reader
can tell. Anything else has survived. What a number is
about (its reform, place, indicator, role, time, source) is typed once and may be wrong unnoticed,
where nothing else says it: of each of these kinds one in twenty may survive. Exit code 1 where more
have, or where the clean tree is refused.
"""

from __future__ import annotations

import argparse
import functools
import os
import random
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from analysis.builds.plan import Project
from analysis.numbers import check

from . import ROOT
from .alterations import MEANING, Mutant
from .trial import FORK, Caught, Trial

WAYS = ("check", "notebook", "reading", "gate", "writing", "verify", "shown", "same")
_UNNOTICED = 0.05  # of the alterations of what a number is about
_SHARE = 20  # mutants given to a process at a time


@dataclass(frozen=True)
class Fate:
    """How a mutant ended: the way, or nothing where it survived, and what was said."""

    mutant: Mutant
    way: str
    said: str

    def __str__(self) -> str:
        return f"{self.mutant} · {self.way or 'SURVIVED'}: {self.said}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the proof; the exit code is 0 where nothing has survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.programs.prove")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="about N (default: all)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of values and sample")
    parser.add_argument("--only", default="", metavar="PATTERN", help="kinds that match")
    asked = parser.parse_args(arguments)
    given = os.environ.get("TEXTS_DIR", "")
    texts, tell = Path(given) if given else None, functools.partial(print, flush=True)
    try:
        fates = prove(Project.at(ROOT), asked.sample, asked.seed, asked.only, texts, tell)
    except Caught as caught:
        print("the clean tree is refused:", *caught.args)
        return 1
    print(report(fates))
    return int(any(map(failed, _by_kind(fates).items())))


def prove(
    project: Project,
    sample: int = 0,
    seed: int = 0,
    only: str = "",
    texts: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Fate]:
    """How every mutant ends, or those of a seeded sample; survivors are told at once.

    Raises `Caught` where the clean tree is refused.
    """
    global _trial
    for wrong in check.check(project.data):
        if wrong.level == "error":
            raise Caught("check", str(wrong))
    with tempfile.TemporaryDirectory() as folder:
        _trial = Trial(project, Path(folder), texts)
        every = [mutant for mutant in _trial.mutants(seed) if re.search(only, mutant.kind)]
        chosen = sampled(every, sample, seed) if sample else every
        tell(f"{len(chosen)} of {len(every)} mutants")
        fates = []
        with ProcessPoolExecutor(mp_context=FORK) as pool:
            for fate in pool.map(_fate, chosen, chunksize=_SHARE):
                fates.append(fate)
                if not fate.way or len(fates) % 1000 == 0:
                    tell(f"{len(fates)}: {fate}")
    return fates


_trial: Trial | None = None  # of the processes that are forked from this one


def _fate(mutant: Mutant) -> Fate:
    assert _trial is not None
    return Fate(mutant, *_trial.tried(mutant))


def sampled(every: Sequence[Mutant], number: int, seed: int) -> list[Mutant]:
    """About `number` mutants, as many of each kind."""
    kinds: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in every:
        kinds[mutant.kind].append(mutant)
    chance, most = random.Random(seed), max(1, round(number / len(kinds)))
    return [m for group in kinds.values() for m in chance.sample(group, min(most, len(group)))]


def failed(kind: tuple[str, Counter[str]]) -> bool:
    """Whether more of a kind have survived than may."""
    name, ways = kind
    return ways[""] > (ways.total() * _UNNOTICED if name in MEANING else 0)


def _by_kind(fates: Sequence[Fate]) -> dict[str, Counter[str]]:
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for fate in fates:
        kinds[fate.mutant.kind][fate.way] += 1
    return kinds


def report(fates: Sequence[Fate]) -> str:
    """Caught of all, by kind and by way."""
    kinds = _by_kind(fates)
    kinds["all"] = sum(kinds.values(), Counter())
    lines = [f"{'':<30}{'caught':>7} of {'all':>5}   how"]
    for kind, ways in kinds.items():
        how = ", ".join(f"{way} {ways[way]}" for way in WAYS if ways[way])
        lines.append(f"{kind:<30}{ways.total() - ways['']:>7} of {ways.total():>5}   {how}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
