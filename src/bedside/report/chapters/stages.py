"""What marks each stage: what is told there more than elsewhere, what weighs, and where accounts go next."""

from collections.abc import Sequence

from bedside.report.charts.heat import CodeRow, heat_table, shade_key
from bedside.report.figures import Shown, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import Column, Desk, figure, table, twin
from bedside.report.printing import STAR, count, sentence_case, span
from bedside.report.rows import cell_of, checked, column_head, share_table, stage_chart
from bedside.report.sentences import leaders
from bedside.report.words import COMPLAINTS, GROUP_PHRASES, GROUPS, NAMED, PRAISES, TOLD, plain

__all__ = ["brief", "burdens", "distinctive", "paths", "ratio_of", "thing"]


def thing(layer: str, code: str) -> str:
    """Something told, in words.

    Examples
    --------
    >>> thing("care", "waiting:complaint"), thing("mention", "pain"), thing("do", "prepared")
    ('complaint of waiting', 'pain', 'preparing for a visit')
    """
    aspect, _, valence = code.partition(":")
    if valence == "complaint":
        return f"complaint of {COMPLAINTS.get(aspect, plain(aspect))}"
    if valence == "praise":
        return f"praise of {PRAISES.get(aspect, COMPLAINTS.get(aspect, plain(aspect)))}"
    if layer == "search_worry":
        return "worry raised by searching"
    if layer == "info_source":
        return NAMED.get(code, plain(code))
    return TOLD.get(code, plain(code))


def brief(layer: str, code: str) -> str:
    """The same where there is little room.

    Examples
    --------
    >>> brief("care", "waiting:complaint"), brief("search_worry", "yes"), brief("feel", "hope")
    ('waiting, complaint', 'worry from searching', 'hope')
    """
    if layer == "search_worry":
        return "worry from searching"
    return plain(code.replace(":", ", "))


def ratio_of(figure: Shown) -> str:
    """A ratio with its interval as it is printed, such as `3.5 times (2.5–4.9)`.

    Examples
    --------
    >>> two = Shown(id="", measure="", keys={}, unit="", estimate=1.52, low=1.12, high=2.06)
    >>> ratio_of(two).replace(chr(0x2060), "")
    '1.5 times (1.1–2.1)'
    >>> low = Shown(id="", measure="", keys={}, unit="", estimate=0.034, low=0.011, high=0.08)
    >>> ratio_of(low).replace(chr(0x2060), "")
    '0.03 times (0.01–0.08)'
    """
    if not figure.known:
        return STAR
    digits = 0 if figure.mid >= 10 else 1 if figure.mid >= 1 else 2
    return f"{figure.mid:.{digits}f} times {span(figure.low, figure.high, digits)}".rstrip()


def _by_group(figures: Sequence[Shown]) -> dict[str, list[Shown]]:
    held: dict[str, list[Shown]] = {group: [] for group in GROUPS}
    for f in figures:
        held.setdefault(f.keys.get("group", ""), []).append(f)
    return {group: found for group, found in held.items() if found}


def _grave(figure: Shown) -> bool:
    """Whether it tells of suicide or self-harm: such a ratio stands in the table, never alone in a headline."""
    return any(
        word in figure.keys.get("code", "").lower() for word in ("suicid", "self-harm", "self harm")
    )


def distinctive(laid: Desk) -> Markup:
    """What is told at each stage more than at the others, as a table that opens."""
    figures = [f for f in pick(laid.shelf, "journey.distinctive") if f.known]
    if not figures:
        return NOTHING
    groups = _by_group(figures)
    told = [f for f in figures if not _grave(f)] or figures
    top = max(told, key=lambda f: f.low or 0)
    where = GROUP_PHRASES.get(top.keys.get("group", ""), plain(top.keys.get("group", "")))
    title = f"Told more {where} than at other stages: {_named(top)} the odds"
    rows = [
        [sentence_case(plain(group)), sentence_case("; ".join(_named(f) for f in held[:5]))]
        for group, held in groups.items()
    ]
    short = table(
        "Told more at the stage than at the others, with odds ratio and 95 % interval; clearest first",
        [Column("stage"), Column("told more here than elsewhere")],
        rows,
        "stack",
    )
    columns = [Column("stage"), Column("what"), Column("layer"), Column("accounts", numeric=True)]
    columns += [Column("of", numeric=True), Column("odds ratio", numeric=True), Column("evidence")]
    every = [
        [
            plain(f.keys.get("group", "")),
            thing(f.keys.get("layer", ""), f.keys.get("code", "")),
            plain(f.keys.get("layer", "")),
            count(f.hits_accounts),
            count(f.of_accounts),
            ratio_of(f),
            tag("code", f.id),
        ]
        for f in figures
    ]
    return figure(
        laid,
        figures,
        name="distinctive",
        title=title,
        sub="Odds that what an account tells at the stage is this, over the odds at all other stages. Only differences that "
        "hold when all comparisons are counted (false discoveries under 5 %).",
        chart=short,
        twins=twin(
            table("Every distinctive thing", columns, every), len(every), words="All of them"
        ),
        note="Chosen because they stand out, so each looks a little larger than it is.",
    )


