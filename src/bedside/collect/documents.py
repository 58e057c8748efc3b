"""Documents: the text of a leaflet, from a text file, HTML, PDF or DOCX."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from lxml import etree

from bedside.collect.markup import html_text
from bedside.errors import FormatError

__all__ = ["document_text"]

KINDS = ("text", "HTML", "PDF", "DOCX")
LARGEST = 50_000_000  # bytes; a leaflet has some hundred thousand
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def document_text(path: Path) -> str:
    """Text of a document; the kind is told by its first bytes, not its name.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
        Paragraphs on lines of their own. Empty where a PDF holds pictures only.

    Raises
    ------
    FormatError
        If the file is not there, is larger than 50 MB, is locked, or is none of these kinds.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise FormatError(
                f"{path.name} is over {LARGEST // 1_000_000} MB; give the leaflet alone"
            )
        data = path.read_bytes()
    except OSError as error:
        raise FormatError(f"{path.name} cannot be read ({error.strerror}); give a file") from error
    if data.startswith(b"%PDF-"):
        return _pdf(path.name, data)
    if data.startswith(b"PK\x03\x04"):
        return _docx(path.name, data)
    text = _decoded(path.name, data)
    return html_text(text) if "<" in text[:2000] and "</" in text else text


def _decoded(name: str, data: bytes) -> str:
    for encoding in (
        ("utf-8-sig", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",)
    ):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    if b"\x00" in data[:4096]:
        raise FormatError(f"{name} is none of {', '.join(KINDS)}; save it as one of these")
    return data.decode("cp1252", errors="replace")


def _pdf(name: str, data: bytes) -> str:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise FormatError(f"{name} is locked with a password; give it without")
        return "\n".join(page.extract_text() for page in reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(
            f"{name} is a damaged PDF ({type(error).__name__}); save it anew, or give its text"
        ) from error


def _docx(name: str, data: bytes) -> str:
    safe = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            info = packed.getinfo("word/document.xml")
            if info.file_size > LARGEST:
                raise FormatError(
                    f"{name} unpacks to over {LARGEST // 1_000_000} MB; give the leaflet alone"
                )
            root = etree.fromstring(packed.read(info), safe)
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as error:
        raise FormatError(
            f"{name} is a packed file but no Word document; give {', '.join(KINDS)}"
        ) from error
    return "\n".join("".join(_words_of(paragraph)) for paragraph in root.iter(f"{_WORD}p"))


def _words_of(paragraph: etree._Element) -> Iterator[str]:
    """Its words in order, those of a box in it left to the box's own paragraphs; broken lines and tabs part words too."""
    apart = {f"{_WORD}tab": "\t", f"{_WORD}br": "\n", f"{_WORD}cr": "\n"}
    for run in paragraph.iter(f"{_WORD}r"):
        own = next(run.iterancestors(f"{_WORD}p")) is paragraph
        if own and next(run.iterancestors(_FALLBACK), None) is None:
            yield from (
                piece.text or "" if piece.tag == f"{_WORD}t" else apart.get(piece.tag, "")
                for piece in run
            )
