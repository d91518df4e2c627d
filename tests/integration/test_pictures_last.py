"""Real processes leave a picture until everything else is read; then it is recognised, and listed with what it says."""

from __future__ import annotations

from PIL import Image, ImageDraw

from pipeline.lake.documents import read_all
from pipeline.settings import Settings
from tests.cluster import read


def test_a_picture_is_read_after_what_lies_behind_it(settings: Settings) -> None:
    page = Image.new("L", (1200, 400), 255)
    ImageDraw.Draw(page).text((100, 100), "2023 budget 1,234.50", fill=0, font_size=60)
    page.save(settings.raw_dir / "a.png")
    (settings.raw_dir / "b.txt").write_text("没有任何表格", encoding="utf-8")
    told: list[str] = []
    done = read(settings, told.append)
    assert (told, done.read) == (["b.txt", "a.png"], 2)
    reasons = dict(read_all(settings.lake_dir, "document").select("media_type", "status_reason").rows())
    assert {media_type: reason.split(":")[0] for media_type, reason in reasons.items()} == {
        "image/png": "unknown_form",
        "text/plain": "unknown_form",
    }
    assert read(settings).read == 0
