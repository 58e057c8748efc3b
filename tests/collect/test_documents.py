"""Documents: the same words come out of text, HTML, PDF and DOCX; what cannot be read is told."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from bedside.collect.documents import document_text
from bedside.errors import FormatError

WORDS = "Your operation is on Monday"


def pdf(content: str) -> bytes:
    """A PDF of one page, written by hand; without content it holds no text, as a scan does."""
    stream = f"BT /F1 12 Tf 50 700 Td ({content}) Tj ET".encode() if content else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    return bytes(out + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table)


def docx(content: str) -> bytes:
    """A Word document with one paragraph in two runs."""
    runs = "".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in (content[:6], content[6:]))
    return docx_of(f"<w:p>{runs}</w:p>")


def docx_of(body: str, more: str = "") -> bytes:
    """A Word document of these paragraphs."""
    ns = f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" {more}'
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("word/document.xml", f"<w:document {ns}><w:body>{body}</w:body></w:document>")  # fmt: skip
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", WORDS.encode()),
        ("a.html", f"<html><body><p>{WORDS}</p></body></html>".encode()),
        ("a.pdf", pdf(WORDS)),
        ("a.docx", docx(WORDS)),
        ("utf16.txt", WORDS.encode("utf-16")),
    ],
)
def test_the_same_words_come_out_of_every_kind(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert document_text(path).strip() == WORDS


def test_a_scanned_pdf_gives_no_words(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf(""))
    assert document_text(path).strip() == ""


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"%PDF-1.4\nnothing", "damaged PDF"),
        (b"PK\x03\x04broken", "no Word document"),
        (b"\x89PNG\x00\x00\xff\xfe", "none of text, HTML, PDF, DOCX"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=told):
        document_text(path)
    with pytest.raises(FormatError, match="give a file"):
        document_text(tmp_path / "missing")


def test_broken_lines_tabs_and_boxes_of_a_word_document_part_words(tmp_path: Path) -> None:
    """A box stands in a run of a paragraph, twice: as it is and for old programs. Its words are read once."""
    box = "<w:txbxContent><w:p><w:r><w:t>Ring us</w:t></w:r></w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    body = (
        "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>Monday</w:t><w:br/><w:t>at nine</w:t></w:r>"
        f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        "<w:r><w:tab/><w:t>ward 4</w:t></w:r></w:p>"
    )
    path = tmp_path / "a.docx"
    path.write_bytes(docx_of(body, mc))
    assert document_text(path).split() == ["Monday", "at", "nine", "ward", "4", "Ring", "us"]
