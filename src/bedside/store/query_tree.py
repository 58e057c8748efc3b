"""What a Boolean query is made of, and how it reads in plain words."""

from dataclasses import dataclass

__all__ = [
    "And",
    "Near",
    "Node",
    "Not",
    "Or",
    "Term",
    "Value",
    "asks_fields",
    "canonical",
    "reading",
]


@dataclass(frozen=True)
class Term:
    """A word, or several words in a row; `*` and `?` are wildcards within a word.

    `part` is `title`, `body` or empty for the whole post.
    """

    words: tuple[str, ...]
    part: str = ""


@dataclass(frozen=True)
class Value:
    """A field that must be a value as a whole, such as `platform:reddit`; `*` and `?` are wildcards."""

    field: str
    pattern: str


@dataclass(frozen=True)
class Near:
    """Two terms, or groups of alternatives, at most `within` words apart in either order."""

    left: "Node"
    right: "Node"
    within: int
    part: str = ""


@dataclass(frozen=True)
class And:
    """All of several."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Or:
    """Any of several."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Not:
    """None of it."""

    part: "Node"


Node = Term | Value | Near | And | Or | Not

_VALUE_WORDS = {
    "source": "the source {}",
    "platform": "the platform {}",
    "lang": "the language {}",
    "hashtag": "the hashtag {}",
    "community": "the community {}",
    "kind": "the kind {}",
}


def asks_fields(node: Node) -> bool:
    """Whether a tree looks at more of a post than its text."""
    match node:
        case Value():
            return True
        case Not(part):
            return asks_fields(part)
        case And(parts) | Or(parts):
            return any(map(asks_fields, parts))
    return False


def canonical(node: Node) -> str:
    """Write a tree as a query with every grouping spelt out; reading it again gives the same tree."""
    match node:
        case Term(words, part):
            prefix = f"{part}:" if part else ""
            return f'{prefix}"{" ".join(words)}"' if len(words) > 1 else prefix + words[0]
        case Value(field, pattern):
            return f'{field}:"{pattern}"'
        case Near(left, right, within, _):
            return f"({canonical(left)} NEAR/{within} {canonical(right)})"
        case Not(part):
            return f"(NOT {canonical(part)})"
        case And(parts):
            return "(" + " AND ".join(map(canonical, parts)) + ")"
        case Or(parts):
            return "(" + " OR ".join(map(canonical, parts)) + ")"


def _word(word: str) -> str:
    stem = word.strip("*")
    if not set("*?") & set(stem):
        if word == stem:
            return f"the word '{word}'"
        if word == stem + "*":
            return f"a word starting with '{stem}'"
        if word == "*" + stem:
            return f"a word ending in '{stem}'"
        if word == f"*{stem}*":
            return f"a word that holds '{stem}'"
    return f"a word of the form '{word}' {_legend(word)}"


def _legend(text: str) -> str:
    signs = [w for sign, w in (("*", "* is any letters"), ("?", "? is one letter")) if sign in text]
    return f"({', '.join(signs)})" if signs else ""


def _term(term: Term) -> str:
    if len(term.words) == 1:
        said = _word(term.words[0])
    else:
        phrase = " ".join(term.words)
        said = f"the phrase '{phrase}' {_legend(phrase)}".rstrip()
    return f"{said} in the {term.part}" if term.part else said


def _value(value: Value) -> str:
    said = _VALUE_WORDS[value.field].format(f"'{value.pattern}'")
    return f"{said} {_legend(value.pattern)}".rstrip()


def reading(node: Node, *, inner: bool = False) -> str:
    """Say a tree in plain words.

    Parameters
    ----------
    node : Node
    inner : bool
        Whether it stands within something else and needs brackets when it has several parts.

    Returns
    -------
    str
    """
    match node:
        case Term():
            return _term(node)
        case Value():
            return _value(node)
        case Not(part):
            return f"not {reading(part, inner=True)}"
        case Near(left, right, within, _):
            apart = f"within {within} word{'s' if within > 1 else ''} of"
            said = f"{reading(left, inner=True)} {apart} {reading(right, inner=True)}"
        case And(parts):
            said = " and ".join(reading(p, inner=True) for p in parts)
        case Or(parts):
            said = " or ".join(reading(p, inner=True) for p in parts)
    return f"({said})" if inner else said
