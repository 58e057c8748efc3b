"""Products: brand, generic and misspelling of one drug are one product; an everyday word is a doubtful one."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

from bedside.store.config import StudyConfig
from bedside.understand.lexicon import known_terms
from bedside.understand.text import normal_term
from bedside.unify.words import read_words

__all__ = [
    "Product",
    "is_everyday",
    "listed_names",
    "product_of",
    "resolve_products",
    "screened_names",
]

ALIKE = 0.84  # similarity from which a name in a product list is a misspelling of a known one
LEAST = 6  # letters; shorter names are too near to each other


class Product(NamedTuple):
    """A product: its name in the vocabulary, or as given, and what it was written as."""

    name: str
    concept_id: str
    written: tuple[str, ...]


@lru_cache(maxsize=4096)
def product_of(name: str) -> tuple[str, str]:
    """Concept and concept id that a name stands for; the name itself, without id, where it is unknown.

    Examples
    --------
    >>> product_of("Nurofen")[0], product_of("ibuprofin")[0], product_of("Zzyxol")[0]
    ('ibuprofen', 'ibuprofen', 'zzyxol')
    """
    term, drugs = normal_term(name), known_terms("drug")
    near = [term] if term in drugs else []
    if not near and len(term) >= LEAST and term not in read_words("ordinary"):
        near = get_close_matches(term, drugs, n=1, cutoff=ALIKE)
    if not near:
        return term, ""
    return drugs[near[0]].concept, drugs[near[0]].concept_id


def resolve_products(names: Iterable[str]) -> tuple[Product, ...]:
    """A study's product list with brand, generic and misspelling of one drug made one product.

    Examples
    --------
    >>> [p.written for p in resolve_products(["Nurofen", "ibuprofen", "Ibuprofin", "codeine"])]
    [('Nurofen', 'ibuprofen', 'Ibuprofin'), ('codeine',)]
    """
    found: dict[str, tuple[str, list[str]]] = {}
    for name in names:
        if name.strip():
            concept, concept_id = product_of(name)
            found.setdefault(concept, (concept_id, []))[1].append(name.strip())
    return tuple(Product(c, i, tuple(written)) for c, (i, written) in found.items())


def is_everyday(words: str) -> bool:
    """Whether a product's name is also an everyday word, so that finding it says little.

    Examples
    --------
    >>> is_everyday("calm"), is_everyday("ibuprofen")
    (True, False)
    """
    term = normal_term(words)
    return term in read_words("ordinary") and term not in known_terms("drug")


def screened_names(config: StudyConfig) -> tuple[str, ...]:
    """Names of a study's products of which every mention is flagged; empty where only what tells of harm is."""
    if config.safety.screen != "named":
        return ()
    return tuple(sorted(listed_names(resolve_products(config.products))))


def listed_names(products: Sequence[Product]) -> frozenset[str]:
    """Names under which marks know the study's products."""
    return frozenset(p.name for p in products) | frozenset(
        normal_term(w) for p in products for w in p.written
    )
