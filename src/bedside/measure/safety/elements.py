"""The four elements of a report: each met, doubtful or not met, with the words that say so (R1, R6)."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bedside.measure.safety.gather import Mark, Post
from bedside.measure.safety.products import is_everyday
from bedside.model.cases import ELEMENTS, Element, Said, State, Told

__all__ = ["Verdict", "patient_of", "product_element", "reaction_element", "reporter_of", "verdict"]

_SARCASM = re.compile(
    r"(?i)(?<!\w)/s\b|\bthanks (?:a lot|so much|for nothing|a bunch)\b|\boh (?:great|joy|good|how lovely|wonderful)\b"
    r"|\bjust (?:great|lovely|perfect|brilliant|fantastic|wonderful)\b|\blove (?:how|that|when)\b|\byeah,? right\b"
    r"|🙃|🙄"
)
_OWNER = {"organisation": "an organisation's account", "bot": "a program", "news": "a news account"}
_ORDER: dict[State, int] = {"not_met": 0, "doubtful": 1, "met": 2}


class Verdict(NamedTuple):
    """What the four elements come to: `valid`, `doubtful` or `not_valid`, and the elements that are not met."""

    state: str
    missing: tuple[str, ...]
    doubtful: tuple[str, ...]


def verdict(elements: Iterable[Element]) -> Verdict:
    """What four elements come to; only all four met make a valid report (R1).

    Examples
    --------
    >>> found = [Element(name=n, state="met", why="") for n in ("reporter", "patient", "product")]
    >>> verdict(found)
    Verdict(state='not_valid', missing=('reaction',), doubtful=())
    """
    states = {element.name: element.state for element in elements}
    missing = tuple(name for name in ELEMENTS if states.get(name, "not_met") == "not_met")
    doubtful = tuple(name for name in ELEMENTS if states.get(name) == "doubtful")
    return Verdict(
        "not_valid" if missing else "doubtful" if doubtful else "valid", missing, doubtful
    )


def _best(name: str, found: Sequence[Element]) -> Element:
    """The best state that any post gives, with the words of the posts that give it."""
    top = max(found, key=lambda e: _ORDER[e.state])
    said = tuple(dict.fromkeys(s for e in found if e.state == top.state for s in e.said))
    return Element(name=name, state=top.state, why=top.why, said=said[:6])


def reporter_of(posts: Sequence[Post], nameless: frozenset[str] = frozenset()) -> Element:
    """Whether somebody can be written to: an account on a site, with site and country kept beside (R6).

    Parameters
    ----------
    posts : sequence of Post
    nameless : frozenset of str
        post_keys whose account shows no screen name.
    """
    found = []
    for post in posts:
        site = f"{post.platform}{', ' + post.country if post.country else ''}"
        if post.account_key is None:
            state, why = "not_met", f"the post has no author ({site})"
        elif post.account_kind in _OWNER:
            state, why = "doubtful", f"{_OWNER[post.account_kind]} ({site})"
        elif post.how == "repost":
            state, why = "not_met", f"only shared somebody's post ({site})"
        elif post.post_key in nameless:
            state, why = (
                "doubtful",
                f"an account without a screen name: can it be written to? ({site})",
            )
        else:
            state, why = "met", f"an account that can be written to ({site})"
        found.append(Element(name="reporter", state=state, why=why))  # type: ignore[arg-type]
    return _best("reporter", found)


def _said(post: Post, mark: Mark, most: int = 3) -> tuple[Said, ...]:
    return tuple(
        Said(post_key=post.post_key, part=part, start=start, end=end)
        for part, start, end in mark.spans[:most]
    )


def patient_of(posts: Sequence[Post], others: bool = False) -> Element:
    """Whether a patient exists: the writer, or somebody of theirs.

    Parameters
    ----------
    posts : sequence of Post
    others : bool
        Whether what was told is said of another person in the words themselves.
    """
    found = []
    for post in posts:
        mark = next((m for m in post.marks if m.layer == "experiencer"), None)
        code = mark.code if mark else ""
        said = _said(post, mark) if mark else ()
        state: State
        if code == "own" and not others:
            state, why = "met", "the writer tells of themselves"
        elif code == "cared_for":
            state, why = "met", "the writer tells of somebody close to them"
        elif code in ("other_person", "own") or others:
            state, why = "doubtful", "the writer tells of another person: does that person exist?"
        else:
            state, why = "not_met", "nobody in particular is told of"
        found.append(Element(name="patient", state=state, why=why, said=said))
    return _best("patient", found)


def product_element(said: Sequence[tuple[Post, Mark]], name: str, rivals: bool) -> Element:
    """Whether the product is named.

    Parameters
    ----------
    said : sequence of (Post, Mark)
        Marks that name it.
    name : str
    rivals : bool
        Whether another product stands as near to what was told.
    """
    spans = tuple(s for post, mark in said for s in _said(post, mark, 1))[:6]
    if not said:
        return Element(name="product", state="not_met", why="no product is named")
    if is_everyday(name):
        why = f"'{name}' is also an everyday word"
        return Element(name="product", state="doubtful", why=why, said=spans)
    if rivals:
        why = "several products are named: which one is meant?"
        return Element(name="product", state="doubtful", why=why, said=spans)
    return Element(name="product", state="met", why=f"{name} is named", said=spans)


def reaction_element(told: Sequence[Told], posts: Sequence[Post]) -> Element:
    """Whether a reaction is told; a special situation alone is none."""
    reactions = [t for t in told if t.kind == "reaction"]
    if not reactions:
        special = sorted({t.code.replace("_", " ") for t in told if t.kind == "special"})
        why = f"no reaction is told, but {', '.join(special)}" if special else "no reaction is told"
        return Element(name="reaction", state="not_met", why=why)
    sure = [t for t in reactions if not t.doubt]
    kept = sure or reactions
    said = tuple(dict.fromkeys(s for t in kept for s in t.said))[:6]
    if not sure:
        return Element(name="reaction", state="doubtful", why=kept[0].doubt, said=said)
    if any(_sarcastic(post, said) for post in posts):
        why = "told in a tone that may be sarcasm"
        return Element(name="reaction", state="doubtful", why=why, said=said)
    names = ", ".join(dict.fromkeys(t.concept for t in kept if t.concept))
    return Element(name="reaction", state="met", why=f"told: {names}", said=said)


def _sarcastic(post: Post, said: Sequence[Said]) -> bool:
    parts = {s.part for s in said if s.post_key == post.post_key}
    return any(_SARCASM.search(post.parts.get(part, "")) for part in parts)
