"""Others like me: the communities, who answers whom, and what becomes of pleas."""

from collections.abc import Sequence

from bedside.report.chapters.comfort import (
    anybody_answers,
    helped,
    helpers,
    pleas,
    staying,
    support,
)
from bedside.report.charts.network import Link, Node, network_chart
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import Chapter, Column, Desk, figure, share_of, table, twin
from bedside.report.printing import STAR, count, sentence_case, share
from bedside.report.rows import sized

__all__ = ["community"]

_SMALLER, _OTHERS = "smaller", "others"
_MOST_DRAWN = 40
_HYPHEN = "\u2011"  # does not break a month


def community(laid: Desk) -> Chapter | None:
    """Others like me; None where nobody answers anybody."""
    parts = [
        pleas(laid),
        support(laid),
        _network(laid),
        _conditions(laid),
        helpers(laid),
        staying(laid),
        helped(laid),
    ]
    told = [part for part in parts if part]
    return Chapter("community", "Others like me", join(told)) if told else None


def _key(figure: Shown) -> str:
    return figure.keys.get("community", "")


def _network(laid: Desk) -> Markup:
    """Communities as numbered circles with the lines between them, and the same as a table."""
    sizes = pick(laid.shelf, "community.size")
    own = [f for f in sized(sizes) if _key(f) not in (_SMALLER, _OTHERS)]
    known = [f for f in own if f.known][:_MOST_DRAWN]
    if not known:
        return NOTHING
    title = _title(known)
    at = {_key(f): number for number, f in enumerate(known)}
    return figure(
        laid,
        sizes,
        name="communities",
        title=title,
        sub="Each circle is a community found in who is tied to whom; its area is its accounts. A line is drawn where at least "
        "8 accounts of one community answer or name the other; 20 or more make it wider, and 50 again.",
        chart=network_chart(
            "communities",
            title,
            f"{len(known)} circles, numbered as in the table, with lines between communities that are tied.",
            [Node(f.keys.get("name", ""), f.hits_accounts or 0) for f in known],
            _links(laid, at),
        ),
        twins=twin(
            join([_table(laid, known), _ties_table(laid, known), _structure(laid, known)]),
            len(known),
            words="The same as tables",
        ),
        note=_note(laid, sizes),
    )


def _title(known: Sequence[Shown]) -> str:
    largest = known[0]
    whole = (
        f"{len(known)} communities of 8 accounts or more"
        if len(known) > 1
        else "One community of 8 accounts or more"
    )
    return (
        f"{whole}; the largest, named {largest.keys.get('name', '')}, holds {share(largest.mid, None, None)} of "
        f"{count(largest.of_accounts)} accounts that are tied to somebody"
    )


def _links(laid: Desk, at: dict[str, int]) -> list[Link]:
    """One line for each pair: as wide as the stronger of its two directions."""
    found: dict[tuple[int, int], int] = {}
    for f in pick(laid.shelf, "community.ties"):
        one_end, other = at.get(f.keys.get("answers", "")), at.get(f.keys.get("answered", ""))
        if one_end is None or other is None or one_end == other or not f.known:
            continue
        pair = (min(one_end, other), max(one_end, other))
        found[pair] = max(found.get(pair, 0), f.hits_accounts or 0)
    return [Link(*pair, weight) for pair, weight in sorted(found.items())]


def _note(laid: Desk, sizes: Sequence[Shown]) -> str:
    """What is not drawn, and how far groups may be trusted."""
    rest = {_key(f): f for f in sizes}
    told = [
        "Two accounts are tied where one answers the other, or names it where the source says whom. A name is the condition and the words that set a community apart, each told by at least 8 of its accounts; no circle is a place, and communities blur into each other."
    ]
    smaller = rest.get(_SMALLER)
    if smaller is not None and smaller.known and smaller.hits_accounts:
        told.append(f"{count(smaller.hits_accounts)} accounts are in smaller groups.")
    carried = one(laid.shelf, "community.structure", community="all", number="carried")
    if carried is not None and carried.known:
        told.append(
            f"Accounts tied to two or more accounts of other communities carry {share(carried.mid, None, None)} of the shortest ways "
            "between others."
        )
    others = rest.get(_OTHERS)
    if others is not None and others.known and others.hits_accounts:
        told.append(f"{count(others.hits_accounts)} are in communities that are not drawn.")
    return " ".join(told)


def _table(laid: Desk, known: Sequence[Shown]) -> Markup:
    """The communities by their numbers, and how each is changing."""
    columns = [Column("no. and name")]
    columns += [Column(head, numeric=True) for head in ("accounts", "posts", "share")]
    columns += [Column("since"), Column("evidence")]
    rows = [
        [
            f"{number} {f.keys.get('name', '')}",
            count(f.hits_accounts),
            count(f.hits_posts),
            share_of(f),
            _since(one(laid.shelf, "community.since", community=_key(f))),
            tag("code", f.id),
        ]
        for number, f in enumerate(known, 1)
    ]
    caption = "Communities, largest first. Since: the month in which the eighth account first wrote"
    return join([table(caption, columns, rows), _changes(laid, known)])


