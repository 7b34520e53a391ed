"""Words on every page of the real site: in one language, well set; text from data stays text."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import IMAGE, LABEL, LONG, RIGHT_TO_LEFT, SCRIPT
from finished_pages import (
    SCALES,
    Page,
    about,
    bound,
    column,
    every,
    file_of,
    interface,
    language_at,
    read_at,
    read_csv,
    texts,
    words_of,
)

# English words that no sentence does without, and words of both languages.
_ENGLISH = "the of and which with from were was are is be by its their this that for"


_BOTH = "hanoi vi so in on a an to it no can than do"


def spoken(page: Page) -> dict[str, list[str]]:
    """What a reader sees or hears in each language: text, and attributes that are read out; not
    what stands there to be copied."""
    said: dict[str, list[str]] = {"vi": [], "en": []}
    for node in texts(page.soup):
        if node.strip() and not node.find_parent(["pre", "code"]):
            said[language_at(node)].append(" ".join(node.split()))
    for tag in page.soup.select("[aria-label], [title], [alt], meta[name=description]"):
        named = [tag.get(name) for name in ("aria-label", "title", "alt", "content")]
        said[language_at(tag)] += [str(each) for each in named if each]
    return said


@every("pages")
def test_pages_hold_no_words_of_the_other_language(page: Page) -> Iterator[str]:
    """In an English text, Vietnamese words without a lang of their own are proper names, which
    begin with a capital; in a Vietnamese text stands no word of the English frame; no element is a
    phrase of the frame of the other language."""
    labels = column("sources", "publisher") | column("names", "label_en")
    labels |= column("indicators", "label_en") | column("indicators", "definition_en")
    # Notes quote a Vietnamese word, places are named with their kind: “Thị trấn Đại Nghĩa”.
    labels |= column("figures", "note") | column("places", "formed_from")
    names = {each for label in labels for each in re.findall(r"[^\W\d_]+", label)}
    said = spoken(page)
    for text in said["en"]:
        words = re.findall(r"[^\W\d_]+", text)
        marked = [each for each in words if not each.isascii() and each[0].islower()]
        if wrong := set(marked) - names:
            yield f"{wrong} in “{text[:80]}”"
    frames = {each: " ".join(interface(each)).lower() for each in ("vi", "en")}
    vietnamese, english = (set(re.findall(r"[a-z]+", frames[each])) for each in ("vi", "en"))
    english = (english | {*_ENGLISH.split()}) - vietnamese - {*_BOTH.split()}
    named = {about()["licence"]["name"], *column("sources", "publisher"), *read_at()}
    publishers = re.compile("|".join(map(re.escape, named)))
    for text in said["vi"]:
        words = re.findall(r"(?<![\w.])[a-z]+(?![\w.])", publishers.sub("", text).lower())
        if wrong := english & set(words):
            yield f"{wrong} in “{text[:80]}”"
    frame = interface("vi") | interface("en")
    foreign = {each for each in frame - interface(page.language) if len(each) > 2}
    whole = {text.strip(" :.;,()→–") for text in said[page.language]}
    yield from (f"“{each}”" for each in whole & foreign)


@every("pages")
def test_text_is_well_set(page: Page) -> Iterator[str]:
    """Letters are composed, quotation marks proper, a number is not parted from its scale."""
    for node in texts(page.main):
        if re.search(r"[\u0300-\u0309\u0323\u031b]", node):
            yield f"decomposed letters in “{node[:60]}”"
        if '"' in node and not node.find_parent(["cite", "q", "pre"]):
            yield f"straight quotation marks in “{node[:60]}”"
    scale = re.compile(rf"\d ({'|'.join(SCALES)}|%)")
    for data in bound(page.main):
        if scale.search(data.get_text()) and not data.find_parent("q"):
            yield f"“{data.get_text()}” may break between number and scale"


def test_text_from_data_is_shown_as_text(hostile: list[Page], pages: list[Page]) -> None:
    """A headline with a script, a publisher with an image, marks, an & and a label of ten thousand
    letters are shown as typed; the page has the elements and attributes that it has with the
    shipped data, and no others."""
    assert [page.path for page in hostile] == ["en/project-06.html", "vi/project-06.html"]
    shipped = {page.path: page for page in pages}
    for page in hostile:
        text = page.main.get_text()
        cited = {cite.get_text() for cite in page.main.find_all("cite")}
        assert {SCRIPT, RIGHT_TO_LEFT} <= cited
        assert all(each in text for each in (IMAGE, LABEL, LONG))
        assert not page.soup.select("u, main script, main style, main title:not(svg title)")
        elements, usual = (
            {(tag.name, frozenset(tag.attrs)) for tag in each.soup.find_all(True)}
            for each in (page, shipped[page.path])
        )
        assert elements <= usual
        assert words_of(page.soup.title) == words_of(shipped[page.path].soup.title)


def test_files_from_hostile_data_run_no_formula(hostile: list[Page]) -> None:
    """In the CSV files no cell of words begins like a formula."""
    files = [file_of(link) for page in hostile for link in page.soup.select("figure p.files a")]
    files += [read_csv(page.beside(".csv").read_bytes()) for page in hostile]
    cells = {cell for lines in files for line in lines for cell in line}
    runs = {cell for cell in cells if cell[:1] in tuple("=+-@")}
    assert [each for each in runs if not re.fullmatch(r"-?\d+(\.\d+)?", each)] == []


def test_the_nu_checker_finds_no_error(site: Path) -> None:
    """Where VNU names a vnu.jar and java is there, the W3C's checker finds no error and no warning
    on any page."""
    jar, java = os.environ.get("VNU", ""), shutil.which("java")
    if not (jar and java):
        pytest.skip("set VNU to the path of vnu.jar (npm package vnu-jar) and install java")
    command = [java, "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always"]
    command += ["--skip-non-html", str(site)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    messages: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    # It takes JSON-LD, which no browser runs, for a script that the policy stops.
    stopped = "Inline script violates Content Security"
    left = [each for each in messages if not each["message"].startswith(stopped)]
    assert {f"{Path(each['url']).name}: {each['message']}" for each in left} == set()
