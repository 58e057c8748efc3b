"""HTML as sources publish it, into plain text."""

import html
import re
from typing import Any

__all__ = ["html_text", "quotes_of"]

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
SILENT = frozenset(("script", "style", "head", "noscript", "template", "svg"))
BLANKS = re.compile(r"[ \t\f\v\u00a0]+")
EDGE = "\x1e"  # edge of a block: one line break, however many blocks begin or end there
BREAKS = re.compile(rf"[ {EDGE}]*\n[ {EDGE}]*")
EDGES = re.compile(rf" *{EDGE}[ {EDGE}]*")
SILENT_PARTS = re.compile(r"<(script|style|head)\b.*?</\1\s*>|<[^>]*>", re.I | re.S)
MANY_BREAKS = re.compile(r"\n{3,}")
MAX_DEPTH = 200  # deeper markup is flattened: no honest post nests so far


def html_text(markup: str | None, *, drop_quotes: bool = False) -> str:
    r"""Plain text of a piece of HTML: block elements and `<br>` become line breaks.

    Parameters
    ----------
    markup : str or None
    drop_quotes : bool, default False
        Leave out `<aside class="quote">` (Discourse): words of another author.

    Returns
    -------
    str

    Examples
    --------
    >>> html_text("<p>One &amp; two<br>three</p><p>four</p>")
    'One & two\nthree\n\nfour'
    """
    if not markup:
        return ""
    if "<" not in markup:
        return html.unescape(markup).strip()
    root = _parse(markup)
    pieces: list[str] = []
    if root is not None:
        _collect(root, pieces, drop_quotes, 0)
    text = EDGES.sub("\n", BREAKS.sub("\n", BLANKS.sub(" ", "".join(pieces))))
    if not text.strip():  # nothing parsed, or markup too deep for the parser
        return html.unescape(SILENT_PARTS.sub(" ", markup)).strip()
    return MANY_BREAKS.sub("\n\n", text).strip()


def quotes_of(markup: str | None) -> list[tuple[str, str, str]]:
    """(username, post number, topic id) of each Discourse quote in the markup, as far as stated."""
    if not markup or "quote" not in markup:
        return []
    root = _parse(markup)
    if root is None:
        return []
    found = root.xpath('.//aside[contains(concat(" ", @class, " "), " quote ")]')
    return [
        (q.get("data-username", ""), q.get("data-post", ""), q.get("data-topic", "")) for q in found
    ]


def _parse(markup: str) -> Any:
    """The markup as a tree; None where the parser finds nothing to hold on to."""
    from lxml import etree  # late: 50 ms that only HTML needs
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(huge_tree=True)  # without it text below 256 levels is lost
    clean = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", markup)
    try:
        return lxml_html.fragment_fromstring(clean, create_parent="div", parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None


def _is_quote(node: Any) -> bool:
    return node.tag == "aside" and "quote" in (node.get("class") or "").split()


def _collect(node: Any, pieces: list[str], drop_quotes: bool, depth: int) -> None:
    """Append the node's text in reading order."""
    tag = node.tag
    if not isinstance(tag, str) or tag in SILENT or (drop_quotes and _is_quote(node)):
        return
    if depth > MAX_DEPTH:
        pieces.append(" ".join(node.itertext()))
        return
    edge = "\n\n" if tag == "p" else "\n" if tag == "br" else EDGE if tag in BLOCKS else ""
    pieces.append(edge)
    _add(node.text, pieces, keep=tag == "pre")
    for child in node:
        _collect(child, pieces, drop_quotes, depth + 1)
        _add(child.tail, pieces, keep=tag == "pre")
    pieces.append("" if tag == "br" else edge)


def _add(text: str | None, pieces: list[str], *, keep: bool) -> None:
    """Append text; outside <pre> a line break in the source is only a blank."""
    if text:
        pieces.append(text if keep else text.replace("\r", " ").replace("\n", " "))