def _named(figure: Shown) -> str:
    return f"{thing(figure.keys.get('layer', ''), figure.keys.get('code', ''))}, {ratio_of(figure)}"


def burdens(laid: Desk) -> Markup:
    """Daily struggles, progression, unmet needs and turning points by stage."""
    figures = pick(laid.shelf, "journey.burdens")
    if not any(f.known and f.mid for f in figures):
        return NOTHING
    whole = [f for f in figures if f.keys.get("group") == "all"]
    first = leaders(whole)
    title = "What weighs on people, stage by stage"
    if len(first) == 1:
        title = f"Of what weighs, most accounts tell of {_burden(first[0])}"
    codes = list(dict.fromkeys(f.keys.get("code", "") for f in figures))
    return figure(
        laid,
        figures,
        name="burdens",
        title=title,
        sub="Accounts whose post with a moment at the stage tells it, per cent of accounts with such a post; all: of all "
        "accounts.",
        chart=stage_chart(laid, figures, title=title, across="what is told", codes=codes),
        twins=twin(
            share_table("What weighs by stage", "code", figures, more=["group"]), len(figures)
        ),
    )


def _burden(figure: Shown) -> str:
    return {
        "daily_struggle": "daily life being hindered",
        "disease_progression": "the illness getting worse or better over time",
        "unmet_need": "a need that nobody meets",
        "turning_point": "an act after which things changed",
    }.get(figure.keys.get("code", ""), plain(figure.keys.get("code", "")))


def paths(laid: Desk) -> Markup:
    """From stage to stage, as a shaded table: rows are where accounts were, columns where they went next."""
    figures = pick(laid.shelf, "journey.paths")
    if not any(f.known and f.mid for f in figures):
        return NOTHING
    at = {(f.keys.get("step_from"), f.keys.get("step_to")): f for f in figures}
    groups = [g for g in GROUPS if any(f.keys.get("step_from") == g for f in figures)]
    rows = [
        CodeRow(
            _from(laid, figures, g),
            [cell_of(at.get((g, to)) if to != g else None) for to in groups],
        )
        for g in groups
    ]
    said = [
        s
        for g in groups
        if (s := _next(laid, [f for f in figures if f.keys.get("step_from") == g]))
    ]
    title = said[0] if said else "Where accounts go from each stage"
    judged = any(checked(f) and f.known for f in figures)
    return figure(
        laid,
        figures,
        name="paths",
        title=title,
        sub="Accounts whose next told moment of another stage lies there, per cent of accounts that go on from the stage, in "
        "order of publication. An account may go more than one way.",
        chart=join(
            [
                shade_key("% of accounts that go on", judged=judged),
                heat_table(title, "from", [(f"to {plain(g)}", "") for g in groups], [("", rows)]),
            ]
        ),
        twins=twin(
            share_table("From stage to stage", "step_from", figures, more=["step_to"]), len(figures)
        ),
        note="Only accounts with moments at two stages or more are here; what they did not post is not seen.",
    )


def _from(laid: Desk, figures: Sequence[Shown], group: str) -> str:
    of = [f.of_accounts for f in figures if f.keys.get("step_from") == group]
    return f"{plain(group)} ({column_head(group, of, laid.small)[1]})"


def _next(laid: Desk, figures: Sequence[Shown]) -> str:
    """Where most go from a stage, where that can be told; empty elsewhere."""
    first = leaders(figures)
    if len(first) != 1 or len([f for f in figures if f.known]) < 2:
        return ""
    there = first[0]
    return f"From “{plain(there.keys.get('step_from', ''))}” more accounts go on to “{plain(there.keys.get('step_to', ''))}” than to any other stage"
