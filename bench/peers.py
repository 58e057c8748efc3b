"""bedside beside its peers, the same texts and targets in one run; CPU seconds, and how far from the limit.

usage: python -m bench.peers PYTHON-OF-THE-PEERS [POSTS]     (make bench makes .venv/peers)
Writes bench/results/peers-DATE.md.
"""

import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import zstandard
from ahocorasick_rs import AhoCorasick

from bedside.understand.book import Book, load_classes, make_book
from bedside.understand.context import assertion
from bedside.understand.doc import Post, make_docs
from bedside.understand.learnt.reading import Batch
from bedside.understand.lexicon import KINDS, Scanner, known_terms
from bedside.understand.sentences import sentences
from bedside.understand.text import canonical
from bedside.unify.fingerprints import sketch_texts, tokens_of

__all__ = ["main"]

TARGETS = 20_000
SHORTEST = 170  # characters of a text
LEAST = 4  # characters of a target: two letters are found everywhere, by everybody
Finding = tuple[int, int, int]
"""Number of the text, first and last code point of a target in it."""


def simulated_texts(posts: int) -> list[str]:
    """Bodies of the simulator's comments that are at least a sentence or two: about 300 characters on average."""
    with tempfile.TemporaryDirectory() as room:
        command = [sys.executable, "-m", "bedside", "simulate", room, "--posts", str(posts * 14), "--seed", "5"]  # fmt: skip
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        lines = (Path(room) / "reddit_comments.ndjson").read_text("utf-8").splitlines()
    bodies = [json.loads(line)["body"] for line in lines]
    return [body for body in bodies if len(body) >= SHORTEST][:posts]


def targets_for(texts: list[str]) -> dict[str, str]:
    """20,000 terms of the shipped vocabularies with what they mean; those that the texts hold among them."""
    known = {
        term: f"{kind}\t{entry.concept_id}\t{entry.concept}"
        for kind in reversed(KINDS)
        for term, entry in known_terms(kind).items()
        if len(term) >= LEAST
    }
    joined = " ".join(canonical([("body", text)]).text for text in texts)
    said = [term for term in sorted(known) if f" {term} " in joined]
    others = [term for term in sorted(known) if term not in set(said)]
    random.Random(3).shuffle(others)  # noqa: S311
    return {term: known[term] for term in [*said, *others][:TARGETS]}


def cpu(work: Callable[[], Any]) -> float:
    """CPU seconds of the better of two runs."""
    best = []
    for _ in range(2):
        gc.collect()
        began = time.process_time()
        work()
        best.append(time.process_time() - began)
    return min(best)


def with_context(texts: list[str], scanner: Scanner) -> list[list[tuple[int, int, bool]]]:
    """Sentences, targets and assertion of each text, as the makers read them."""
    found = []
    for doc in make_docs([Post((("body", text),)) for text in texts], scanner):
        spans = []
        for term in doc.terms:
            _, start, end = doc.canon.span(term.start, term.end)
            spans.append((start, end, assertion(doc, term.start, term.end) == "negated"))
        found.append(spans)
    return found


def _overlap(ours: list[Any], theirs: list[Any]) -> str:
    """How far two readers find the same stretches, and say no of the same."""
    mine = {(n, s, e): no for n, row in enumerate(ours) for s, e, no in row}
    other = {(n, s, e): no for n, row in enumerate(theirs) for s, e, no in row}
    both = mine.keys() & other.keys()
    agreed = sum(mine[key] == other[key] for key in both)
    return (
        f"bedside found {len(mine):,} targets, medspaCy {len(other):,}, both {len(both):,} "
        f"({len(both) / max(1, len(other)):.1%} of medspaCy's, {len(both) / max(1, len(mine)):.1%} of bedside's); "
        f"of these negated {sum(mine[k] for k in both):,} and {sum(other[k] for k in both):,}, "
        f"the same answer in {agreed / max(1, len(both)):.1%}"
    )


