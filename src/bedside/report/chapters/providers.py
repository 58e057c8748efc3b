"""Providers side by side: a funnel, a table in the order of names, each against its own past; never a league table (R55)."""

from bedside.measure.shares import Z95
from bedside.measure.statistics.funnel import Funnel, limits_at
from bedside.report.chapters.provider_months import provider_months
from bedside.report.charts.drawing import nice_axis
from bedside.report.charts.funnel import FunnelPoint, funnel_plot
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import (
    Chapter,
    Column,
    Desk,
    evidence_line,
    figure,
    paragraph,
    share_of,
    table,
    twin,
)
from bedside.report.printing import NARROW, STAR, count, listed, share
from bedside.report.rows import star_note
from bedside.report.words import plain

__all__ = ["providers"]

_ANCHOR, _HEAD = "providers", "Providers"
_HALF, _STEPS = 0.5, 60  # steps of the drawn limits
_LEAST = 5  # from here on providers can be held against each other
_CHOSE = (
    "Reviewers chose to review: these shares are of those who did, not of all who were cared for."
)


def providers(laid: Desk) -> Chapter | None:
    """Providers; None where no provider has enough reviewers."""
    figures = pick(laid.shelf, "care.providers")
    if not figures:
        return None
    origins = list(dict.fromkeys(f.keys["origin"] for f in figures))
    body = [paragraph(_lead(laid, origins))]
    for origin in origins:
        body += [tag("h3", _ORIGINS[origin])] if len(origins) > 1 else []
        body += [_funnel(laid, origin), _table(laid, origin), provider_months(laid, origin)]
    body.append(_praise(laid))
    return Chapter(_ANCHOR, _HEAD, join([part for part in body if part]))


_ORIGINS = {"own": "Reviews written unasked", "solicited": "Reviews that were asked for", "republished": "Praise that organisations show"}  # fmt: skip


def _outside(laid: Desk, origin: str) -> list[Shown]:
    """Providers outside the limits, in the order of names."""
    held = pick(laid.shelf, "care.limits", origin=origin, valence="complaint")
    return [f for f in held if f.known and not f.method.startswith("within")]


def _lead(laid: Desk, origins: list[str]) -> str:
    """How many lie outside what chance and usual variation explain."""
    said = []
    for origin in origins:
        held = pick(laid.shelf, "care.limits", origin=origin, valence="complaint")
        many = len(pick(laid.shelf, "care.providers", origin=origin, valence="complaint"))
        what = "" if len(origins) == 1 else f" in {_ORIGINS[origin].lower()}"
        if not held:
            said.append(
                f"{many} provider{'s have' if many > 1 else ' has'} enough reviewers{what}: with fewer than {_LEAST}, or with all alike, "
                "nobody can say how much providers usually differ, so none is called different."
            )
            continue
        named = [f"{f.keys['provider']} ({f.method.split(';')[0]})" for f in _outside(laid, origin)]
        told = f": {listed(named)}" if named else ""
        said.append(
            f"Of {many} providers with enough reviewers{what}, {len(named) or _none(held)} "
            f"lie{'s' if len(named) < 2 else ''} outside the limits that 95 in 100 average providers keep{told}."
        )
    return f"{' '.join(said)} {_CHOSE} A place outside the limits is a reason to look, not a finding about care."


def _none(held: list[Shown]) -> str:
    return "none" if all(f.known for f in held) else "none that may be shown"


def _curve(centre: float, known: list[Shown]) -> list[tuple[float, float, float]]:
    """Limits over the whole width of the funnel, in per cent, from those of the largest provider shown."""
    largest = max(known, key=lambda f: f.of_accounts or 0)
    edge = largest.high if centre < _HALF else largest.low  # the one that zero or one does not clip
    wide = abs((edge if edge is not None else centre) - centre) / Z95
    between = max(0.0, wide**2 - centre * (1 - centre) / (largest.of_accounts or 1))
    sizes = [f.of_accounts or 1 for f in known]
    reach = [min(sizes) + (max(sizes) - min(sizes)) * at / _STEPS for at in range(_STEPS + 1)]
    funnel = Funnel(centre, 1.0, between)
    ends = [limits_at(funnel, max(1, round(n))) for n in reach]
    return [(n, 100 * low, 100 * high) for n, (low, high) in zip(reach, ends, strict=True)]


