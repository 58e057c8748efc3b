"""Numbers in sentences, linked to the figures that they were printed from: a page's sentences are made of its figures."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bedside.report.chapters.comfort import waited
from bedside.report.figures import Shown
from bedside.report.page import share_of
from bedside.report.printing import NARROW, count, months, share

__all__ = ["linked_numbers", "printed_numbers"]

_TAG = re.compile(r"(<[^>]+>)")
_NAME = re.compile(r"</?([a-z0-9]+)")
_NUMBER = re.compile(
    rf"\d[\d,.]*{NARROW}%(?! interval)(?: \([\d.,]+\u2060?–\u2060?[\d.,]+\))?|(?<!at least )\d[\d,]*(?= (?:posts|accounts)\b(?! or more| on\b))"
    r"|\d[\d.]* (?:years|months?)(?: \([\d.]+\u2060?–\u2060?[\d.]+\))?|(?<=[Hh]alf had a reply within )\d+ (?:hours?|days?)"
)
_WAITS: Mapping[str, Callable[[Shown], set[str]]] = {  # medians, and how sentences print them
    "journey.time_to_diagnosis": lambda f: {months(f.mid), months(f.mid, f.low, f.high)},
    "journey.watched_median": lambda f: {months(f.mid), months(f.mid, f.low, f.high)},
    "community.first_reply_median": lambda f: {waited(f.mid)},
}
_COUNT = re.compile(r"[\d,]+")
_HOLDS = ("p", "figcaption", "li")  # elements whose text is sentences
_CLOSED = ("a", "code", "svg", "table", "summary", "button", "h2", "h3")  # what is left as it is
Places = dict[str, dict[str, set[str]]]
"""Number as it is printed, to the ids of figures that print it, each with its counts."""
_VOID = ("br", "img", "input", "hr", "meta")


def printed_numbers(figure: Shown, *, small: int) -> set[str]:
    """How the numbers of a figure may stand in a sentence."""
    counts = {
        value: noun
        for noun in ("posts", "accounts")
        for value in (getattr(figure, f"hits_{noun}"), getattr(figure, f"of_{noun}"))
        if value is not None
    }
    found = {count(value, small) for value in counts}
    if figure.known and figure.measure in _WAITS:
        return found | _WAITS[figure.measure](figure)
    if figure.known:
        found |= {share_of(figure), share(figure.mid, None, None)}
    return found


def linked_numbers(html: str, tiers: Sequence[Iterable[Shown]], *, small: int) -> str:
    """Markup of a chapter with the shares and counts of its sentences linked to their figures.

    Parameters
    ----------
    html : str
        Our own markup, escaped when it was made.
    tiers : sequence of iterable of Shown
        Figures that a number may be of: those nearest to it first. Of two figures that print a share alike the one is
        taken whose counts stand beside it; where that decides nothing the number is left as it is. Of counts, which many
        figures share, the first is taken.
    small : int
        Fewest accounts that are shown.
    """
    known = [_places(figures, small) for figures in tiers]
    return "".join(_linked(html, known))


def _places(figures: Iterable[Shown], small: int) -> Places:
    places: Places = {}
    for figure in figures:
        printed = printed_numbers(figure, small=small)
        for number in printed:
            places.setdefault(number, {})[figure.id] = {p for p in printed if _COUNT.fullmatch(p)}
    return places


def _linked(html: str, known: Sequence[Places]) -> Iterator[str]:
    open_: list[str] = []
    for part in _TAG.split(html):
        if part.startswith("<"):
            _follow(open_, part)
            yield part
        elif any(name in _HOLDS for name in open_) and not any(name in _CLOSED for name in open_):
            yield _NUMBER.sub(lambda found: _link(found.group(), found.string, known), part)
        else:
            yield part


def _follow(open_: list[str], part: str) -> None:
    """Keep which elements are open."""
    found = _NAME.match(part)
    if found is None or found[1] in _VOID or part.endswith("/>"):
        return
    if not part.startswith("</"):
        open_.append(found[1])
    elif found[1] in open_:
        del open_[len(open_) - 1 - open_[::-1].index(found[1]) :]


def _link(printed: str, said: str, known: Sequence[Places]) -> str:
    for places in known:
        found = places.get(printed, {})
        beside = [name for name, counts in found.items() if any(f"{c} " in said for c in counts)]
        chosen = beside if len(found) > 1 and beside else list(found)
        if len(chosen) == 1 or (chosen and _COUNT.fullmatch(printed)):
            return f'<a class="num" href="/evidence/{chosen[0]}">{printed}</a>'
        if chosen:
            return printed  # several figures print it alike: which one is meant is not known
    return printed
