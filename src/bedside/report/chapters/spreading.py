"""How claims spread: who takes which part, and the shapes of cascades by platform."""

from collections.abc import Sequence

import msgspec

from bedside.report.claims import ANY
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import Column, Desk, evidence_line, paragraph, roll, share_of, table, twin
from bedside.report.printing import STAR, count, listed, span
from bedside.report.rows import share_table
from bedside.report.sentences import by_size, leaders
from bedside.report.words import ROLES, plain

__all__ = ["spreading"]

_PARTS = {
    "starts": "start one",
    "carries": "carry one on",
    "questions": "question one",
    "corrects": "correct one",
}
_SHAPES = ("size", "depth", "breadth", "virality")
_STAR_FROM = 0.95  # lower limit of the share from which a platform is said to make stars


def spreading(laid: Desk) -> Markup:
    """Roles, shapes, and whether untrue claims spread otherwise at equal size."""
    parts = [_parts(laid), _shapes(laid), paragraph(_stars(laid)), _matched(laid)]
    held = [part for part in parts if part]
    return join([tag("h3", "How they spread"), *held]) if held else NOTHING


_NAMES = {**ROLES, "unclear": "accounts of unclear role"}


def _parts(laid: Desk) -> Markup:
    """Who starts, carries, questions and corrects claims, by role."""
    said, figures = [], []
    for part, words in _PARTS.items():
        held = pick(laid.shelf, "misinformation.parts_taken", claim=ANY, part=part)
        first = leaders(held)
        if not first or not first[0].of_accounts:
            continue
        named = listed(
            [
                f"{_NAMES.get(f.keys['role'], plain(f.keys['role']))} {share_of(f)}"
                for f in by_size(held)[:2]
                if f.mid > 0
            ]
        )
        said.append(f"of {count(first[0].of_accounts, laid.small)} accounts that {words}, {named}")
        figures += held
    if not said:
        return NOTHING
    text = f"By role, {'; '.join(said)}. Private accounts are counted as roles and nothing else."
    rows = share_table("Who takes which part in claims", "role", figures, more=["part"])
    return join([paragraph(text), twin(rows, len(figures), words="Roles as a table"), evidence_line(figures, laid.codebook, small=laid.small)])  # fmt: skip


def _number(f: Shown | None) -> str:
    if f is None or not f.known:
        return STAR if f is not None and f.suppressed else "–"
    digits = 0 if f.mid == round(f.mid) else 1
    return f"{f.mid:.{digits}f} {span(f.low, f.high, None)}".rstrip()


def _shapes(laid: Desk) -> Markup:
    """One row a platform."""
    figures = pick(laid.shelf, "misinformation.cascades", claim=ANY)
    if not figures:
        return NOTHING
    rows = []
    for platform in dict.fromkeys(f.keys["platform"] for f in figures):
        held = {
            s: one(laid.shelf, "misinformation.cascades", claim=ANY, platform=platform, shape=s)
            for s in _SHAPES
        }
        star = one(laid.shelf, "misinformation.stars", platform=platform)
        size = held["size"]
        rows.append([
            platform,
            count(size.hits_posts if size else None, laid.small),
            *(_number(_short(held[shape])) for shape in _SHAPES),
            share_of(star) if star else "–",
        ])  # fmt: skip
    columns = [Column("platform"), Column("cascades", numeric=True)]
    columns += [Column(name, numeric=True) for name in (*_SHAPES, "on the first post")]
    inner = table("Cascades of claims by platform, medians with 95 % intervals", columns, rows)
    note = (
        "Cascades of two collected posts and more. Size: posts; depth: steps from the first post to the farthest; breadth: most "
        "posts at one distance; virality: mean steps between two posts (2 is a star, more is a chain). Larger cascades are deeper "
        "by themselves. On the first post: of posts below first posts, those that hang on the first itself, in cascades of three and more."
    )
    return join([roll(inner), paragraph(note, kind="small soft"), evidence_line(figures, laid.codebook, small=laid.small)])  # fmt: skip


def _short(f: Shown | None) -> Shown | None:
    """A figure with limits to one place."""
    if f is None or f.low is None or f.high is None:
        return f
    return msgspec.structs.replace(f, low=round(f.low, 1), high=round(f.high, 1))


def _stars(laid: Desk) -> str:
    """Platforms that tie everything to the first post."""
    held = [f for f in pick(laid.shelf, "misinformation.stars") if f.known]
    if not held:
        return ""
    stars = [f.keys["platform"] for f in held if f.low is not None and f.low >= _STAR_FROM]
    if not stars:
        return ""
    return (
        f"On {listed(stars)} cascades are stars: nearly all hangs on the first post. That is how the platform keeps its records; "
        "who had it from whom, depth and virality cannot be told from them."
    )


def _matched(laid: Desk) -> Markup:
    """Whether untrue claims spread otherwise than true ones of equal size."""
    figures = pick(laid.shelf, "misinformation.matched")
    if not figures:
        return NOTHING
    known = [f for f in figures if f.known and f.low is not None and f.high is not None]
    if not known:
        return paragraph(
            "Whether untrue claims spread otherwise than true ones of equal size cannot be said here: that takes at least five untrue "
            "and five true claims with cascades of one size on one platform."
        )
    return join(
        [paragraph(_compared(known)), evidence_line(known, laid.codebook, small=laid.small)]
    )


def _compared(known: Sequence[Shown]) -> str:
    apart = [f for f in known if not (f.low or 0) <= 0 <= (f.high or 0)]
    numbers = listed(
        [
            f"{f.keys['shape']} {f.mid:+.2f} ({f.low:+.2f} to {f.high:+.2f})".replace("-", "−")
            for f in known
        ]
    )
    verdict = (
        f"differ in {listed([f.keys['shape'] for f in apart])}" if apart else "cannot be told apart"
    )
    return f"At equal size and on one platform, cascades of untrue and of true claims {verdict}: {numbers}, untrue less true."
