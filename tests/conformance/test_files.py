"""Files are tried before the work without a trace, and written in whole."""

import pytest

from optimspec.conformance.files import NotWritable, require_writable, write_text


def test_a_place_that_is_tried_is_as_it_was(tmp_path):
    kept = tmp_path / "kept.json"
    kept.write_text("kept")
    for path in (kept, tmp_path / "new" / "page.html"):
        require_writable(path)

    assert kept.read_text() == "kept"
    assert [*(tmp_path / "new").iterdir()] == []


def test_a_file_is_written_into_a_folder_that_is_made(tmp_path):
    path = tmp_path / "new" / "page.html"
    write_text(path, "é")

    assert path.read_bytes() == "é".encode()
    assert [*path.parent.iterdir()] == [path]


@pytest.mark.parametrize("act", [require_writable, lambda path: write_text(path, "text")])
def test_what_cannot_be_written_is_said(tmp_path, act):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritable, match=r"must be writable; .*page\.html: "):
        act(tmp_path / "file" / "page.html")
