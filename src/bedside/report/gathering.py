"""What the report is made from: released figures, and the records of the study."""

from importlib.metadata import version
from shlex import quote
from typing import Any

import msgspec

from bedside.codebook import Codebook
from bedside.judge.agreeing import agree
from bedside.judge.decisions import has_log, open_log
from bedside.judge.reliability import COLUMNS
from bedside.measure.kept import study_claims
from bedside.measure.reading import covered_texts
from bedside.measure.relevance import measured_of
from bedside.release.records import Release
from bedside.release.showing import round_count
from bedside.report.material import AgreedRow, ClaimNote, CoverageRow, ImportRow, Material, Readers
from bedside.report.material import Study as ReportedStudy
from bedside.report.relevance import in_words
from bedside.store.actions import read_actions
from bedside.store.imports import read_imports
from bedside.store.interventions import read_interventions
from bedside.store.query import parse_query
from bedside.store.snapshots import Snapshot
from bedside.store.stages import Aggregate, Ask
from bedside.store.study import Study

__all__ = ["material_for"]

LEAST_CODERS = 2  # one coder agrees with nobody
PERIOD = Aggregate(
    name="period",
    needs=("corpus",),
    sql="SELECT CAST(CAST(min(published_at) AS DATE) AS VARCHAR) AS first, "
    "CAST(CAST(max(published_at) AS DATE) AS VARCHAR) AS last FROM corpus",
)


def material_for(
    study: Study, ask: Ask, snapshot: Snapshot, made: Release, book: Codebook
) -> Material:
    """Gather what one report needs; `ask` has the snapshot bound."""
    config = study.config
    period = ask(PERIOD, {}).to_pylist()[0]
    coders = {coder for figure in made.figures for coder in figure.evidence.coders}
    makers = sorted({maker for figure in made.figures for maker in figure.evidence.makers})
    return Material(
        study=ReportedStudy(
            title=config.title,
            question=config.question,
            place=config.place,
            conditions=config.conditions,
            query_words=_query_words(study),
            query_text=config.query,
            query_measured=_measured(study),
            codebook=book.version,
            snapshot=snapshot.id,
            snapshot_date=f"{snapshot.taken_at:%Y-%m-%d}",
            period=(period["first"] or "", period["last"] or ""),
            contact=config.controller.contact,
        ),
        sources=[study.sources[name] for name in made.sources if name in study.sources],
        actions=read_actions(study),
        figures=made.figures,
        quotes=made.quotes,
        imports=_imports(study, made.round_to),
        coverage=_coverage(ask, made.round_to),
        simulated=any(
            study.sources[name].simulated for name in made.sources if name in study.sources
        ),
        stale=bool(snapshot.erased),
        erased=snapshot.erased,
        small_count=made.small_count,
        coders=len(coders),
        judged=_judged(made),
        readers=_readers(study),
        agreement=_agreement(study, book),
        claims=_claims(study, made),
        interventions=read_interventions(study),
        round_to=made.round_to,
        open_command=f"bedside open {quote(str(study.folder.name))} EVIDENCE-ID",
        bedside_version=version("bedside"),
        makers=makers,
        run_date=f"{snapshot.taken_at:%Y-%m-%d}",
    )


def _readers(study: Study) -> Readers:
    """Who read and judged: what the study says of them, and what its log of judgements counts."""
    team = {name: getattr(study.config.team, name) for name in study.config.team.__struct_fields__}
    if not has_log(study):
        return Readers(**team)
    with open_log(study) as log:
        coders, posts, memos, settled, samples = log.readers()
    return Readers(
        **team, coders=coders, posts=posts, memos=memos, settled=settled, samples=samples
    )


def _agreement(study: Study, book: Codebook) -> list[AgreedRow]:
    """How far coders agree on each code that two or more coded."""
    if not has_log(study):
        return []
    with open_log(study) as log:
        judgements = log.read(columns=COLUMNS)
    if len(set(judgements["coder"].to_pylist())) < LEAST_CODERS:
        return []
    return [
        AgreedRow(
            layer=one.layer,
            code=one.code,
            posts=one.posts,
            differ=one.differ,
            alpha=one.alpha.value,
            low=one.alpha.low,
            high=one.alpha.high,
            ac1=one.ac1.value,
        )
        for one in agree(judgements, book)
        if one.posts
    ]


def _claims(study: Study, made: Release) -> list[ClaimNote]:
    """What the knowledge base says of the claims that figures name."""
    named = {figure.keys.get("claim") for figure in made.figures}
    named |= {f.keys.get("what") for f in made.figures if f.keys.get("kind") == "claim"}
    return [
        ClaimNote(
            id=claim.id,
            name=claim.name,
            statement=claim.statement,
            verdict=claim.verdict,
            fact=claim.fact,
            sources=[f"{source.by}, {source.title} ({source.year})" for source in claim.sources],
            date=claim.date.isoformat(),
        )
        for claim in study_claims(study).claims
        if claim.id in named
    ]


def _judged(made: Release) -> int:
    """Posts (or accounts) that people judged: of each sample the most that entered one figure."""
    most: dict[str, int] = {}
    for figure in made.figures:
        if figure.judging is not None:
            sample = figure.judging.sample
            most[sample] = max(most.get(sample, 0), figure.judging.judged)
    return sum(most.values())


def _measured(study: Study) -> str:
    """How well the query finds what it should, where a sample was judged."""
    told = measured_of(study, study.config.query)
    return "" if told is None else in_words(told)


def _query_words(study: Study) -> str:
    """The query said back in words; every post where there is none."""
    if not study.config.query.strip():
        return "every post of these sources"
    replies = (
        ", and the replies in the threads that such posts open"
        if study.config.whole_threads
        else ""
    )
    return parse_query(study.config.query).words() + replies


def _imports(study: Study, round_to: int) -> list[ImportRow]:
    return [
        ImportRow(
            source=record.source,
            notes=[str(note) for note in file.details.get("notes", [])],
            file=file.file,
            format=file.format,
            verified=file.verified,
            **{name: round_count(getattr(file, name), round_to) for name in _COUNTED},
        )
        for record in read_imports(study)
        for file in record.files
    ]


_COUNTED = ("read", "kept", "tombstoned", "rejected", "no_post")


def _coverage(ask: Ask, round_to: int) -> list[CoverageRow]:
    layers: dict[str, dict[str, Any]] = {}
    for layer, state, texts in covered_texts(ask):
        layers.setdefault(layer, {})[state] = round_count(texts, round_to)
    return [
        msgspec.convert({"layer": layer, **counts}, CoverageRow) for layer, counts in layers.items()
    ]
