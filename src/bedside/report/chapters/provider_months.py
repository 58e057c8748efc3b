"""Each provider against its own past: monthly shares that complain, with their natural limits (XmR), by name (R55)."""

from collections.abc import Mapping, Sequence

from bedside.report.charts.control import ControlPanel, control_panels
from bedside.report.charts.drawing import nice_axis
from bedside.report.controlled import SIGNALS, Controlled, control, missing_months, months_title
from bedside.report.figures import Shown, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import Column, Desk, figure, paragraph, share_of, table, twin
from bedside.report.printing import NARROW, count, listed, share

__all__ = ["provider_months"]


def provider_months(laid: Desk, origin: str) -> Markup:
    """Control charts of the providers with a year of months and more; what is not drawn is said."""
    figures = pick(laid.shelf, "care.provider_months", origin=origin, valence="complaint")
    if not figures:
        return NOTHING
    by_name: dict[str, list[Shown]] = {}
    for f in figures:
        by_name.setdefault(f.keys["provider"], []).append(f)
    held = {name: one for name in sorted(by_name) if (one := control(by_name[name])) is not None}
    rest = _rest(len(by_name) - len(held))
    if not held:
        return paragraph(rest, kind="small soft")
    return _figure(laid, origin, held, rest)


def _rest(many: int) -> str:
    """What is said of providers whose months may not be drawn."""
    if not many:
        return ""
    whose = "One provider has" if many == 1 else f"{many} providers have"
    return (
        f"{whose} a year of months with enough reviewers, but too many months with too few complaints to be shown: "
        "a chart of the others would lie too high."
    )


def _figure(laid: Desk, origin: str, held: Mapping[str, Controlled], rest: str) -> Markup:
    name, title = f"provider-months-{origin}", _title(held)
    shown = [f for one in held.values() for f in one.figures]
    panels = [
        ControlPanel(who, one.points, (one.limits.low, one.limits.mean, one.limits.high))
        for who, one in held.items()
    ]
    axis = nice_axis(max(one.highest for one in held.values()), f"{NARROW}%", limit=100)
    missing = missing_months(sum(one.hidden for one in held.values()))
    return figure(
        laid,
        shown,
        name=name,
        title=title,
        sub="Per cent of the provider's reviewers in the month that complain of anything, with its own mean and natural "
        "limits (dashed). In the order of names, all on one scale.",
        chart=control_panels(
            name,
            title,
            f"{len(panels)} providers, each a line of monthly shares between its own limits; numbers are in the table.",
            panels,
            axis,
        ),
        note="Filled: outside the limits, seven in a row on one side or rising, or two of three near a limit. Each provider "
        f"is held against its own past, never against another. {missing}Months with few reviewers swing more, and over many "
        f"providers and months some signal by chance: a signal says that something differs, not what. {rest}".strip(),
        twins=_twins(held),
    )  # fmt: skip


def _title(held: Mapping[str, Controlled]) -> str:
    """How many providers have a month that differs from their own usual share."""
    out = [name for name, one in held.items() if one.out]
    if len(held) == 1:
        ((who, one),) = held.items()
        usual = share(one.limits.mean / 100, None, None)
        told = months_title(len(one.out), len(one.figures), usual)
        return f"{who}: {told[0].lower()}{told[1:]}"
    if not out:
        return f"No month of these {len(held)} providers differs from their own usual share that complains by more than months do"
    named = f": {listed(out)}" if len(out) <= 3 else ""
    some = "has" if len(out) == 1 else "have"
    return f"{len(out)} of {len(held)} providers {some} months that differ from their own usual share that complains{named}"


def _twins(held: Mapping[str, Controlled]) -> Markup:
    """The limits of each provider, and its months."""
    columns = [Column("provider"), Column("months", numeric=True), Column("mean", numeric=True)]
    columns += [Column("natural limits", numeric=True), Column("months that signal")]
    limits = [
        [who, count(len(one.figures)), _whole(one.limits.mean), f"{_whole(one.limits.low)} – {_whole(one.limits.high)}", listed(one.out) if one.out else "none"]
        for who, one in held.items()
    ]  # fmt: skip
    heads = [Column("provider"), Column("month"), Column("reviewers", numeric=True)]
    heads += [Column("complain", numeric=True), Column("signal"), Column("evidence")]
    return join([
        twin(table("Mean and natural limits of each provider", columns, limits), len(limits), words="Limits by provider"),
        twin(table("Reviewers that complain, by provider and month", heads, rows := _rows(held)), len(rows)),
    ])  # fmt: skip


def _whole(per_cent: float) -> str:
    """A per cent as it is printed, within what is possible."""
    return share(min(max(per_cent, 0.0), 100.0) / 100, None, None)


def _rows(held: Mapping[str, Controlled]) -> Sequence[Sequence[str]]:
    return [
        [who, f.keys["month"], count(f.of_accounts), share_of(f), SIGNALS.get(signal, "–"), tag("code", f.id)]
        for who, one in held.items()
        for f, signal in zip(one.figures, one.told, strict=True)
    ]  # fmt: skip
