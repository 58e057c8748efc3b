"""Case candidates: one for each account, product and episode, copies folded with the reason (R1, R7)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bedside.measure.safety.elements import (
    patient_of,
    product_element,
    reaction_element,
    reporter_of,
)
from bedside.measure.safety.gather import Mark, Post, copies_of, read_posts, telling_posts
from bedside.measure.safety.products import (
    is_everyday,
    listed_names,
    product_of,
    resolve_products,
)
from bedside.model.cases import Candidate, Said, Told
from bedside.store.stages import Ask
from bedside.understand.lexicon import known_terms
from bedside.understand.text import normal_term

__all__ = ["Scope", "assemble", "candidate_of", "find_candidates"]

HARD = ("asserted", "past", "others")  # assertions in which a reaction was had by somebody
OTHERS = "told of another person"
UNKNOWN = ""  # product of a post that names none
_NO_TIME = datetime(1, 1, 1, tzinfo=UTC)
WHY_FOLDED = {
    "exact": "the same words, by the same account",
    "near": "the same words but for a few, by the same account",
    "repost": "shares the post without words of its own",
}


class Scope(NamedTuple):
    """What a study is about: names of its products and illnesses (lower case); `named`: products of which all is kept."""

    listed: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, products: Sequence[str], conditions: Sequence[str] = (), *, named: bool = False
    ) -> "Scope":
        """Scope of a study's product list and conditions, as they were written."""
        known = known_terms("condition")
        names = {normal_term(name) for name in conditions}
        concepts = {known[name].concept.casefold() for name in names if name in known}
        listed = listed_names(resolve_products(products))
        return cls(listed, frozenset(names | concepts), listed if named else frozenset())


class _Statement(NamedTuple):
    """What one post tells of one product."""

    post: Post
    told: Told
    named: Mark | None
    rivals: bool


def find_candidates(
    ask: Ask,
    products: Sequence[str] = (),
    *,
    conditions: Sequence[str] = (),
    episode_days: int = 90,
    screen: str = "told",
) -> list[Candidate]:
    """Every candidate that the marks of a study give.

    Parameters
    ----------
    ask : Ask
        Over posts, folds and marks.
    products : sequence of str
        The study's product list, as it was written: brand, generic and misspelling are one product.
    conditions : sequence of str
        What the study is about; told as a reaction, such an illness is doubtful: it may be what the product is for.
    episode_days : int
        A longer silence opens another episode.
    screen : {"told", "named"}
        Whether every post that names a product of the study is a candidate, whatever it tells.

    Returns
    -------
    list of Candidate
        Sorted by their first post.
    """
    scope = Scope.of(products, conditions, named=screen == "named")
    keys = telling_posts(ask, scope.named)
    copies = copies_of(ask, keys)
    everything = {*keys, *(copy for found in copies.values() for copy, _ in found)}
    return assemble(
        read_posts(ask, everything),
        copies,
        scope,
        episode_days=episode_days,
    )


def assemble(
    posts: Mapping[str, Post],
    copies: Mapping[str, Sequence[tuple[str, str]]],
    scope: Scope,
    *,
    episode_days: int = 90,
) -> list[Candidate]:
    """Candidates from posts at hand; pure.

    Parameters
    ----------
    posts : mapping of post_key to Post
        Copies included.
    copies : mapping
        post_key -> [(post_key of a copy, exact | near | repost)].
    scope : Scope

    Notes
    -----
    A copy by the same account, by nobody known, or a bare repost counts with its original. A copy by another
    account is that account's own case, and both name each other: the machine never joins accounts.
    """
    folded, apart = _sort_copies(posts, copies)
    groups: dict[tuple[str, str], list[_Statement]] = {}
    for key, post in posts.items():
        if key in folded:
            continue
        for product, statement in _statements(post, scope):
            groups.setdefault((post.account_key or f"post:{key}", product), []).append(statement)
    found = [
        _candidate(product, episode, scope, folded, apart)
        for (_, product), statements in groups.items()
        for episode in _episodes(statements, episode_days)
    ]
    return sorted(found, key=lambda c: (_when(posts[c.posts[0]]), c.posts[0], c.product))


