"""The digest: what changed since the last time, in sentences that figures decide; no post, no id of a post, no unreleased word."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from bedside.model.figures import Quote
from bedside.report.chapters.series import alarm_words, burst_words, change_words
from bedside.report.chapters.stages import thing
from bedside.report.figures import Shelf, Shown, one, pick, shelve
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.material import Material
from bedside.report.page import Desk, desk, evidence_line, paragraph
from bedside.report.paper import listing, paper, section
from bedside.report.printing import count, day, sentence_case
from bedside.report.scales import printed, scale_of
from bedside.report.sentences import told_apart
from bedside.report.words import plain

__all__ = ["Digest", "Item", "Last", "digest", "digest_html", "digest_rows", "digest_text"]

_MOST = 20  # moved numbers that are named
_COMPARED = (
    "care.aspects",
    "journey.first_turned",
    "journey.dismissed",
    "roles.share",
    "codes.share",
)
"""Measures whose shares are compared over time; a map of hundreds of cells would move by chance alone."""


class Item(NamedTuple):
    """One change: a sentence, the figures it stands on now, and those of last time."""

    words: str
    now: tuple[Shown, ...] = ()
    before: tuple[Shown, ...] = ()


class Digest(NamedTuple):
    """What changed.

    Attributes
    ----------
    title : str
        Of the study.
    since : str
        Last time in words; empty: there was none.
    parts : sequence of (heading, items)
    simulated, stale : bool
    stamp, earlier : str
        Of the release now, and of the one it is compared with.
    codebook, small
        For the evidence lines.
    """

    title: str
    since: str
    parts: Sequence[tuple[str, Sequence[Item]]]
    simulated: bool
    stale: bool
    stamp: str
    earlier: str
    codebook: str
    small: int

    @property
    def empty(self) -> bool:
        """Whether nothing changed."""
        return not any(items for _, items in self.parts)


class Last(msgspec.Struct, frozen=True, kw_only=True):
    """What was released last time: its figures, quotes, id, day (ISO), and with which codebook and makers it was read."""

    figures: Sequence[Shown]
    quotes: Sequence[Quote] = ()
    id: str = ""
    on: str = ""
    small_count: int = 8
    codebook: str = ""
    makers: Sequence[str] = ()


def digest(material: Material, last: Last | None, *, stamp: str) -> Digest:
    """Say what changed between two releases.

    Parameters
    ----------
    material : Material
        What is released now.
    last : Last or None
        What was released last time; None: this is the first.
    stamp : str
        Of the release now.

    Returns
    -------
    Digest
        Shares count as moved only where their two intervals do not overlap. A difference of fewer accounts or posts than
        may be shown is never printed.
    """
    laid = desk(material)
    old: Shelf = shelve(last.figures, small=last.small_count) if last else {}
    parts = [
        ("How much came in", list(_volume(laid, old))),
        ("What stands out", list(_stands_out(laid, old))),
        ("What is new", list(_news(laid))),
        ("Shares that moved", _compared(laid, old, last) if last else []),
        ("Safety", list(_safety(laid, old))),
        ("Actions", list(_actions(material, last))),
        ("Words approved since", list(_words(material, last))),
    ]
    return Digest(
        material.study.title,
        last.on if last else "",
        [(head, items) for head, items in parts if items],
        material.simulated,
        material.stale,
        stamp,
        last.id if last else "",
        laid.codebook,
        laid.small,
    )


def _difference(now: int, before: int, small: int, unit: str) -> str:
    """How many more or fewer, never a number that is too small to be shown."""
    gap = now - before
    if not gap:
        return f"as many {unit} as last time"
    way = "more" if gap > 0 else "fewer"
    if abs(gap) < small:
        return f"up to {small - 1} {way} than last time"
    return f"{abs(gap):,} {way} than last time"


def _volume(laid: Desk, old: Shelf) -> Iterator[Item]:
    for step, words in (
        ("relevant", "posts bear on the question"),
        ("accounts", "accounts wrote them"),
    ):
        now, before = (
            one(laid.shelf, "inclusion.flow", step=step),
            one(old, "inclusion.flow", step=step),
        )
        if now is None or not now.known:
            continue
        said = f"{count(round(now.mid), laid.small)} {words}"
        if before is not None and before.known:
            said += ", " + _difference(round(now.mid), round(before.mid), laid.small, "")
            yield Item(f"{said.replace('as many  as', 'as many as')}.", (now,), (before,))
        else:
            yield Item(f"{said}.", (now,))


_SAID: Mapping[str, Callable[[Shown], str]] = {
    "trends.alarms": alarm_words,
    "trends.bursts": burst_words,
    "trends.changes": change_words,
}


def _stands_out(laid: Desk, old: Shelf) -> Iterator[Item]:
    """Alarms, bursts and changes of level that were not there last time."""
    for measure, words in _SAID.items():
        known = {_key(f) for f in old.get(measure, ()) if f.known}
        for figure in pick(laid.shelf, measure):
            if figure.known and _key(figure) not in known:
                yield Item(words(figure), (figure,))


def _news(laid: Desk) -> Iterator[Item]:
    """What posts that joined tell, and earlier ones did not; what they tell more or less of."""
    for figure in pick(laid.shelf, "trends.new"):
        if figure.known:
            kind, what = figure.keys.get("kind", ""), figure.keys.get("what", "")
            accounts = count(figure.hits_accounts, laid.small)
            yield Item(f"New {plain(kind)}: {plain(what)}, told by {accounts} accounts.", (figure,))
    pairs: dict[tuple[str, str], dict[str, Shown]] = {}
    for figure in pick(laid.shelf, "trends.since"):
        about = (figure.keys.get("layer", ""), figure.keys.get("code", ""))
        pairs.setdefault(about, {})[figure.keys.get("side", "")] = figure
    for about, sides in pairs.items():
        now, before = sides.get("since"), sides.get("before")
        if now is not None and before is not None and now.known and before.known:
            way = "more" if now.mid > before.mid else "less"
            yield Item(
                f"Posts that joined tell {way} of {thing(*about)}: {_number(now)} of their accounts, {_number(before)} before.",
                (now, before),
            )


def _compared(laid: Desk, old: Shelf, last: Last) -> list[Item]:
    """Shares that moved; none where what was counted is no longer the same."""
    m = laid.material
    if last.codebook and last.codebook != m.study.codebook:
        return [
            Item(
                "Not compared: the codebook changed since last time, so shares are of other things."
            )
        ]
    if last.makers and list(last.makers) != list(m.makers):
        return [Item("Not compared: the program that reads changed since last time.")]
    return list(_moved(laid, old))


def _moved(laid: Desk, old: Shelf) -> Iterator[Item]:
    """Shares whose interval lies wholly above or below that of last time, the widest gap first."""
    found: list[tuple[float, Shown, Shown]] = []
    for measure in _COMPARED:
        before = {_key(f): f for f in old.get(measure, ()) if f.known}
        for figure in pick(laid.shelf, measure):
            if figure.keys.get("of") == "posts":
                continue  # people before posts
            was = before.get(_key(figure))
            if was is None or not figure.known or figure.basis != was.basis:
                continue
            if told_apart(figure, was) or told_apart(was, figure):
                found.append((abs(figure.mid - was.mid), figure, was))
    for _, figure, was in sorted(found, key=lambda x: -x[0])[:_MOST]:
        yield Item(
            f"{_about(figure)}: {_number(figure)}, {_number(was)} last time.", (figure,), (was,)
        )


def _safety(laid: Desk, old: Shelf) -> Iterator[Item]:
    for step, words in (
        ("screened", "posts were screened for harms"),
        ("flagged", "of them flagged"),
    ):
        now, before = (one(shelf, "safety.screening", step=step) for shelf in (laid.shelf, old))
        if now is None or not now.known:
            continue
        said = f"{count(round(now.mid), laid.small)} {words}"
        if before is not None and before.known:
            gap = _difference(round(now.mid), round(before.mid), laid.small, "")
            yield Item(f"{said}, {gap.replace('as many  as', 'as many as')}.", (now,), (before,))
        else:
            yield Item(f"{said}.", (now,))


def _actions(material: Material, last: Last | None) -> Iterator[Item]:
    """Actions that were entered or moved on the day of the last digest or since."""
    for action in material.actions:
        if last is None or action.now.on.isoformat() >= last.on[:10]:
            when = day(action.now.on.isoformat())
            yield Item(f"{action.what} — {action.owner}: {action.now.status}, {when}.")


def _words(material: Material, last: Last | None) -> Iterator[Item]:
    """Approved paraphrases that were not released last time."""
    known = {q.text for q in last.quotes} if last else set()
    for quote in material.quotes:
        if quote.kind == "paraphrase" and quote.text not in known:
            yield Item(f"“{quote.text}”")


def _key(figure: Shown) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(figure.keys.items()))


def _number(figure: Shown) -> str:
    return printed(figure, scale_of([figure]))


def _about(figure: Shown) -> str:
    """What a figure is about, from its keys."""
    words = [plain(value).replace(":", ", ") for name, value in figure.keys.items() if name != "of"]
    return sentence_case(", ".join(words) or figure.measure)


_CAUTION = (
    "Shares count as moved only where the two intervals do not overlap. Many numbers were compared, so one or the other may "
    "have moved by chance. What changed here is what people wrote, not what happened to them, and nothing here says why."
)


def digest_html(made: Digest) -> str:
    """The digest as one HTML file that opens offline."""
    parts = [
        section(head, tag("ul", *(_item(made, item) for item in items)))
        for head, items in made.parts
    ]
    none = paragraph("Nothing has changed.") if made.empty else NOTHING
    return paper(
        f"What changed: {made.title}",
        _lead(made),
        none,
        *parts,
        section("How to read this", listing([_CAUTION])),
        stamp=f"digest {made.stamp}>{made.earlier}",
    )


def _lead(made: Digest) -> str:
    since = (
        f"Since {day(made.since)} (release {made.earlier}). "
        if made.since
        else "The first digest of this study. "
    )
    simulated = "Simulated posts: nobody wrote them. " if made.simulated else ""
    stale = "Stale: posts were erased after these figures were made. " if made.stale else ""
    return f"{simulated}{stale}{since}Release {made.stamp.partition('/')[0]}."


def _item(made: Digest, item: Item) -> Markup:
    held = [*item.now, *item.before]
    lines: list[Markup] = []
    if item.now:
        lines.append(evidence_line(item.now, made.codebook, small=made.small))
    if len(item.now) > 1:
        lines.append(
            tag("p", "evidence ", join([tag("code", f.id) for f in item.now], ", "), class_="ev")
        )
    if item.before:
        codes = join([tag("code", f.id) for f in item.before], ", ")
        lines.append(tag("p", f"last time, release {made.earlier}: evidence ", codes, class_="ev"))
    return tag("li", item.words, *lines) if held else tag("li", item.words)


def digest_text(made: Digest) -> str:
    """The digest as plain text, for an e-mail that shows no HTML."""
    lines = [f"What changed: {made.title}", "", _lead(made)]
    for head, items in made.parts:
        lines += ["", head.upper()]
        for item in items:
            ids = ", ".join(f.id for f in item.now)
            lines.append(f"* {item.words}" + (f" [{ids}]" if ids else ""))
    if made.empty:
        lines += ["", "Nothing has changed."]
    return "\n".join([*lines, "", _CAUTION, ""])


def digest_rows(made: Digest) -> dict[str, object]:
    """The digest for programs: what a webhook is sent."""
    return {
        "study": made.title,
        "release": made.stamp,
        "since": made.since,
        "earlier": made.earlier,
        "simulated": made.simulated,
        "stale": made.stale,
        "changes": [
            {
                "about": head,
                "text": item.words,
                "evidence": [f.id for f in item.now],
                "earlier_evidence": [f.id for f in item.before],
            }
            for head, items in made.parts
            for item in items
        ],
    }
