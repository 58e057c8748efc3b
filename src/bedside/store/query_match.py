"""Turn the tree of a query into one fast test of a post."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from bedside.store.folding import BREAK, fold, fold_value
from bedside.store.query_tree import And, Near, Node, Not, Or, Term, Value

__all__ = ["Folded", "compile_tree", "variants"]

_HASHTAG = re.compile(r"#(\w+)")
_COMMUNITY = re.compile(r"^/?[rc]/")


class Folded:
    """One post made ready for matching; the set of its words is made when first asked for."""

    __slots__ = ("_words", "body", "fields", "raw", "text", "title")

    def __init__(self, title: str, bodies: Iterable[str], fields: Mapping[str, Any]) -> None:
        self.raw = (title, *bodies)
        self.title = fold(title) if title else " "
        self.body = BREAK.join(map(fold, self.raw[1:]))
        self.text = f"{self.title}{BREAK}{self.body}" if title else self.body
        self.fields = fields
        self._words: frozenset[str] | None = None

    @property
    def words(self) -> frozenset[str]:
        """All words of the post."""
        if self._words is None:
            self._words = frozenset(self.text.split())
        return self._words


Test = Callable[[Folded], bool]


def variants(word: str) -> frozenset[str]:
    """Spellings of one word: a possessive is the word itself, and its apostrophe may be missing."""
    if word.endswith("'s"):
        return frozenset((word, word[:-2] + "s"))
    if word.endswith("s"):
        return frozenset((word, word[:-1] + "'s", word + "'s"))
    return frozenset((word, word + "'s"))


def _wildcards(pattern: str, one: str) -> str:
    """Regular expression of a pattern with `*` and `?`; `one` matches what `?` may stand for.

    What stands between two `*` is taken where it first occurs and never reconsidered: the answer is
    the same, and no pattern takes more than linear time for each word.
    """
    pieces = [re.escape(p).replace(r"\?", one) for p in pattern.split("*")]
    if len(pieces) == 1:
        return pieces[0]
    first, *middle, last = pieces
    return first + "".join(f"(?>{one}*?{piece})" for piece in middle if piece) + f"{one}*{last}"


def _fragment(word: str) -> str:
    """Regular expression of one word of a term."""
    if set("*?") & set(word):
        return _wildcards(word, "[^ \n]")
    return f"(?:{'|'.join(sorted(map(re.escape, variants(word))))})"


def _expression(term: Term) -> str:
    return " " + " ".join(map(_fragment, term.words)) + " "


def _is_plain(node: Node) -> bool:
    return (
        isinstance(node, Term)
        and len(node.words) == 1
        and not node.part
        and not set("*?") & set(node.words[0])
    )


def _part(part: str) -> Callable[[Folded], str]:
    if part == "title":
        return lambda post: post.title
    return (lambda post: post.body) if part == "body" else (lambda post: post.text)


def _term_test(term: Term) -> Test:
    if _is_plain(term):
        spellings = variants(term.words[0])
        return lambda post: not spellings.isdisjoint(post.words)
    search, part = re.compile(_expression(term)).search, _part(term.part)
    return lambda post: search(part(post)) is not None


def _or_test(node: Or) -> Test:
    plain = [
        t for p in node.parts if isinstance(p, Term) and _is_plain(p) for t in variants(p.words[0])
    ]
    words = frozenset(plain)
    others = tuple(compile_tree(p) for p in node.parts if not _is_plain(p))

    def test(post: Folded) -> bool:
        if words and not words.isdisjoint(post.words):
            return True
        return any(t(post) for t in others)

    return test


def _and_test(node: And) -> Test:
    ordered = sorted(node.parts, key=lambda p: not _is_plain(p))  # the cheap ones first
    tests = tuple(map(compile_tree, ordered))
    return lambda post: all(t(post) for t in tests)


def _not_test(node: Not) -> Test:
    test = compile_tree(node.part)
    return lambda post: not test(post)


# -- NEAR -----------------------------------------------------------------------------------------
Places = list[tuple[int, int]]


def _terms(node: Node) -> list[Term]:
    return (
        [node]
        if isinstance(node, Term)
        else [t for p in getattr(node, "parts", ()) for t in _terms(p)]
    )


def _find_places(finders: list[tuple[re.Pattern[str], int]], part: str) -> Places:
    """First and last word number of each occurrence, sorted."""
    places = set()
    for finder, length in finders:
        number, seen = 0, 0
        for found in finder.finditer(part):
            number += part.count(" ", seen, found.start())
            seen = found.start()
            places.add((number, number + length - 1))
    return sorted(places)


def _follows(first: Places, second: Places, within: int) -> bool:
    """Whether an occurrence of the second starts at most `within` words after one of the first ends."""
    starts = [start for start, _ in second]
    for _, end in first:
        next_one = bisect_right(starts, end)
        if next_one < len(starts) and starts[next_one] - end <= within:
            return True
    return False


def _near_test(node: Near) -> Test:
    sides = [
        [(re.compile(f"(?={_expression(t)})"), len(t.words)) for t in _terms(side)]
        for side in (node.left, node.right)
    ]
    both = _and_test(And((node.left, node.right)))
    part, within = _part(node.part), node.within

    def test(post: Folded) -> bool:
        if not both(post):
            return False
        for stretch in part(post).split(BREAK):
            left, right = (_find_places(side, stretch) for side in sides)
            if _follows(left, right, within) or _follows(right, left, within):
                return True
        return False

    return test


# -- fields ---------------------------------------------------------------------------------------
_known = lru_cache(maxsize=4096)(fold_value)  # few sources, platforms, communities over many posts


def _values(post: Folded, field: str) -> list[str]:
    if field == "hashtag":
        given = [str(v) for v in post.fields.get("hashtags") or ()]
        written = [tag for raw in post.raw if "#" in raw for tag in _HASHTAG.findall(raw)]
        return [_known(tag).removeprefix("#") for tag in (*given, *written)]
    value = post.fields.get(field)
    return [] if value is None else [_known(str(value))]


def _value_test(node: Value) -> Test:
    pattern, field = node.pattern, node.field
    if field == "community":
        pattern = _COMMUNITY.sub("", pattern)
    source = _wildcards(pattern, ".")
    if field == "lang":
        source += "(?:-.*)?"  # en is also en-GB
    if field == "community":
        source = f"(?:/?[rc]/)?{source}"
    matches = re.compile(source, re.DOTALL).fullmatch
    return lambda post: any(matches(v) is not None for v in _values(post, field))


@lru_cache(maxsize=4096)
def compile_tree(node: Node) -> Test:
    """Make the test of a tree.

    Parameters
    ----------
    node : Node

    Returns
    -------
    callable
        From a `Folded` post to bool.
    """
    match node:
        case Term():
            return _term_test(node)
        case Value():
            return _value_test(node)
        case Near():
            return _near_test(node)
        case Not():
            return _not_test(node)
        case And():
            return _and_test(node)
        case Or():
            return _or_test(node)
