"""A folder of documents becomes one scan in one order, whatever lies in it."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import BadFolder, BadManifest, NoDocuments
from pipeline.sources import folder
from pipeline.sources.folder import Scan, files_of_slices, scan_folder

LIMIT = 1000


def scan(raw_dir: Path) -> Scan:
    return scan_folder(raw_dir, max_file_bytes=LIMIT)


def paths(found: Scan) -> list[str]:
    return [source.relative_path for source in found.every_file()]


def test_every_regular_file_is_found_in_the_order_of_its_path(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("z.txt", "b/a.pdf", "决算.xlsx"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert paths(scan(tmp_path)) == ["b/a.pdf", "z.txt", "决算.xlsx"]


@pytest.mark.parametrize("name", ["MANIFEST.csv", "README", "README.md", "readme.txt", ".gitkeep", ".hidden.pdf"])
def test_files_about_the_folder_are_no_documents(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("file_name\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    assert paths(scan(tmp_path)) == ["a.txt"]


def test_hidden_folders_are_not_entered(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.txt").write_text("a", encoding="utf-8")
    (tmp_path / "b.txt").write_text("b", encoding="utf-8")
    assert paths(scan(tmp_path)) == ["b.txt"]


def test_identity_is_the_sha256_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"abc")
    assert scan(tmp_path).files[0].document_id == hashlib.sha256(b"abc").hexdigest()


def test_the_same_bytes_twice_are_read_once(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "c.txt"):
        (tmp_path / name).write_bytes(b"c" if name == "c.txt" else b"same")
    assert [source.file_name for source in scan(tmp_path).first_of_each()] == ["a.txt", "c.txt"]


@pytest.mark.parametrize(("content", "category"), [(b"", "empty_file"), (b"x" * (LIMIT + 1), "file_too_large")])
def test_what_is_no_document_is_refused_with_its_reason(tmp_path: Path, content: bytes, category: str) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    found = scan(tmp_path)
    assert found.files == ()
    assert [refusal.error.category for refusal in found.refused] == [category]
    assert found.refused[0].error.remedy


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.pdf").write_bytes(b"a")

    def refuse(_path: Path) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(folder, "sha256_of", refuse)
    found = scan(tmp_path)
    assert [refusal.error.category for refusal in found.refused] == ["unreadable_file"]
    assert "Permission denied" in found.refused[0].error.found


@pytest.mark.parametrize("name", ["x'; drop table t; --.txt", 'a "b".txt', "line\nbreak.txt", "[bold]x.txt", "%s.txt"])
def test_odd_names_are_kept_as_they_are(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"a")
    source = scan(tmp_path).files[0]
    assert source.file_name == name
    assert source.path.read_bytes() == b"a"


def test_a_name_that_is_no_utf8_is_listed_too(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xbe\xf6\xcb\xe3.txt"))
    try:
        path.write_bytes(b"a")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    source = scan(tmp_path).files[0]
    assert source.relative_path.encode("utf-8") == rb"\xbe\xf6\xcb\xe3.txt"
    assert source.path.read_bytes() == b"a"


def test_the_manifest_gives_addresses_by_name_or_path(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.txt").write_bytes(b"a")
    (tmp_path / "b" / "c.txt").write_bytes(b"c")
    text = "relative_path,source_url,retrieved_at,more\na.txt,https://example.gov.cn/a,2024-09-01,x\nb/c.txt,,2024,y\n"
    (tmp_path / "MANIFEST.csv").write_text(text, encoding="utf-8-sig")
    first, second = scan(tmp_path).files
    assert (first.source_url, first.retrieved_at) == ("https://example.gov.cn/a", "2024-09-01")
    assert (second.source_url, second.retrieved_at) == (None, "2024")


def test_a_line_for_a_folder_holds_for_files_without_their_own(tmp_path: Path) -> None:
    (tmp_path / "city" / "deep").mkdir(parents=True)
    for name in ("city/a.txt", "city/deep/b.txt", "c.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    lines = "file,region,fiscal_year\ncity/,定州市,2017\na.txt,,2016\nother/,沁源县,\n"
    (tmp_path / "MANIFEST.csv").write_text(lines, encoding="utf-8")
    found = scan(tmp_path)
    hints = {file.relative_path: (file.hints.region, file.hints.fiscal_year) for file in found.files}
    assert hints == {"c.txt": (None, None), "city/a.txt": (None, 2016), "city/deep/b.txt": ("定州市", 2017)}
    assert found.unmatched_notes == ("other/",)


def test_a_year_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    (tmp_path / "MANIFEST.csv").write_text("file,fiscal_year\na.txt,二〇一七\n", encoding="utf-8")
    with pytest.raises(BadManifest, match="fiscal_year"):
        scan(tmp_path)


def test_lines_of_the_manifest_that_name_no_file_are_listed(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("a.txt", "b/c.txt", "b/d.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    names = "\n".join(["file", "a.txt", "b/c.txt", "d.txt", "a.pdf", "b/a.txt"])
    (tmp_path / "MANIFEST.csv").write_text(names, encoding="utf-8")
    assert scan(tmp_path).unmatched_notes == ("a.pdf", "b/a.txt")


def test_a_manifest_without_names_says_which_columns_it_has(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a")
    (tmp_path / "MANIFEST.csv").write_text("url,date\n", encoding="utf-8")
    with pytest.raises(BadManifest, match="url, date"):
        scan(tmp_path)


def test_a_manifest_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a")
    (tmp_path / "MANIFEST.csv").write_bytes("file_name\n决算.txt".encode("gb18030"))
    with pytest.raises(BadManifest, match="UTF-8"):
        scan(tmp_path)


def test_a_folder_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadFolder, match="--raw"):
        scan(tmp_path / "nowhere")


def test_an_empty_folder_is_an_error_not_an_empty_warehouse(tmp_path: Path) -> None:
    (tmp_path / ".gitkeep").touch()
    with pytest.raises(NoDocuments):
        scan(tmp_path)


def test_the_files_of_a_slice_are_found_without_opening_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("沁源县/2022/a.txt", "沁源县/2022/copy.txt", "沁源县/2023/b.txt", "阳城县/2022/c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("same" if "2022" in name and "沁源" in name else name, encoding="utf-8")
    (tmp_path / "沁源县" / "2022" / "empty.txt").touch()
    with zipfile.ZipFile(tmp_path / "沁源县" / "2022" / "d.zip", "w") as archive:
        archive.writestr("d.txt", "packed")
    said = "file,department,fiscal_year\n阳城县/2022/c.txt,财政局,2021\n"
    (tmp_path / "MANIFEST.csv").write_text(said, encoding="utf-8")
    hashed: list[str] = []
    true_sha256 = folder.sha256_of
    monkeypatch.setattr(folder, "sha256_of", lambda path: hashed.append(path.name) or true_sha256(path))
    found = files_of_slices(tmp_path, frozenset({"沁源县|2022", "财政局|2021"}), max_file_bytes=LIMIT)
    assert [source.relative_path for source in found] == ["沁源县/2022/a.txt", "阳城县/2022/c.txt"]
    assert "b.txt" not in hashed
    of_night = {source.relative_path: source for source in scan(tmp_path).files}
    assert all(source == of_night[source.relative_path] for source in found)
    assert files_of_slices(tmp_path, frozenset({"gone|2020"}), max_file_bytes=LIMIT) == ()


def test_the_slices_of_a_folder_that_is_not_mounted_are_no_empty_slices(tmp_path: Path) -> None:
    with pytest.raises(NoDocuments):
        files_of_slices(tmp_path, frozenset({"a|2020"}), max_file_bytes=LIMIT)
    with pytest.raises(BadFolder):
        files_of_slices(tmp_path / "none", frozenset({"a|2020"}), max_file_bytes=LIMIT)