def candidate_of(posts: Sequence[Post], product: str, scope: Scope) -> Candidate:
    """A candidate of given posts and product, whatever the marks say: for a post sent by hand, and to look again.

    Parameters
    ----------
    posts : sequence of Post
        At least one.
    product : str
        Name as marks give it, or as a person wrote it; may be empty.
    """
    wanted = product_of(product)[0] if product else UNKNOWN
    statements = [
        statement
        for post in posts
        for name, statement in _statements(post, scope)
        if name == wanted or wanted == UNKNOWN
    ]
    return _candidate(wanted, statements, scope, {}, {}, posts=posts)


def _when(post: Post) -> datetime:
    return post.published_at or post.collected_at or _NO_TIME


def _sort_copies(
    posts: Mapping[str, Post], copies: Mapping[str, Sequence[tuple[str, str]]]
) -> tuple[dict[str, tuple[str, str]], dict[str, list[str]]]:
    """Copies that count with their original (copy -> original, why), and those of other accounts (both ways)."""
    folded: dict[str, tuple[str, str]] = {}
    apart: dict[str, list[str]] = {}
    for origin, found in copies.items():
        alike = [origin]
        for copy, how in found:
            if copy not in posts or origin not in posts:
                continue
            mine, theirs = posts[copy].account_key, posts[origin].account_key
            if how == "repost" or (mine is not None and mine == theirs):
                folded[copy] = (origin, WHY_FOLDED[how])
            elif mine is None and theirs is None:
                folded[copy] = (origin, "the same words, neither with an author")
            else:
                alike.append(copy)
        for key in alike:
            if len(alike) > 1:
                apart[key] = [other for other in alike if other != key]
    return folded, apart


def _statements(post: Post, scope: Scope) -> Iterator[tuple[str, _Statement]]:
    """What a post tells, product by product."""
    drugs = [m for m in post.marks if m.layer == "mention" and m.slot == "drug"]
    options = [m for m in post.marks if m.layer == "treatment" and m.slot == "option"]
    names = {_name(m) for m in (*drugs, *options)} & ({_name(m) for m in drugs} | scope.listed)
    told_of = set()
    for pair in _pairs(post):
        drug, reaction = pair
        product = _name(drug)
        told_of.add(product)
        told = Told(
            kind="reaction",
            concept=reaction.concept,
            concept_id=reaction.concept_id,
            past=reaction.assertion == "past",
            doubt=_doubt(reaction, scope),
            said=_spans(post, reaction),
        )
        rivals = len(names | {product}) > 1 and not _nearest(drug, reaction, drugs)
        yield product, _Statement(post, told, drug, rivals)
    for mark in post.marks:
        if mark.layer == "special_situation" and mark.assertion in HARD[:2] and mark.code:
            drug_mark, rivals = _meant(mark, drugs or options)
            told = Told(kind="special", code=mark.code, said=_spans(post, mark))
            product = _name(drug_mark) if drug_mark else UNKNOWN
            told_of.add(product)
            yield product, _Statement(post, told, drug_mark, rivals)
    yield from _only_named(post, drugs, scope, told_of)


def _only_named(
    post: Post, drugs: Sequence[Mark], scope: Scope, told_of: set[str]
) -> Iterator[tuple[str, _Statement]]:
    """Products of the study that a post names without telling of harm: kept where the screen keeps all."""
    seen = set(told_of)
    for mark in drugs:
        product = _name(mark)
        if product in scope.named and product not in seen:
            seen.add(product)
            told = Told(kind="named", concept=product, said=_spans(post, mark))
            yield product, _Statement(post, told, mark, False)


def _doubt(reaction: Mark, scope: Scope) -> str:
    if reaction.assertion == "others":
        return OTHERS
    if reaction.concept.casefold() in scope.conditions:
        return "an illness that the study is about: a reaction, or what the product is taken for?"
    return ""


def _pairs(post: Post) -> Iterator[tuple[Mark, Mark]]:
    """Drug and reaction of each statement in which somebody had it."""
    groups: dict[int | None, dict[str, Mark]] = {}
    for mark in post.marks:
        if mark.layer == "harm" and mark.slot in ("drug", "reaction"):
            groups.setdefault(mark.group, {})[mark.slot] = mark
    for parts in groups.values():
        if len(parts) == 2 and parts["reaction"].assertion in HARD:
            yield parts["drug"], parts["reaction"]


def _name(mark: Mark) -> str:
    return mark.concept if mark.concept_id else product_of(mark.concept)[0]


