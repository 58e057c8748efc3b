"""Figures of a snapshot as they were last measured, and what every figure of a study notes about where it comes from."""

from pathlib import Path

import msgspec

from bedside.codebook import Codebook
from bedside.measure.context import MeasureContext, make_context
from bedside.measure.prints import Prints
from bedside.measure.safety.products import screened_names
from bedside.measure.samples import judged_shares
from bedside.model.figures import Figure
from bedside.store.engine import Engine
from bedside.store.files import replace_file
from bedside.store.interventions import read_interventions
from bedside.store.snapshots import Snapshot
from bedside.store.stages import Aggregate
from bedside.store.study import Study
from bedside.understand.claims.book import ClaimBook, read_claims

__all__ = [
    "KeptFigures",
    "keep_figures",
    "kept_figures",
    "measure_context",
    "read_figures",
    "study_claims",
]

MAKERS = Aggregate(
    name="makers",
    needs=("coverage",),
    sql="SELECT DISTINCT maker, maker_version FROM coverage ORDER BY maker, maker_version",
)


class KeptFigures(msgspec.Struct):
    """Figures, the key of everything that they rest on, and the prints of the posts behind each (`measure.prints`)."""

    key: str
    figures: list[Figure]
    prints: Prints


def _place(study: Study, snapshot: Snapshot) -> Path:
    return study.folder / "figures" / f"{snapshot.id}.json"


def kept_figures(study: Study, snapshot: Snapshot) -> KeptFigures | None:
    """Figures as last measured; None where there are none, or the file is damaged: they are measured anew."""
    try:
        return msgspec.json.decode(_place(study, snapshot).read_bytes(), type=KeptFigures)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def read_figures(study: Study, snapshot: Snapshot) -> list[Figure]:
    """The figures of a snapshot as last measured; empty if there are none."""
    kept = kept_figures(study, snapshot)
    return [] if kept is None else kept.figures


def keep_figures(study: Study, snapshot: Snapshot, kept: KeptFigures) -> None:
    """Write the figures of a snapshot."""
    data = msgspec.json.format(msgspec.json.encode(kept), indent=1)
    replace_file(_place(study, snapshot), lambda file: file.write(data))


def study_claims(study: Study) -> ClaimBook:
    """The knowledge base of claims of a study: the starter set, extended or replaced by the study's folder."""
    own = study.folder / "claims"
    return read_claims(own if own.is_dir() else None)


def measure_context(
    study: Study, engine: Engine, snapshot: Snapshot, book: Codebook
) -> MeasureContext:
    """What every figure notes about where it comes from."""
    makers = tuple(
        f"{row['maker']} {row['maker_version']}" for row in engine.ask(MAKERS, {}).to_pylist()
    )
    return make_context(
        book,
        snapshot=snapshot.id,
        makers=makers,
        conditions=study.config.conditions,
        languages=study.config.languages,
        place=study.config.place,
        provider_minimum=study.config.privacy.provider_minimum,
        solicited=[name for name, source in study.sources.items() if source.solicited],
        named=screened_names(study.config),
        hashtags=study.config.hashtags,
        verdicts={claim.id: claim.verdict for claim in study_claims(study).claims},
        interventions=read_interventions(study),
        judged=judged_shares(study, engine.ask, book),
    )
