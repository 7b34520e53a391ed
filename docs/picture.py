"""Pictures of five pages, for the README and the documents, from the built site.

    python docs/picture.py [SITE]

SITE is outputs/site where it is not named. Each picture is the top of an English page in a window
of 1280 pixels, in few colours; the heading of the page is kept in it, so that a test can tell when
it is out of date. `make picture` builds the site and runs this.
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


def heading(page: Path) -> str:
    """The first heading of a page, as text."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", "", found[1]))).strip()


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
            shot = Image.open(io.BytesIO(window.screenshot()))
            told = PngInfo()
            told.add_itxt("Title", heading(page))
            few = shot.convert("RGB").quantize(48, dither=Image.Dither.NONE)
            few.save(WHERE / f"{name}.png", optimize=True, pnginfo=told)
            window.close()
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        raise SystemExit("usage: python docs/picture.py [SITE]")
    draw(Path(sys.argv[1]) if len(sys.argv) == 2 else Path("outputs/site"))
    sys.stdout.write(f"{WHERE}\n")