def _spans(post: Post, mark: Mark) -> tuple[Said, ...]:
    return tuple(
        Said(post_key=post.post_key, part=part, start=start, end=end)
        for part, start, end in mark.spans[:3]
    )


def _gap(one: Mark, other: Mark) -> int:
    """Characters between two marks; far apart where they stand in different parts."""
    gaps = [
        max(0, a[1] - b[2], b[1] - a[2])
        for a in one.spans[:1]
        for b in other.spans[:1]
        if a[0] == b[0]
    ]
    return min(gaps, default=1_000_000)


def _nearest(drug: Mark, reaction: Mark, drugs: Sequence[Mark]) -> bool:
    """Whether no other product stands nearer to the reaction than the one it is laid to, or nearly as near."""
    mine = _gap(drug, reaction)
    others = [_gap(d, reaction) for d in drugs if _name(d) != _name(drug)]
    return mine <= 60 and all(gap > 2 * mine + 10 for gap in others)


def _meant(mark: Mark, drugs: Sequence[Mark]) -> tuple[Mark | None, bool]:
    """The product that a special situation is about: the only one, or the nearest, which is then doubtful."""
    if not drugs:
        return None, False
    near = min(drugs, key=lambda d: _gap(d, mark))
    return near, len({_name(d) for d in drugs}) > 1


def _episodes(statements: Sequence[_Statement], days: int) -> Iterator[list[_Statement]]:
    """Statements parted where an account was silent for longer; undated ones join the first."""
    ordered = sorted(statements, key=lambda s: (_when(s.post), s.post.post_key))
    current: list[_Statement] = []
    last: datetime | None = None
    for statement in ordered:
        at = statement.post.published_at
        if current and last and at and at - last > timedelta(days=days):
            yield current
            current = []
        current.append(statement)
        last = at or last
    if current:
        yield current


def _serious(posts: Iterable[Post]) -> Iterator[Told]:
    for post in posts:
        for mark in post.marks:
            if mark.layer == "seriousness" and mark.assertion in HARD and mark.code:
                doubt = OTHERS if mark.assertion == "others" else ""
                yield Told(kind="serious", code=mark.code, said=_spans(post, mark), doubt=doubt)


def _candidate(
    product: str,
    statements: Sequence[_Statement],
    scope: Scope,
    folded: Mapping[str, tuple[str, str]],
    apart: Mapping[str, Sequence[str]],
    posts: Sequence[Post] = (),
) -> Candidate:
    own = {p.post_key: p for p in (*(s.post for s in statements), *posts)}
    ordered = sorted(own.values(), key=lambda p: (_when(p), p.post_key))
    told = tuple(s.told for s in statements) + tuple(_serious(ordered))
    named = [(s.post, s.named) for s in statements if s.named is not None]
    if not named and product:
        named = [
            (p, m) for p in ordered for m in p.marks if m.layer == "mention" and _name(m) == product
        ]
    others = bool(statements) and all(s.told.doubt == OTHERS for s in statements)
    drugs = {
        _name(m) for p in ordered for m in p.marks if m.layer == "mention" and m.slot == "drug"
    }
    rivals = bool(statements) and all(s.rivals for s in statements)
    written = _as_written(named, product)
    return Candidate(
        account_key=ordered[0].account_key,
        product=product,
        product_id=next((m.concept_id for _, m in named if m.concept_id), ""),
        listed=product in scope.listed,
        posts=tuple(p.post_key for p in ordered),
        folded=tuple((c, why) for c, (o, why) in sorted(folded.items()) if o in own),
        same_text=tuple(sorted({c for key in own for c in apart.get(key, ())})),
        elements=(
            reporter_of(ordered),
            patient_of(ordered, others),
            product_element(named, written, rivals),
            reaction_element(told, ordered),
        ),
        told=told,
        also_named=tuple(sorted(drugs - {product})),
    )


def _as_written(named: Sequence[tuple[Post, Mark]], product: str) -> str:
    """The product's name as the posts write it where that is an everyday word each time, else its concept."""
    words = {
        post.parts.get(part, "")[start:end]
        for post, mark in named
        for part, start, end in mark.spans[:1]
    }
    everyday = [word for word in sorted(words) if is_everyday(word)]
    return everyday[0] if words and len(everyday) == len(words) else product
