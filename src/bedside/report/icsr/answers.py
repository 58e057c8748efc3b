"""Acknowledgements: what the receiver answered to a message, positive or negative."""

from pathlib import Path

import msgspec
from lxml import etree

from bedside.errors import FormatError
from bedside.report.icsr.elements import OID
from bedside.report.icsr.reading import NAMESPACE, parse_xml

__all__ = ["Answer", "read_answers"]

_NS = {"h": NAMESPACE}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered to one report.

    Attributes
    ----------
    message : str
        The report's message number, as it was sent (N.2.r.1; some receivers add the case's identifier).
    positive : bool
        CA: accepted. Otherwise (CR, CE) the report needs further action.
    code, number, words : str
        Acknowledgement code; the receiver's own number of the report; its errors and warnings.
    batch, batch_code, batch_words : str
        The batch, and what was said of it as a whole (AA accepted, AE errors, AR rejected).
    at : str
        When it was answered, as written.
    """

    message: str
    positive: bool
    code: str
    number: str = ""
    words: str = ""
    batch: str = ""
    batch_code: str = ""
    batch_words: str = ""
    at: str = ""


def read_answers(source: Path | bytes, *, name: str = "acknowledgement") -> list[Answer]:
    """Read an acknowledgement.

    Raises
    ------
    FormatError
        If it is no acknowledgement of an E2B(R3) batch.
    """
    data, name = (source.read_bytes(), source.name) if isinstance(source, Path) else (source, name)
    root = parse_xml(data, name)
    if etree.QName(root).localname != "MCCI_IN200101UV01":
        raise FormatError(
            f"{name} is no acknowledgement: its root is {etree.QName(root).localname}, needed is MCCI_IN200101UV01"
        )

    def text(node: object, path: str) -> str:
        found = node.xpath(path, namespaces=_NS)  # type: ignore[attr-defined]
        return str(found[0]).strip() if found else ""

    batch = {
        "batch": text(root, f"h:acknowledgement/h:targetBatch/h:id[@root='{OID}.3.22']/@extension"),
        "batch_code": text(root, "h:acknowledgement/@typeCode"),
        "batch_words": text(root, "h:acknowledgement/h:acknowledgementDetail/h:text/text()"),
        "at": text(root, "h:creationTime/@value"),
    }
    answers = []
    for node in root.findall("h:MCCI_IN000002UV01", _NS):
        code = text(node, "h:acknowledgement/@typeCode")
        answers.append(
            Answer(
                message=text(
                    node, f"h:acknowledgement/h:targetMessage/h:id[@root='{OID}.3.1']/@extension"
                ),
                positive=code == "CA",
                code=code,
                number=text(node, f"h:id[@root='{OID}.3.19']/@extension"),
                words=text(node, "h:acknowledgement/h:acknowledgementDetail/h:text/text()"),
                **batch,
            )
        )
    return answers
