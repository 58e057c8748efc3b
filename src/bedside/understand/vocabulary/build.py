"""Build the vocabularies that ship with bedside: `python -m bedside.understand.vocabulary.build --help`.

Reads the Human Phenotype Ontology's terms, the FDA's substance names and the ICD-10-CM titles, keeps what people
can say, adds the hand-written lists of `hand/`, and writes one compressed table a kind. Names of HPO terms are
kept as published, under their identifiers; what is left out is left out whole.
"""

import argparse
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import zstandard
from lxml import etree

from bedside.understand.text import normal_term

__all__ = ["build", "conditions", "drugs", "main", "procedures", "symptoms"]

Row = tuple[str, str, str]
"""(canonical term, concept id or empty, concept name)."""

HERE = Path(__file__).parent
PHENOTYPE = "HP:0000118"  # phenotypic abnormality: the part of HPO that people can have
MAX_WORDS = 4  # longer names were never found in 15,000 posts
MOST_DRUGS = 30_000
COMMON = 4  # letters of the shortest word in the list of common words
TALK = 2  # a single word seen so often in general talk is no drug name
_DRUG_TAG = re.compile(r"\s*\[(INN|USAN|BAN|JAN)\]$")
_PLAIN = re.compile(r"[a-z][a-z' ]*[a-z]")
_CLINICAL = re.compile(
    r"(abnormal|morphological|aplasia|hypoplasia|dysplasia|incomplete|increased|decreased|elevated|"
    r"reduced|absent|circulating|obsolete|positive|partial|localized|generalized|focal|bilateral|unilateral)"
)
_VAGUE = re.compile(
    r"\b(other|unspecified|due|not|without|with|encounter|specified|initial|subsequent|sequela|acquired|following|"
    r"classified|elsewhere|and|or|in|as|nos|by|of the|type|personal|family|history|contact|exposure|problem|finding)\b"
)