def _funnel(laid: Desk, origin: str) -> Markup:
    """Shares against reviewers."""
    limits = pick(laid.shelf, "care.limits", origin=origin, valence="complaint")
    known = [f for f in limits if f.known and f.of_accounts and f.hits_accounts is not None]
    if not known:
        return NOTHING
    outside = {f.id for f in _outside(laid, origin)}
    points = [
        FunnelPoint(
            f.of_accounts or 0,
            100 * (f.hits_accounts or 0) / (f.of_accounts or 1),
            f.keys["provider"] if f.id in outside else "",
        )
        for f in known
    ]
    axis = nice_axis(
        max(100 * max(f.high or 0 for f in known), *(p.share for p in points)),
        f"{NARROW}%",
        limit=100,
    )
    title = (
        f"{len(outside)} of {len(known)} providers shown lie outside the limits"
        if outside
        else f"No provider of the {len(known)} shown lies outside the limits"
    )
    return figure(
        laid,
        known,
        name=f"funnel-{origin}",
        title=title,
        sub="Per cent of reviewers that complain of anything, against the number of reviewers. Dashed: limits that "
        "95 in 100 average providers keep; line: all providers together." + star_note(limits),
        chart=funnel_plot(
            f"funnel-{origin}",
            title,
            f"{len(points)} providers as points between two limits that narrow with the number of reviewers; numbers are in the table.",
            points,
            _curve(known[0].mid, known),
            100 * known[0].mid,
            axis,
        ),
        note="One average provider in twenty lies outside by chance.",
        twins=NOTHING,
    )


def _table(laid: Desk, origin: str) -> Markup:
    """Providers in the order of names."""
    held = pick(laid.shelf, "care.providers", origin=origin, valence="complaint")
    columns = [
        Column("provider"),
        Column("reviewers", numeric=True),
        Column("complain", numeric=True),
    ]
    columns += [Column("drawn towards all", numeric=True), Column("limits", numeric=True)]
    columns += [
        Column("rank, between", numeric=True),
        Column("praise", numeric=True),
        Column("evidence"),
    ]
    rows = []
    for f in held:
        keys = {"provider": f.keys["provider"], "origin": origin}
        drawn, limits, rank = (
            one(laid.shelf, m, valence="complaint", **keys)
            for m in ("care.shrunk", "care.limits", "care.ranks")
        )
        praise = one(laid.shelf, "care.providers", valence="praise", **keys)
        rows.append([
            f.keys["provider"], count(f.of_accounts, laid.small), share_of(f), share_of(drawn) if drawn else "–",
            share(limits.low, None, None) + " – " + share(limits.high, None, None)
            if limits and limits.known and limits.low is not None and limits.high is not None else (STAR if limits else "–"),
            f"{rank.low:.0f}–{rank.high:.0f}" if rank and rank.known else (STAR if rank else "–"),
            share_of(praise) if praise else "–", tag("code", f.id),
        ])  # fmt: skip
    note = (
        "In the order of names. Rank 1: the smallest share that complains; providers whose ranks overlap are not told "
        "apart. Drawn towards all: what few reviewers say counts less."
    )
    inner = table("Providers with enough reviewers, by name", columns, rows)
    return join([
        twin(inner, len(rows), words="Providers by name"),
        paragraph(note, kind="small soft"),
        evidence_line(held, laid.codebook, small=laid.small),
    ])  # fmt: skip


def _praise(laid: Desk) -> Markup:
    """Praise by where it comes from."""
    found = [f for f in pick(laid.shelf, "care.praise_origin") if f.known]
    if len(found) < 2:
        return NOTHING
    said = [
        f"{plain(f.keys['origin'])} {share_of(f)} of {count(f.of_accounts, laid.small)} accounts"
        for f in found
    ]
    return paragraph(
        f"Praise by where it comes from: {listed(said)}. They are never added up.",
        kind="small soft",
    )
