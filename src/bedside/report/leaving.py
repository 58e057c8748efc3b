"""Leaving: the one release that documents are made of, its records, and the stamp that names both."""

import hashlib
import re
from datetime import datetime
from typing import NamedTuple

import msgspec

from bedside.errors import NotFoundError, PermissionRefused, StorageError
from bedside.measure.bound import study_codebook
from bedside.model.plans import Plan
from bedside.release.corpus import corpus_texts
from bedside.release.haystack import Haystack
from bedside.release.ledger import Ledger
from bedside.release.quotes import own_runs
from bedside.report.gathering import material_for
from bedside.report.material import Material, Records, material_of
from bedside.report.prose import bare_words
from bedside.report.releasing import release_again
from bedside.store.engine import EmbeddedEngine
from bedside.store.files import read_json, replace_file
from bedside.store.plans import read_plan
from bedside.store.snapshots import latest_snapshot, read_snapshot
from bedside.store.study import Study

__all__ = ["DOCUMENTS", "STAMP", "Leaving", "leaving", "leaving_now", "stamped"]

DOCUMENTS = "documents"  # folder of what people carry away
RECORDS = "records"  # folder under it, of what documents were made from beside their figures
_DIGITS = 10
STAMP = re.compile(r"r-[0-9a-f]{10}/m-[0-9a-f]{10}")


class Leaving(NamedTuple):
    """What goes into documents: the material, when it was released, the stamp that names both, and the plan."""

    material: Material
    at: datetime
    stamp: str
    plan: Plan | None = None


def leaving(study: Study, now: datetime) -> Leaving:
    """What may leave a study that is locked: of its frozen plan where it has one, else as things stand now."""
    plan = read_plan(study)
    if plan is None or plan.frozen is None:
        return leaving_now(study, now)
    kept = stamped(study, plan.frozen.stamp)
    records = _now_erased(study, kept.material.records())
    material = material_of(records, kept.material.figures, kept.material.quotes)
    name = kept.stamp.partition("/")[0]
    return Leaving(material, kept.at, f"{name}/{_keep(study, material, plan)}", plan)


def leaving_now(study: Study, now: datetime) -> Leaving:
    """What may leave a study that is locked as it stands now, noted in the ledger, its records kept for the check.

    Raises
    ------
    PermissionRefused
        If the figures may not be released, or the plan's words lead to one account's posts.
    """
    plan = read_plan(study)
    with EmbeddedEngine(study) as engine:
        snapshot, made = release_again(study, engine, now)
        if plan is not None:
            refuse_found(plan, engine)
        material = material_for(study, engine.ask, snapshot, made, study_codebook(study))
    at = Ledger(study.folder).read(made.id).at  # the same content was released when it first was
    return Leaving(material, at, f"{made.id}/{_keep(study, material, plan)}", plan)


def refuse_found(plan: Plan, engine: EmbeddedEngine) -> None:
    """Refuse words of a plan of which five in a row stand in exactly one account's posts (R25).

    Raises
    ------
    PermissionRefused
        Naming the parts, never the post.
    """
    said = [("the title", plan.title), ("the lead", plan.lead)]
    said += [
        (part.id, text) for part in plan.part for text in (part.heading, part.before, part.after)
    ]
    written = [(name, bare_words(text)) for name, text in said if text.strip()]
    if not written:
        return
    haystack = Haystack(corpus_texts(engine.ask))
    found = [(name, len(runs)) for name, text in written if (runs := own_runs(text, haystack))]
    if found:
        told = ", ".join(f"{number} in {name}" for name, number in found)
        raise PermissionRefused(
            f"words of the plan lead to one person: runs of five words that stand in one account's posts only, {told}; "
            "say them otherwise"
        )


def stamped(study: Study, stamp: str) -> Leaving:
    """What documents with this stamp were made of.

    Raises
    ------
    NotFoundError
        If the study never released it.
    StorageError
        If its records are gone.
    """
    if not STAMP.fullmatch(stamp):
        raise NotFoundError(
            f"“{stamp[:40]}” is no stamp of a release; one reads r-0123456789/m-0123456789"
        )
    name, _, key = stamp.partition("/")
    made = Ledger(study.folder).read(name)
    path = study.folder / DOCUMENTS / RECORDS / f"{key}.json"
    if not path.exists():
        raise StorageError(
            f"the records behind {stamp} are not in {DOCUMENTS}/{RECORDS}; bring them back from a copy of the study"
        )
    kept = read_json(path, _Kept)
    return Leaving(material_of(kept.records, made.figures, made.quotes), made.at, stamp, kept.plan)


def _now_erased(study: Study, records: Records) -> Records:
    """The records, knowing what was erased since."""
    snapshot = read_snapshot(study, records.study.snapshot) or latest_snapshot(study)
    if snapshot is None or snapshot.id != records.study.snapshot:
        return records
    return msgspec.structs.replace(records, erased=snapshot.erased, stale=bool(snapshot.erased))


class _Kept(msgspec.Struct, frozen=True):
    """What a document was made of beside figures and quotes."""

    records: Records
    plan: Plan | None = None


def _keep(study: Study, material: Material, plan: Plan | None) -> str:
    """Keep records and plan beside the ledger's figures, named by their content; gives the name."""
    kept = _Kept(material.records(), plan)
    data = msgspec.json.format(msgspec.json.encode(kept, order="sorted"), indent=1)
    name = f"m-{hashlib.blake2b(data).hexdigest()[:_DIGITS]}"
    replace_file(study.folder / DOCUMENTS / RECORDS / f"{name}.json", lambda file: file.write(data))
    return name
