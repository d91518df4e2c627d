"""Makes docs/img/site_*.png from the comparison site over data/raw: `python -m docs.img.make_site_picture`.

Runs `gongkai run` and `gongkai site` into a temporary folder, opens the site in a headless Chromium and takes a picture
of three government offices side by side in Chinese, and of the sources of one figure in English. With a folder as
argument, of a site that is there. Needs chromium and a Chinese font (Debian: `apt install chromium fonts-noto-cjk`).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image

from pipeline.cli import app
from tests.browser import BROWSERS, find_browser, open_browser

ROOT = Path(__file__).resolve().parents[2]
COMPARED, SOURCES = (Path(__file__).parent / name for name in ("site_compare.png", "site_sources.png"))
COLOURS = 64
WIDTH_PX = 1180
_OFFICES = "#r=140431,140522,411200&y=2022,2023,2024&p=final_accounts&t=政府办公室&s=function&v=general_public_budget"
#: Below that stands only the foot of the page, and more figures of the same kind.
_COMPARED_PX, _SOURCES_PX = 2000, 900


def take_pictures(site: Path, browser: str, folder: Path) -> None:
    """Opens both pages and writes their pictures."""
    with open_browser(browser, folder) as tab:
        tab.resize(WIDTH_PX, 900)
        tab.open((site / "compare.html").as_uri() + _OFFICES)
        tab.run("document.getElementById('bars').scrollIntoView()")
        tab.wait_for("document.querySelector('#bars .chart').dataset.drawn")
        tab.picture(folder / "compared.png", _COMPARED_PX)
        address = tab.run("document.querySelector('#figures tbody tr:nth-child(2) td a').getAttribute('href')")
        tab.open(f"{site.as_uri()}/{address}&lang=en")
        tab.wait_for("document.querySelector('article.target')")
        tab.run("document.querySelector('h2').before(document.querySelector('article.target'))")
        tab.picture(folder / "sources.png", _SOURCES_PX)
    for taken, picture in (("compared", COMPARED), ("sources", SOURCES)):
        drawn = Image.open(folder / f"{taken}.png").convert("RGB")
        drawn.quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(picture, optimize=True)


def main() -> None:
    """Writes both pictures, with few colours so that they stay small."""
    browser = find_browser()
    if browser is None:
        sys.exit(f"no browser to draw with: expected one of {', '.join(BROWSERS)}; to do: apt install chromium")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else folder / "site"
        if len(sys.argv) == 1:
            warehouse = str(folder / "warehouse")
            app(["run", "--raw", str(ROOT / "data" / "raw"), "--warehouse", warehouse], standalone_mode=False)
            app(["site", "--warehouse", warehouse, "--to", str(site)], standalone_mode=False)
        take_pictures(site, browser, folder)


if __name__ == "__main__":
    main()
