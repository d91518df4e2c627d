"""Makes docs/img/run.png from what the command line really prints: `python -m docs.img.make_picture`.

Runs `gongkai run` on data/raw into a temporary warehouse and `gongkai trace` on a number that contradicts another form,
records the screen, and lets a headless Chromium draw it. Needs chromium and a Chinese font
(Debian: `apt install chromium fonts-dejavu fonts-noto-cjk`). The queries to try are left out.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
from PIL import Image, ImageChops
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from pipeline.cli import app
from pipeline.commands import run
from pipeline.screens import console as screens

ROOT = Path(__file__).resolve().parents[2]
PICTURE = Path(__file__).parent / "run.png"
COLUMNS = 138
COLOURS = 128
PAPER = "#ffffff"
MARGIN_PX = 24
STYLE = f"""
    body {{ margin: {MARGIN_PX}px; background: {PAPER}; }}
    pre {{ font: 15px/17.5px 'DejaVu Sans Mono', 'Noto Sans CJK SC', 'WenQuanYi Zen Hei', monospace; }}
    i {{ display: inline-block; width: 2ch; font-style: normal; text-align: center; line-height: 1; }}
"""
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: The number shown: the revenue form's total of the 2023 budget, 135.19 万元, beside 2,679.27 in the summary.
_SHOWN = "form_id = 'revenue' and line_code = 'TOTAL' and measure = 'total' and grade = 'contradictory'"


def record_screen(warehouse: Path) -> Console:
    """Runs both commands and keeps what they print."""
    screen = Console(record=True, width=COLUMNS, force_terminal=True, highlight=False, file=io.StringIO())
    screens.make_console = lambda **_options: screen
    run.show_file = lambda *_arguments: None
    run.warehouse_option = lambda _folder: ""  # (a folder gone when the picture is seen)
    run.our_name = lambda: "gongkai"  # (not the path of this machine)
    _call(screen, "gongkai run", ["run", "--raw", str(ROOT / "data" / "raw"), "--warehouse", str(warehouse)])
    with duckdb.connect(str(warehouse / "fiscal.duckdb"), read_only=True) as connection:
        found = connection.execute(f"select value_id from marts.fct_form_value where {_SHOWN}").fetchone()  # noqa: S608
    if found is None:
        sys.exit(f"no number to trace: expected one where {_SHOWN}")
    value_id = str(found[0])[:8]
    screen.print()
    _call(screen, f"gongkai trace {value_id}", ["trace", value_id, "--warehouse", str(warehouse)])
    return screen


def _call(screen: Console, shown: str, arguments: list[str]) -> None:
    screen.print(Text("$ ", style="bold green") + Text(shown, style="bold"))
    app(arguments, standalone_mode=False)


def to_page(screen: Console) -> str:
    """The screen as an HTML page in which a Chinese character is exactly as wide as two Latin ones."""
    body = screen.export_html(code_format="{code}", inline_styles=True)
    wide = re.sub(r"[^\x00-\x7f]", lambda found: _two_cells(found[0]), body)
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><pre>{wide}</pre>"


def _two_cells(character: str) -> str:
    return f"<i>{character}</i>" if cell_len(character) > 1 else character


def draw(page: str, folder: Path) -> Path:
    """The page as PNG, drawn by a headless browser."""
    browser = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        sys.exit(f"no browser to draw with: expected one of {', '.join(_BROWSERS)}; to do: apt install chromium")
    source, picture = folder / "screen.html", folder / "screen.png"
    source.write_text(page, encoding="utf-8")
    subprocess.run(  # noqa: S603 (a browser found on the PATH, our own page)
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--window-size=3000,3000",
            f"--screenshot={picture}",
            source.as_uri(),
        ],
        check=True,
        capture_output=True,
    )
    return picture


def crop(picture: Path) -> Image.Image:
    """The picture without the empty paper around what is printed, in few colours."""
    drawn = Image.open(picture).convert("RGB")
    left, top, right, bottom = ImageChops.difference(drawn, Image.new("RGB", drawn.size, PAPER)).getbbox() or (0,) * 4
    edge = (max(left - MARGIN_PX, 0), max(top - MARGIN_PX, 0), right + MARGIN_PX, bottom + MARGIN_PX)
    return drawn.crop(edge).quantize(COLOURS, Image.Quantize.MAXCOVERAGE)


def main() -> None:
    """Writes docs/img/run.png, with few colours so that it stays small."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        crop(draw(to_page(record_screen(folder / "warehouse")), folder)).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
