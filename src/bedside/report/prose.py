"""The writer's own words in a report, with figures in them that stay live: `{measure key=value}`."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bedside.report.figures import Shelf, Shown, pick
from bedside.report.markup import Markup, join, tag
from bedside.report.page import Desk, evidence_line, paragraph
from bedside.report.printing import count, listed
from bedside.report.scales import printed, scale_of

__all__ = ["Told", "bare_words", "live", "named", "tell"]

_PLACE = re.compile(r"\{([^{}]*)\}")
_NAMED = re.compile(
    r"([a-z_]+\.[a-z_]+)((?:\s+[\w-]+=(?:\"[^\"]*\"|[^\s|\"]+))*)\s*(?:\|\s*(\w+))?"
)
_KEY = re.compile(r"([\w-]+)=(?:\"([^\"]*)\"|([^\s|\"]+))")
_ID = re.compile(r"(ev-[0-9a-f]{10}-[\w-]+)\s*(?:\|\s*(\w+))?")
_TYPED = re.compile(r"(?<![\w.])\d[\d.,]*")
_YEAR = re.compile(r"(?:19|20)\d\d")
FORMS = ("share", "accounts", "of", "posts")
"""What may stand after `|`: the number alone, accounts, of how many accounts, posts; else the number with its base."""


class Told(NamedTuple):
    """Words as they go into a report.

    Attributes
    ----------
    body : Markup
        Paragraphs and lists, each with the evidence of its numbers under it.
    lines : tuple of str
        The same as plain lines, for slides.
    figures : tuple of Shown
        Those named in it.
    missing : tuple of str
        Places that name no figure of the release, as written.
    typed : tuple of str
        Numbers written by hand: they open to no posts.
    """

    body: Markup
    lines: tuple[str, ...]
    figures: tuple[Shown, ...]
    missing: tuple[str, ...]
    typed: tuple[str, ...]


def tell(laid: Desk, text: str) -> Told:
    """Put the figures into the writer's words.

    Parameters
    ----------
    laid : Desk
    text : str
        Paragraphs parted by empty lines; one whose lines all begin with `- ` is a list.
    """
    parts: list[Markup] = []
    lines: list[str] = []
    figures: list[Shown] = []
    missing: list[str] = []
    typed: list[str] = []
    own = " ".join((laid.material.study.title, *laid.material.study.conditions))
    for block in re.split(r"\n\s*\n", text.strip()):
        if not block.strip():
            continue
        told, held, lost = _filled(laid, block)
        by_hand = [n for n in _typed(block) if n not in own]
        parts += [_block(told), _evidence(laid, held, by_hand)]
        lines += [line.removeprefix("- ") for line in _joined(told)]
        figures, missing, typed = [*figures, *held], [*missing, *lost], [*typed, *by_hand]
    return Told(join(parts), tuple(lines), tuple(figures), tuple(missing), tuple(typed))


def _joined(block: str) -> list[str]:
    """Lines of a list, or a paragraph as one line."""
    rows = [row.strip() for row in block.splitlines() if row.strip()]
    return rows if all(row.startswith("- ") for row in rows) else [" ".join(rows)]


def _block(block: str) -> Markup:
    rows = _joined(block)
    if all(row.startswith("- ") for row in rows):
        return tag("ul", *(tag("li", row.removeprefix("- ")) for row in rows))
    return paragraph(*rows)


def _filled(laid: Desk, block: str) -> tuple[str, list[Shown], list[str]]:
    held: list[Shown] = []
    lost: list[str] = []

    def put(found: re.Match[str]) -> str:
        at = live(laid.shelf, found[1])
        if at is None:
            lost.append(found[0])
            return f"[no such figure: {found[1].strip()}]"
        figure, form = at
        held.append(figure)
        return _words(figure, form, laid.small)

    return _PLACE.sub(put, block), held, lost


def live(shelf: Shelf, inside: str) -> tuple[Shown, str] | None:
    """The figure that a place names, and the form it asks for; None where the release has none, or several.

    Parameters
    ----------
    shelf : Shelf
    inside : str
        What stands between the braces: `care.aspects aspect=waiting valence=complaint | share`, or an evidence id.
    """
    by_id = _ID.fullmatch(inside.strip())
    if by_id:
        found = [f for figures in shelf.values() for f in figures if f.id == by_id[1]]
        return _one(found, by_id[2] or "")
    asked = _NAMED.fullmatch(inside.strip())
    if asked is None:
        return None
    keys = {name: quoted or bare for name, quoted, bare in _KEY.findall(asked[2])}
    found = pick(shelf, asked[1], **keys) if "shelf" not in keys and "measure" not in keys else []
    return _one(found, asked[3] or "")


def _one(found: Sequence[Shown], form: str) -> tuple[Shown, str] | None:
    if form not in ("", *FORMS) or len(found) != 1:
        return None
    return found[0], form


def named(figure: Shown) -> str:
    """The place that names a figure in the writer's words, whatever its evidence id becomes.

    Examples
    --------
    >>> named(Shown(id="", measure="care.aspects", keys={"aspect": "waiting", "c": "a b"}, unit=""))
    '{care.aspects aspect=waiting c="a b"}'
    """
    keys = [
        f"{k}={v}" if re.fullmatch(r"[^\s|\"]+", v) else f'{k}="{v}"'
        for k, v in figure.keys.items()
    ]
    return "{" + " ".join([figure.measure, *keys]) + "}"


def _words(figure: Shown, form: str, small: int) -> str:
    """A figure in a sentence: with its base unless another form was asked for."""
    if form in ("accounts", "posts"):
        return count(getattr(figure, f"hits_{form}"), small)
    if form == "of":
        return count(figure.of_accounts if figure.unit == "accounts" else figure.of_posts, small)
    scale = scale_of([figure])
    said = printed(figure, scale)
    of = figure.of_accounts if figure.unit == "accounts" else figure.of_posts
    if form == "share" or not figure.known:
        return said
    if scale.kind == "count":
        return f"{said} {figure.unit}"
    return f"{said} of {count(of, small)} {figure.unit}" if of is not None else said


def _typed(block: str) -> list[str]:
    """Numbers written by hand; years are none."""
    found = _TYPED.findall(_PLACE.sub(" ", block))
    return [n for n in (number.rstrip(".,") for number in found) if not _YEAR.fullmatch(n)]


def bare_words(text: str) -> str:
    """The writer's own words without the figures among them, as the quote gate reads them."""
    return _PLACE.sub(". ", text)


def _evidence(laid: Desk, figures: Sequence[Shown], typed: Sequence[str]) -> Markup:
    """Under a paragraph: the evidence of its figures, and which numbers have none."""
    lines: list[Markup] = []
    if len(figures) == 1:
        lines.append(evidence_line(figures, laid.codebook, small=laid.small))
    elif figures:
        ids: Mapping[str, None] = dict.fromkeys(f.id for f in figures)
        shared = evidence_line(figures, laid.codebook, small=laid.small)
        codes = join([tag("code", name) for name in ids], ", ")
        lines += [shared, tag("p", "evidence ", codes, class_="ev")]
    if typed:
        lines.append(
            paragraph(
                f"Written by hand, opening to no posts: {listed(list(dict.fromkeys(typed)))}.",
                kind="ev",
            )
        )
    return join(lines)