def peers_say(python: str, texts: list[str], targets: list[str]) -> dict[str, Any]:
    """The peers' times and findings, from their own environment."""
    with tempfile.TemporaryDirectory() as room:
        given, wanted, out = (Path(room) / name for name in ("texts.json", "targets.json", "out"))
        given.write_text(json.dumps(texts))
        wanted.write_text(json.dumps(targets))
        work = Path(__file__).parent / "peer_work.py"
        subprocess.run(
            [python, str(work), str(given), str(wanted), str(out)],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        said: dict[str, Any] = json.loads(out.read_text())
        return said


def context_book() -> Book:
    """The part of the pattern book that says what a mention amounts to: the rest is other work."""
    folder = files("bedside.understand") / "patterns"
    tables = [
        tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))
        for name in ("context", "figure")
    ]
    return make_book(tables, load_classes())


def ours(texts: list[str], targets: dict[str, str]) -> tuple[dict[str, float], list[Any]]:
    """Bedside's times for the same work, and its findings."""
    scanner = Scanner(targets, context_book())
    read = [canonical([("body", text)]).text for text in texts]
    split = [[text[a:b] for a, b in sentences(text)] for text in read]
    Batch(split[:1]).whole("criticality", 0)
    found = with_context(texts, scanner)

    def scan() -> None:
        scanner.scan([canonical([("body", text)]).text for text in texts])

    return {
        "sentences, targets, context": cpu(lambda: with_context(texts, scanner)),
        "targets": cpu(scan),
        "valence": cpu(lambda: Batch(split).whole("criticality", 0)),
        "sketch": cpu(lambda: sketch_texts([tokens_of(text) for text in texts])),
    }, found


def limits(texts: list[str], targets: dict[str, str]) -> dict[str, float]:
    """What the machine can do with the same bytes: decode them, scan them."""
    packed = zstandard.ZstdCompressor(level=3).compress("\n".join(texts).encode())
    raw = " ".join(canonical([("body", text)]).text for text in texts)
    automaton = AhoCorasick([f" {term} " for term in targets])
    return {
        "plain zstd decoding": cpu(
            lambda: [zstandard.ZstdDecompressor().decompress(packed) for _ in range(20)]
        )
        / 20,
        "raw automaton scan": cpu(lambda: automaton.find_matches_as_indexes(raw)),
    }


def main(python: str, posts: int) -> None:
    """Measure and write the table."""
    texts = simulated_texts(posts)
    targets = targets_for(texts)
    mine, found = ours(texts, targets)
    said = peers_say(python, texts, list(targets))
    physical = limits(texts, targets) | {"xxh3 of the text": said["xxh3"]["seconds"]}
    pairs = [
        ("sentences, targets, context", "medspaCy", "medspacy_context", "raw automaton scan"),
        ("targets", "spaCy PhraseMatcher", "phrase_matcher", "raw automaton scan"),
        ("valence", "VADER", "vader", "xxh3 of the text"),
        ("sketch", "datasketch", "datasketch", "xxh3 of the text"),
    ]
    size = sum(len(text.encode()) for text in texts)
    lines = [
        f"{len(texts):,} simulated posts of {size // len(texts)} bytes, {len(targets):,} targets, one core of "
        f"{os.cpu_count()}, {time.strftime('%Y-%m-%d')}; CPU time without loading; bedside {version('bedside')}",
        "",
        "| work | bedside, posts per CPU-second | peer | peer, posts per CPU-second | ratio | limit | of the limit |",
        "|---|---|---|---|---|---|---|",
    ]
    for work, peer, key, limit in pairs:
        own, other = mine[work], said[key]["seconds"]
        lines.append(
            f"| {work} | {len(texts) / own:,.0f} | {peer} | {len(texts) / other:,.0f} | {other / own:.1f} "
            f"| {limit} | 1/{own / physical[limit]:,.0f} |"
        )
    lines += ["", _overlap(found, said["medspacy_context"]["found"]), ""]
    lines += [f"* {name}: {size / s / 2**20:,.0f} MB/s" for name, s in physical.items()]
    text = "\n".join(lines) + "\n"
    (Path(__file__).parent / "results" / f"peers-{time.strftime('%Y-%m-%d')}.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1_500)
