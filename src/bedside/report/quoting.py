"""Which words a report may carry, by rule: wordings that many share, in all and in what is complained of, and verbatims."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from bedside.measure.evidence import open_evidence
from bedside.measure.told import asserted
from bedside.model.figures import Figure, Quote
from bedside.release.corpus import corpus_texts, crisis_posts, texts_of
from bedside.release.gatelog import GateLog
from bedside.release.haystack import Haystack
from bedside.release.paraphrases import approved_paraphrases
from bedside.release.quotes import allowed_verbatims, gate_paraphrase
from bedside.release.wordings import shared_wordings
from bedside.release.words import TextRow
from bedside.store.engine import Engine
from bedside.store.keys import load_keys
from bedside.store.stages import Aggregate
from bedside.store.study import Study

__all__ = ["passages_of", "quotes_of"]

ILLUSTRATED = 4  # figures of each kind that get a quote where quotes are allowed
PER_PAIN = 2  # wordings of each complaint
COMPLAINED = Aggregate(
    name="words of complaints",
    needs=("corpus", "posts", "marks"),
    sql=f"""
SELECT m.code AS pain, p.post_key, p.account_key, p.source, p.body, m.spans
FROM marks m JOIN corpus c ON m.post_key = c.post_key JOIN posts p ON p.record_no = c.record_no
WHERE m.layer = 'care' AND m.code LIKE '%:complaint' AND {asserted("m")}
ORDER BY m.code, p.record_no, m."group\"""",  # noqa: S608
)
_SENTENCE = re.compile(r"[^.!?\n]*[.!?\n]?")


def quotes_of(
    study: Study, engine: Engine, figures: Sequence[Figure], gate: GateLog, now: datetime
) -> list[Quote]:
    """Words for a report: wordings shared in all and in each complaint, approved paraphrases, verbatims where allowed."""
    crisis = crisis_posts(engine.ask)
    wordings = shared_wordings(
        corpus_texts(engine.ask),
        register=study.sources,
        least_accounts=study.config.privacy.small_count,
        avoid=crisis,
    )
    wordings += _of_complaints(study, engine, crisis)
    gate.log_wordings(wordings, at=now)
    told = [*wordings, *_paraphrases(study, engine, crisis)]
    if not any(source.quotes == "verbatim" for source in study.sources.values()):
        return told
    return [*told, *_verbatims(study, engine, figures, gate, now, crisis)]


def passages_of(body: str, spans: Sequence[Mapping[str, object]]) -> str:
    """Sentences of a body that a mark's spans touch, one a line.

    Examples
    --------
    >>> passages_of(
    ...     "I rang. Nobody called back. Ah well.", [{"part": "body", "start": 8, "end": 14}]
    ... )
    'Nobody called back.'
    """
    places = [(int(str(s["start"])), int(str(s["end"]))) for s in spans if s["part"] == "body"]
    sentences = [m for m in _SENTENCE.finditer(body) if m.group().strip()]
    touched = [
        m.group().strip()
        for m in sentences
        if any(start < m.end() and m.start() < end for start, end in places)
    ]
    return "\n".join(touched)


def _of_complaints(study: Study, engine: Engine, crisis: Collection[str]) -> list[Quote]:
    """Of each complaint the wordings that accounts share in the sentences that complain; about: aspect:complaint."""
    rows: dict[str, list[TextRow]] = defaultdict(list)
    for batch in engine.ask(COMPLAINED, {}).to_batches():
        for row in batch.to_pylist():
            told = passages_of(row["body"] or "", row["spans"] or ())
            if told:
                rows[row["pain"]].append(
                    TextRow(row["post_key"], row["account_key"], row["source"], told)
                )
    return [
        wording
        for pain, told in sorted(rows.items())
        for wording in shared_wordings(
            told,
            about=pain,
            register=study.sources,
            least_accounts=study.config.privacy.small_count,
            most=PER_PAIN,
            avoid=crisis,
        )
    ]


def _paraphrases(study: Study, engine: Engine, crisis: frozenset[str]) -> list[Quote]:
    """Approved paraphrases that still lead back to nobody in the corpus as it is now."""
    quotes = approved_paraphrases(study.folder)
    if not quotes:
        return []
    gate, haystack = GateLog(study.folder), Haystack(corpus_texts(engine.ask))
    there = set(haystack.post_keys)
    found = []
    for said in quotes:
        sources = gate.sources_of(said)
        here = there.issuperset(sources) and crisis.isdisjoint(sources)
        if here and gate_paraphrase(said.text, haystack, sources=sources).passed:
            found.append(said)
    return found


def _verbatims(
    study: Study,
    engine: Engine,
    figures: Sequence[Figure],
    gate: GateLog,
    now: datetime,
    crisis: Collection[str],
) -> list[Quote]:
    """One post behind each of the largest figures, of sources that allow it."""
    said: list[Quote] = []
    for figure in _largest(figures):
        keys = open_evidence(engine.ask, figure)["post_key"].to_pylist()
        texts = texts_of(engine.ask, keys)
        behind = [texts[key] for key in keys if key in texts]
        known = {quote.text for quote in said}
        said += allowed_verbatims(
            [row for row in behind if row.text.strip() not in known],
            register=study.sources,
            seed=load_keys(study.config.id).sample,
            most=1,
            about=":".join(
                figure.keys.get(name, "") for name in ("group", "code", "aspect", "valence")
            ).strip(":"),
            evidence_id=figure.id,
            never=crisis,
            log=gate,
            at=now,
        )
    return said


def _largest(figures: Sequence[Figure]) -> Iterator[Figure]:
    """The figures to illustrate, by rule: the most accounts among the map's cells and among care."""
    for measure in ("journey.map", "care.aspects"):
        found = [f for f in figures if f.measure == measure and (f.hits_accounts or 0) > 0]
        yield from islice(sorted(found, key=lambda f: (-(f.hits_accounts or 0), f.id)), ILLUSTRATED)
