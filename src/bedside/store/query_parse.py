"""Read the text of a Boolean query into a tree; every error points at its column."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bedside.errors import QueryError, suggest
from bedside.store.folding import ANY_LETTERS, ONE_LETTER, fold, fold_value
from bedside.store.query_tree import And, Near, Node, Not, Or, Term, Value

__all__ = ["FIELDS", "PARTS", "VALUES", "Parser"]

PARTS = ("title", "body")
VALUES = ("source", "platform", "lang", "hashtag", "community", "kind")
FIELDS = (*PARTS, *VALUES)
MAX_CHARACTERS = 100_000  # some thousand terms; more is a pasted file
MAX_DEPTH = 50  # brackets within brackets
SHOWN = 60  # characters of the query shown in an error

_TOKEN = re.compile(r'\s+|(?P<open>\()|(?P<close>\))|(?P<quote>"[^"]*"?)|(?P<bare>[^\s()"]+)')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_FIELD = re.compile(r"([A-Za-z_]+):")
_NEAR = re.compile(r"NEAR(?:/(.*))?")
_WILD = str.maketrans({"*": ANY_LETTERS, "?": ONE_LETTER})
_UNWILD = str.maketrans({ANY_LETTERS: "*", ONE_LETTER: "?"})
_LOWER = re.compile(r"and|or|not|near/[0-9]+", re.IGNORECASE)


@dataclass(frozen=True)
class _Token:
    kind: str  # open, close, quote, bare, field, and, or, not, near, end
    text: str
    at: int  # offset in the query, from 0


class Parser:
    """Recursive descent over the tokens of one query: OR over AND over NOT over NEAR over terms.

    Attributes
    ----------
    notes : list of str
        What a person should know about how the query was read.
    """

    def __init__(self, text: str) -> None:
        self.text = text.translate(_QUOTES)
        self.notes: list[str] = []
        if len(text) > MAX_CHARACTERS:
            raise QueryError(
                f"the query has {len(text):,} characters; at most {MAX_CHARACTERS:,} can be read: shorten it with wildcards"
            )
        self._tokens = [*self._read_tokens(), _Token("end", "", len(text))]
        self._next = 0
        self._depth = 0
        self._joins = 0  # ANDs met outside brackets, to tell a mix with OR

    # -- tokens -----------------------------------------------------------------------------------
    def _read_tokens(self) -> Iterator[_Token]:
        for found in _TOKEN.finditer(self.text):
            if found.lastgroup == "bare":
                yield from self._bare(found[0], found.start())
            elif found.lastgroup:
                yield _Token(found.lastgroup, found[0], found.start())

    def _bare(self, text: str, at: int) -> Iterator[_Token]:
        near = _NEAR.fullmatch(text)
        field = _FIELD.match(text)
        if text in ("AND", "OR", "NOT"):
            yield _Token(text.lower(), text, at)
        elif near:
            yield _Token("near", self._distance(near[1], at), at)
        elif field:
            yield _Token("field", self._field(field[1], at), at)
            if text[field.end() :]:
                yield _Token("bare", text[field.end() :], at + field.end())
        else:
            yield _Token("bare", text, at)

    def _distance(self, number: str | None, at: int) -> str:
        if number is None or not re.fullmatch(r"[1-9][0-9]{0,2}", number):
            raise self._error(at, "NEAR needs a number of words from 1 to 999, such as NEAR/5")
        return number

    def _field(self, name: str, at: int) -> str:
        if name.lower() not in FIELDS:
            raise self._error(
                at,
                f"field '{name}' is not known; {suggest(name.lower(), FIELDS)} "
                "(put the whole in double quotes if the colon is part of the text)",
            )
        return name.lower()

    def _error(self, at: int, message: str) -> QueryError:
        start = max(0, at - SHOWN // 2)
        shown = re.sub(r"\s", " ", self.text[start : start + SHOWN])
        return QueryError(f"column {at + 1}: {message}\n  {shown}\n  {' ' * (at - start)}^")

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        self._next += 1
        return self._tokens[self._next - 1]

    # -- grammar ----------------------------------------------------------------------------------
    def parse(self) -> Node:
        """Read the whole query.

        Raises
        ------
        QueryError
            With the column, what was expected and what to do.
        """
        if self._token.kind == "end":
            raise QueryError(
                "the query is empty; give at least one word, such as: endometriosis OR endo*"
            )
        tree = self._any("")
        if self._token.kind == "close":
            raise self._error(
                self._token.at, "')' without a '(' before it; remove it or add the '('"
            )
        return tree

    def _any(self, field: str) -> Node:
        before, parts = self._joins, [self._all(field)]
        while self._token.kind == "or":
            self._take()
            parts.append(self._all(field))
        mixed, self._joins = self._joins > before, before
        if mixed and len(parts) > 1:
            self._note("AND binds closer than OR; brackets make it plain")
        return _joined(parts, Or)

    def _all(self, field: str) -> Node:
        parts = [self._none(field)]
        while self._token.kind not in ("or", "close", "end"):
            if self._token.kind == "and":
                self._take()
            elif self._token.kind != "not":
                self._note("words side by side are read as AND; put a phrase in double quotes")
            parts.append(self._none(field))
        self._joins += len(parts) > 1
        return _joined(parts, And)

    def _none(self, field: str) -> Node:
        if self._token.kind != "not":
            return self._near(field)
        at = self._take().at
        self._deeper(at)
        part = self._none(field)
        self._depth -= 1
        return Not(part)

    def _near(self, field: str) -> Node:
        at = self._token.at
        left = self._single(field)
        if self._token.kind != "near":
            return left
        sign = self._take()
        right = self._single(field)
        if self._token.kind == "near":
            raise self._error(
                self._token.at, "NEAR joins two sides only; write (a NEAR/5 b) AND (b NEAR/5 c)"
            )
        for side in (left, right):
            if not _has_places(side):
                raise self._error(
                    at,
                    "each side of NEAR must be a word, a phrase, or such joined by OR in brackets",
                )
        parts = _parts_of(left) | _parts_of(right)
        if len(parts) > 1:
            raise self._error(
                at,
                "both sides of NEAR must be looked for in the same place; write title:(a NEAR/5 b)",
            )
        return Near(left, right, int(sign.text), parts.pop())

    def _single(self, field: str) -> Node:
        token = self._take()
        if token.kind == "open":
            return self._brackets(token, field)
        if token.kind == "field":
            return self._fielded(token, field)
        if token.kind == "quote":
            return self._phrase(token, field)
        if token.kind == "bare":
            return self._bare_term(token, field)
        raise self._misplaced(token)

    def _misplaced(self, token: _Token) -> QueryError:
        before = self._tokens[self._next - 2] if self._next > 1 else None
        if (
            token.kind in ("end", "close")
            and before
            and before.kind in ("and", "or", "not", "near", "field")
        ):
            sign = f"{before.text}:" if before.kind == "field" else before.kind.upper()
            return self._error(
                before.at, f"nothing follows {sign}; add a term after it or remove it"
            )
        if token.kind == "close":
            return self._error(
                token.at, "there is nothing between '(' and ')'" if before else "')' without a '('"
            )
        if token.kind == "end":
            return self._error(token.at, "a term is missing here")
        return self._error(
            token.at, f"{token.kind.upper()} needs a term before it; add one or remove it"
        )

    def _deeper(self, at: int) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(
                at, f"brackets or NOTs more than {MAX_DEPTH} deep; simplify the query"
            )

    def _brackets(self, opening: _Token, field: str) -> Node:
        self._deeper(opening.at)
        inside = self._any(field)
        self._depth -= 1
        if self._take().kind != "close":
            raise self._error(opening.at, "this '(' is never closed; add the ')'")
        return inside

    def _fielded(self, token: _Token, field: str) -> Node:
        if field:
            raise self._error(
                token.at, f"field {token.text}: stands within {field}: ; use one field at a time"
            )
        end = token.at + len(token.text) + 1
        if self._token.kind not in ("bare", "quote", "open") or self._token.at != end:
            raise self._error(
                token.at, f"nothing follows {token.text}: ; write the term right after the colon"
            )
        return self._single(token.text)

    # -- terms ------------------------------------------------------------------------------------
    def _phrase(self, token: _Token, field: str) -> Node:
        if len(token.text) < 2 or not token.text.endswith('"'):
            raise self._error(token.at, 'this double quote is never closed; add the closing "')
        return self._term(token.text[1:-1], token.at, field)

    def _bare_term(self, token: _Token, field: str) -> Node:
        text = token.text
        if text[0] in "-+" and not field:
            raise self._error(
                token.at,
                f"a leading '{text[0]}' has no meaning here; write NOT or AND, or use double quotes",
            )
        if _LOWER.fullmatch(text):
            self._note(f"'{text}' is read as a word; write {text.upper()} for the operator")
        if text.startswith("'"):
            self._note("single quotes do not make a phrase; use double quotes")
        if text.startswith("#") and not field:
            return self._term(text[1:], token.at, "hashtag")
        return self._term(text, token.at, field)

    def _term(self, text: str, at: int, field: str) -> Node:
        if field in VALUES:
            return self._value(text, at, field)
        words = tuple(
            re.sub(r"\*+", "*", w.translate(_UNWILD)) for w in fold(text.translate(_WILD)).split()
        )
        if not words:
            raise self._error(
                at, "there is no word in this; letters, digits or an emoji are needed"
            )
        for word in words:
            self._check_wildcard(word, at)
        return Term(words, field)

    def _check_wildcard(self, word: str, at: int) -> None:
        if not word.strip("*?"):
            raise self._error(at, "a wildcard needs letters beside it, such as endo*")
        if word[0] == "*":
            self._note(f"'{word}' starts with a wildcard and may find more than is meant")

    def _value(self, text: str, at: int, field: str) -> Value:
        pattern = fold_value(text).removeprefix("#" if field == "hashtag" else "")
        if not pattern.strip("*? "):
            raise self._error(
                at, f"{field}: needs a value with letters, such as {field}:{_EXAMPLES[field]}"
            )
        return Value(field, pattern)


_EXAMPLES = {
    "source": "my_forum",
    "platform": "reddit",
    "lang": "en",
    "hashtag": "endo",
    "community": "endometriosis",
    "kind": "comment",
}


def _joined(parts: list[Node], kind: type[And] | type[Or]) -> Node:
    """Join parts; those of the same kind are lifted out of their brackets, repeats left out."""
    lifted = [q for p in parts for q in (p.parts if isinstance(p, kind) else (p,))]
    once = tuple(dict.fromkeys(lifted))
    return once[0] if len(once) == 1 else kind(once)


def _has_places(node: Node) -> bool:
    """Whether a node is a term or alternatives of terms, so that its places in the text can be told."""
    return isinstance(node, Term) or (isinstance(node, Or) and all(map(_has_places, node.parts)))


def _parts_of(node: Node) -> set[str]:
    if isinstance(node, Term):
        return {node.part}
    return {part for p in node.parts for part in _parts_of(p)} if isinstance(node, Or) else set()
