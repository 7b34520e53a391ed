"""Pictures of pages and of what stands on them, for the README and the documents, from the site.

    python docs/picture.py [SITE]

SITE is outputs/site where it is not named. Each picture is the top of an English page in a window
of 1280 pixels, or one part of it, in few colours. The heading of the page, or the first words of
the part, are kept in it, so that a test can tell when it is out of date. `make picture` builds the
site and runs this.
"""

import io
import re
import sys
from html import unescape
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import sync_playwright

from analysis.pages import paper

WHERE = Path(__file__).with_name("pictures")
PAGES = {
    "front": ("index.html", 1400),
    "overview": ("overview.html", 1200),
    "brief": ("brief.html", 1150),
    "claims": ("claims.html", 1000),
    "province": ("province-ha-noi.html", 1200),
}
LONG = 40  # letters of a part's first words that a picture keeps
PARTS = {
    "headlines": ("overview.html", "ul.headlines"),
    "finding": ("overview.html", ".row.finding"),
    "context": ("villages-2026.html", "ol.context"),
    "table": ("project-06.html", ".table"),
    "card": ("project-21.html", ".claims .card"),
    "panels": ("project-21.html", "#chart-time"),
    "strip": ("overview.html", "#chart-provinces"),
    "completions": ("overview.html", "#chart-completion"),
    "parts": ("restructuring-2025.html", "#chart-standard"),
    "periods": ("restructuring-2025.html", "#chart-online"),
    "map": ("commune-phuong-ba-dinh.html", "#chart-map"),
}


def heading(page: Path) -> str:
    """The first heading of a page, as text."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return words(found[1])


def words(html: str) -> str:
    """What is said by some HTML, in one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", "", html))).strip()


def draw(site: Path) -> None:
    """Write a picture of each page."""
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=paper.chromium(), args=["--no-sandbox", "--disable-lcd-text"]
        )
        for name, (path, height) in PAGES.items():
            window = browser.new_page(viewport={"width": 1280, "height": height})
            page = site / "en" / path
            window.goto(page.resolve().as_uri())
            save(name, window.screenshot(), heading(page))
            window.close()
        window = browser.new_page(viewport={"width": 1280, "height": 1200})
        for name, (path, selector) in PARTS.items():
            window.goto((site / "en" / path).resolve().as_uri())
            part = window.locator(selector).first
            save(f"part-{name}", part.screenshot(), words(part.inner_html())[:LONG])
        browser.close()


def save(name: str, shot: bytes, title: str) -> None:
    """Write a picture in few colours, with the words that tell whether it is out of date."""
    told = PngInfo()
    told.add_itxt("Title", title)
    few = Image.open(io.BytesIO(shot)).convert("RGB").quantize(48, dither=Image.Dither.NONE)
    few.save(WHERE / f"{name}.png", optimize=True, pnginfo=told)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        raise SystemExit("usage: python docs/picture.py [SITE]")
    draw(Path(sys.argv[1]) if len(sys.argv) == 2 else Path("outputs/site"))
    sys.stdout.write(f"{WHERE}\n")