def _lines(path: Path) -> Iterator[dict[str, object]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _hand(name: str) -> Iterator[list[str]]:
    for line in (HERE / "hand" / f"{name}.tsv").read_text("utf-8").splitlines():
        yield (line + "\t\t").split("\t")


def _ordinary() -> frozenset[str]:
    text = (HERE / "hand" / "ordinary.txt").read_text("utf-8")
    return frozenset(
        w for line in text.splitlines() if not line.startswith("#") for w in line.split()
    )


def _plural(term: str) -> str:
    return term if term.endswith("s") or len(term) < 4 else term + "s"


def _said(term: str) -> bool:
    return bool(_PLAIN.fullmatch(term)) and len(term) >= 3 and term.count(" ") < MAX_WORDS


def _below(rows: list[dict[str, object]], root: str) -> set[str]:
    """Identifiers below `root`, itself left out."""
    children: dict[str, list[str]] = {}
    for row in rows:
        for parent in row["labels"]["parents"]:  # type: ignore[index]
            children.setdefault(parent, []).append(str(row["id"]))
    found: set[str] = set()
    waiting = [root]
    while waiting:
        for child in children.get(waiting.pop(), []):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def symptoms(data: Path, talk: Counter[str]) -> list[Row]:
    """Names and synonyms of HPO's phenotypic abnormalities that people can say, with the hand-written list."""
    rows = list(_lines(data / "open" / "hpo_lay_terms.jsonl.gz"))
    below = _below(rows, PHENOTYPE)
    ordinary = _ordinary()
    names = {str(row["text"]).lower(): str(row["id"]) for row in rows}
    found: dict[str, Row] = {}
    for name, aliases, _ in (line[:3] for line in _hand("symptoms")):
        for alias in [name, *filter(None, aliases.split("|"))]:
            term = normal_term(alias)
            found.setdefault(term, (term, names.get(name.lower(), ""), name))
    for row in rows:
        if row["id"] not in below:
            continue
        labels: dict[str, list[list[str]]] = row["labels"]  # type: ignore[assignment]
        synonyms = [name for name, _ in [*labels["lay"], *labels["clinical_synonyms"]]]
        for name in [str(row["text"]), *synonyms]:
            term = normal_term(name)
            single = " " not in term
            if (
                not _said(term)
                or _CLINICAL.match(term)
                or term in ordinary
                or (single and talk[term] >= TALK)
            ):
                continue
            for form in (term, _plural(term)) if term.count(" ") < 2 else (term,):
                found.setdefault(form, (form, str(row["id"]), str(row["text"])))
    return list(found.values())


def drugs(unii: Path, talk: Counter[str]) -> list[Row]:
    """International non-proprietary names and brands, pruned, with the hand-written list of common ones."""
    official: dict[str, Row] = {}
    brands: dict[str, Row] = {}
    ids: dict[str, str] = {}
    with unii.open(encoding="utf-8", errors="replace") as file:
        next(file)
        for line in file:
            name, kind, code, display = line.rstrip("\n").split("\t")[:4]
            if name == display:
                ids[normal_term(name)] = f"UNII:{code}"
            tagged = _DRUG_TAG.search(name)
            term = normal_term(_DRUG_TAG.sub("", name))
            if not _drug_name(term, talk):
                continue
            if tagged:
                official.setdefault(term, (term, f"UNII:{code}", display.lower()))
            elif kind == "bn" and term.count(" ") <= 1:
                brands.setdefault(term, (term, f"UNII:{code}", display.lower()))
    found = {row[0]: row for row in _hand_rows("drugs", ids)}
    for row in [*official.values(), *brands.values()]:
        if len(found) < MOST_DRUGS:
            found.setdefault(row[0], row)
    return list(found.values())


def _drug_name(term: str, talk: Counter[str]) -> bool:
    words = term.split()
    ordinary = _ordinary_words()
    return (
        _said(term)
        and len(term) >= 4
        and len(words) <= 2
        and not all(word in ordinary or talk[word] >= TALK for word in words)
    )


def _ordinary_words(cache: list[frozenset[str]] = []) -> frozenset[str]:  # noqa: B006 (read once)
    if not cache:
        cache.append(_ordinary())
    return cache[0]


def _hand_rows(name: str, ids: dict[str, str]) -> Iterator[Row]:
    for concept, aliases, _ in (line[:3] for line in _hand(name)):
        for alias in [concept, *filter(None, aliases.split("|"))]:
            term = normal_term(alias)
            yield term, ids.get(normal_term(concept), ""), concept


def _icd_titles(icd: Path) -> Iterator[tuple[str, str]]:
    """Each code with its title, then with the terms that it includes."""
    for _, diagnosis in etree.iterparse(icd, tag="diag", resolve_entities=False):
        code = diagnosis.findtext("name")
        yield code, diagnosis.findtext("desc")
        for note in diagnosis.xpath("inclusionTerm/note | includes/note"):
            yield code, note.text


def conditions(icd: Path) -> list[Row]:
    """Hand-written conditions and short ICD-10-CM titles of chapters A to Q."""
    found: dict[str, Row] = {}
    for concept, code, aliases in (line[:3] for line in _hand("conditions")):
        for alias in [concept, *filter(None, aliases.split("|"))]:
            term = normal_term(alias)
            found.setdefault(term, (term, f"ICD10CM:{code}" if code else "", concept))
    ordinary = _ordinary_words()
    for code, title in _icd_titles(icd):
        term = normal_term(title.split(",")[0].strip())
        if code[0] > "Q" or term in ordinary or _VAGUE.search(term) or not _said(term):
            continue
        if "," in title and not title.endswith("unspecified"):
            continue
        found.setdefault(term, (term, f"ICD10CM:{code}", term))
    return list(found.values())


def procedures() -> list[Row]:
    """Hand-written tests, operations and therapies."""
    return list(dict.fromkeys(_hand_rows("procedures", {})))


def _write(name: str, rows: Iterable[Row]) -> int:
    lines = ["\t".join(row) for row in sorted(rows)]
    packed = zstandard.ZstdCompressor(level=19).compress("\n".join(lines).encode())
    (HERE / f"{name}.tsv.zst").write_bytes(packed)
    return len(lines)


def _write_common(talk: Counter[str]) -> int:
    """Words of general talk that a misspelt name is never read from."""
    words = sorted(
        {
            w
            for w, n in talk.items()
            if n >= TALK and w.isascii() and w.isalpha() and len(w) >= COMMON
        }
        | {w for w in _ordinary() if w.isascii() and w.isalpha() and len(w) >= COMMON}
    )
    packed = zstandard.ZstdCompressor(level=19).compress("\n".join(words).encode())
    (HERE / "common.txt.zst").write_bytes(packed)
    return len(words)


def _general_talk(data: Path) -> Counter[str]:
    """How many general comments hold each word: tells brand names from ordinary words."""
    seen: Counter[str] = Counter()
    for row in _lines(data / "open" / "goemotions.jsonl.gz"):
        seen.update(set(normal_term(str(row["text"])).split()))
    return seen


def build(data: Path, unii: Path, icd: Path) -> dict[str, int]:
    """Write all vocabularies.

    Parameters
    ----------
    data : Path
        Folder with `open/hpo_lay_terms.jsonl.gz` and `open/goemotions.jsonl.gz`.
    unii : Path
        `UNII_Names.txt`: tab-separated name, type, code, display name.
    icd : Path
        Tabular list of ICD-10-CM, XML.

    Returns
    -------
    dict of str to int
        Terms written, by kind.
    """
    talk = _general_talk(data)
    return {
        "symptom": _write("symptom", symptoms(data, talk)),
        "drug": _write("drug", drugs(unii, talk)),
        "condition": _write("condition", conditions(icd)),
        "procedure": _write("procedure", procedures()),
        "common": _write_common(talk),
    }


def main(arguments: list[str]) -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Build the vocabularies that ship with bedside.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds open/")
    parser.add_argument("--unii", type=Path, required=True, help="UNII_Names.txt")
    parser.add_argument("--icd", type=Path, required=True, help="ICD-10-CM tabular list, XML")
    given = parser.parse_args(arguments)
    for kind, terms in build(given.data, given.unii, given.icd).items():
        sys.stdout.write(f"{kind}: {terms} terms\n")


if __name__ == "__main__":
    main(sys.argv[1:])
