"""Think, feel, do: the journey map, and what stands out at each stage."""

from collections.abc import Sequence

from bedside.report.chapters.stages import burdens, distinctive, paths
from bedside.report.charts.heat import CodeRow, heat_table, shade_key
from bedside.report.comparing import Comparison, Finding, compare
from bedside.report.figures import Shown, pick
from bedside.report.markup import Markup, join
from bedside.report.page import Chapter, Column, Desk, figure, share_of, table, twin
from bedside.report.printing import listed, sentence_case
from bedside.report.rows import cell_of, checked, column_head, share_table
from bedside.report.sentences import leaders
from bedside.report.words import CODES, GROUP_PHRASES, GROUPS, LAYERS, TOLD, plain

__all__ = ["journey", "journey_finding"]

_ANCHOR, _HEAD = "journey", "Think, feel, do"
_FOR_PAGE_ONE = ("diagnosis", "searching", "treatment", "living_with", "before", "end")
_MOST_NAMED = 3


def _told(figure: Shown) -> str:
    """A code as it stands after "tell"."""
    code = figure.keys.get("code", "")
    return TOLD.get(code, plain(code))


def journey_finding(laid: Desk) -> Finding | None:
    """The feeling told most at the first stage, diagnosis before others, where one may be shown."""
    for group in _FOR_PAGE_ONE:
        where = GROUP_PHRASES[group]
        how = Comparison(
            sentence_case(where),
            f"tell a moment {where}",
            "tell",
            _told,
            "any other feeling",
            _ANCHOR,
            _HEAD,
            f"Of what you felt {where} you told most often of",
        )
        found = compare(
            pick(laid.shelf, "journey.map", group=group, layer="feel"), how, small=laid.small
        )
        if found:
            lead = f"{how.topic}, {found.lead[:1].lower()}{found.lead[1:]}"
            return found._replace(lead=lead)
    return None


def journey(laid: Desk) -> Chapter | None:
    """Think, feel, do; None without figures."""
    figures = pick(laid.shelf, "journey.map")
    if not figures:
        return None
    parts = [
        _map(laid, figures),
        _standing_out(figures),
        distinctive(laid),
        burdens(laid),
        paths(laid),
    ]
    return Chapter(_ANCHOR, _HEAD, join(parts))


def _groups(figures: Sequence[Shown]) -> list[str]:
    """Stage groups in the order of the journey; groups that are not known to us come last."""
    found = list(dict.fromkeys(f.keys.get("group", "") for f in figures))
    return [*(g for g in GROUPS if g in found), *(g for g in found if g not in GROUPS)]


def _layers(figures: Sequence[Shown]) -> dict[str, list[str]]:
    """Layers with their codes, in the order of the codebook."""
    found: dict[str, list[str]] = {layer: [] for layer in LAYERS}
    for f in figures:
        codes = found.setdefault(f.keys.get("layer", ""), [])
        if f.keys.get("code", "") not in codes:
            codes.append(f.keys.get("code", ""))
    order = {code: at for at, code in enumerate(CODES)}
    return {
        k: sorted(v, key=lambda code: order.get(code, len(order))) for k, v in found.items() if v
    }


def _map(laid: Desk, figures: Sequence[Shown]) -> Markup:
    """The map as a table, its twin with intervals, and the long list with evidence ids."""
    groups, finding = _groups(figures), journey_finding(laid)
    title = finding.lead if finding else "No feeling may be shown"
    at = {(f.keys.get("group"), f.keys.get("layer"), f.keys.get("code")): f for f in figures}
    blocks = [
        (
            layer,
            [
                CodeRow(plain(code), [cell_of(at.get((g, layer, code))) for g in groups])
                for code in codes
            ],
        )
        for layer, codes in _layers(figures).items()
    ]
    heads = [_head(laid, group) for group in groups]
    judged = any(checked(f) and f.known for f in figures)
    chart = join(
        [
            shade_key("% of accounts at the stage", judged=judged),
            heat_table(title, "code", heads, blocks),
        ]
    )
    twins = [
        twin(_intervals(groups, figures, at), 0, words="The same with intervals"),
        twin(
            share_table("Every cell", "code", figures, more=["layer", "group"]),
            len(figures),
            words="Every cell with its counts and evidence id",
        ),
    ]
    return figure(
        laid,
        figures,
        name="map",
        title=title,
        sub="Accounts with both in one moment, per cent of accounts with a moment at the stage. "
        "n: accounts with such a moment.",
        chart=chart,
        twins=join(twins),
        kind="long",
    )


def _head(laid: Desk, group: str) -> tuple[str, str]:
    """Head of a column; where every cell is hidden its n is that of the stage."""
    cells = [f.of_accounts for f in pick(laid.shelf, "journey.map", group=group)]
    stages = [f.hits_accounts for f in pick(laid.shelf, "journey.stages", group=group)]
    return column_head(group, cells if any(n is not None for n in cells) else stages, laid.small)


def _intervals(
    groups: Sequence[str],
    figures: Sequence[Shown],
    at: dict[tuple[str | None, str | None, str | None], Shown],
) -> Markup:
    """The map's twin: share and interval in each cell."""
    rows = []
    for layer, codes in _layers(figures).items():
        for code in codes:
            cells = [at.get((g, layer, code)) for g in groups]
            rows.append([plain(code), *(share_of(f) if f else "–" for f in cells)])
    columns = [Column("code"), *(Column(plain(g), numeric=True) for g in groups)]
    return table("Per cent of accounts at the stage, with 95 % interval", columns, rows)


def _standing_out(figures: Sequence[Shown]) -> Markup:
    """Which thought, feeling and act leads at each stage, where that can be told."""
    layers, rows = list(_layers(figures)), []
    for group in _groups(figures):
        here = [f for f in figures if f.keys.get("group") == group]
        rows.append(
            [
                plain(group),
                *(_leading([f for f in here if f.keys.get("layer") == layer]) for layer in layers),
            ]
        )
    columns = [Column("stage"), *(Column(layer) for layer in layers)]
    caption = (
        "What most accounts tell at each stage; names that stand together cannot be told apart"
    )
    return table(caption, columns, rows, "stack")


def _leading(figures: Sequence[Shown]) -> str:
    """The leader, or those that cannot be told apart from it."""
    first = leaders(figures)
    if not first:
        return "none may be shown" if any(f.suppressed for f in figures) else "none told"
    if len(first) > _MOST_NAMED:
        return "no one thing stands out"
    names = listed([plain(f.keys.get("code", "")) for f in first])
    return f"{names}, {share_of(first[0])}" if len(first) == 1 else names