def _since(figure: Shown | None) -> str:
    return (
        "–"
        if figure is None or not figure.known
        else figure.keys.get("month", "").replace("-", _HYPHEN)
    )


def _changes(laid: Desk, known: Sequence[Shown]) -> Markup:
    heads = ("half year before", "last half year", "newcomers", "stand between")
    columns = [Column("no."), *(Column(head, numeric=True) for head in heads)]
    rows = []
    for number, f in enumerate(known, 1):
        halves = [
            one(laid.shelf, "community.active", community=_key(f), half=half)
            for half in ("before", "last")
        ]
        rows.append(
            [
                str(number),
                *(count(h.hits_accounts) if h is not None and h.known else STAR for h in halves),
                *(
                    _share(one(laid.shelf, measure, community=_key(f)))
                    for measure in ("community.joined", "community.bridges")
                ),
            ]
        )
    caption = (
        "Accounts that wrote in each half year; newcomers among those of the last; and accounts tied to two or more accounts of "
        "other communities. Evidence ids are in the CSV of all figures"
    )
    return table(caption, columns, rows)


def _share(figure: Shown | None) -> str:
    return "–" if figure is None else share_of(figure)


def _ties_table(laid: Desk, known: Sequence[Shown]) -> Markup:
    number = {_key(f): n for n, f in enumerate(known, 1)}
    ties = [
        f
        for f in pick(laid.shelf, "community.ties")
        if f.known
        and f.keys.get("answers") != f.keys.get("answered")
        and f.keys.get("answers") in number
    ]
    if not ties:
        return NOTHING
    columns = [Column("who answers"), Column("whom"), Column("accounts", numeric=True)]
    columns += [Column("of", numeric=True), Column("share", numeric=True), Column("evidence")]
    rows = [
        [
            str(number[f.keys["answers"]]),
            str(number.get(f.keys["answered"], "–")),
            count(f.hits_accounts),
            count(f.of_accounts),
            share_of(f),
            tag("code", f.id),
        ]
        for f in ties
    ]
    return table(
        "Lines of the drawing, by the numbers above; of accounts that answer anybody", columns, rows
    )


_KNIT = ("density", "clustering", "transitivity", "closedness")
_WHOLE = {
    "modularity": "modularity",
    "assortativity": "assortativity of degrees",
    "steps": "mean steps between two accounts",
    "longest": "most steps",
}


def _structure(laid: Desk, known: Sequence[Shown]) -> Markup:
    """How closely each community is knit, and all of them together."""
    whole = [f for f in pick(laid.shelf, "community.structure", community="all") if f.known]
    if not whole:
        return NOTHING
    columns = [Column("no."), *(Column(head, numeric=True) for head in _KNIT), Column("evidence")]
    rows = []
    for number, key in [("all", "all"), *((str(n), _key(f)) for n, f in enumerate(known, 1))]:
        cells = [one(laid.shelf, "community.structure", community=key, number=n) for n in _KNIT]
        ids = [f.id for f in cells if f is not None]
        rows.append([number, *map(_number, cells), tag("code", ids[0]) if ids else "–"])
    told = [
        f"{words} {f.mid:.{0 if number == 'longest' else 2}f}".replace("-", "−")
        for number, words in _WHOLE.items()
        for f in whole
        if f.keys.get("number") == number
    ]
    caption = (
        "How closely each community is knit: pairs that are tied, of all pairs; how often two accounts tied to a third are tied to each "
        "other, as a mean over accounts and over all such pairs; and ties to other communities less ties within, of all (E-I index; "
        f"−1: all within). Of all together: {', '.join(told)}. Counted from the answers that were collected: what was not collected "
        "makes a community look looser than it is"
    )
    return table(caption, columns, rows)


def _number(figure: Shown | None) -> str:
    return "–" if figure is None or not figure.known else f"{figure.mid:.2f}".replace("-", "−")


def _conditions(laid: Desk) -> Markup:
    """Whether people with one condition find each other, rare ones too."""
    figures = pick(laid.shelf, "community.conditions")
    if not figures or not anybody_answers(laid):
        return NOTHING
    columns = [Column("condition"), Column("accounts that tell it", numeric=True)]
    columns += [
        Column("tied to another", numeric=True),
        Column("share", numeric=True),
        Column("evidence"),
    ]
    ranked = sorted(figures, key=lambda f: (-(f.of_accounts or 0), f.keys.get("condition", "")))
    rows = [
        [
            sentence_case(f.keys.get("condition", "")),
            count(f.of_accounts),
            count(f.hits_accounts),
            share_of(f),
            tag("code", f.id),
        ]
        for f in ranked
    ]
    caption = "Accounts that tell a condition as their own or of someone cared for, and those of them who answer another such account or are answered by one. A star stands for fewer than 8"
    return join(
        [
            tag("h3", "Do people with one condition find each other"),
            twin(
                table(caption, columns, rows), len(rows), words=f"{len(rows)} conditions as a table"
            )
            if len(rows) > 12
            else table(caption, columns, rows, "stack"),
        ]
    )
