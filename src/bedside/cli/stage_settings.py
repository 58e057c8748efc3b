"""What the stages of a run are told, from the study's own files."""

from typing import Any

from bedside.codebook import Codebook
from bedside.errors import InputError
from bedside.plugins import offered
from bedside.store.corrections import read_corrections
from bedside.store.keys import load_keys
from bedside.store.study import Study
from bedside.store.vocabularies import read_vocabularies, vocabulary_key
from bedside.understand.claims.book import pack_claims, read_claims
from bedside.understand.learnt.study import current_versions
from bedside.understand.marks import BUILT_IN

__all__ = ["study_claims", "understand_settings", "unify_settings"]


def study_claims(study: Study) -> str:
    """Claims of a study, packed: the starter set with the study's `claims/`; empty where it has no such folder."""
    own = study.folder / "claims"
    return pack_claims(read_claims(own).claims) if own.is_dir() else ""


def unify_settings(study: Study, respondents: list[str]) -> dict[str, Any]:
    """What cleaning and masking are told: people of surveys, places, and what a person corrected."""
    said = read_corrections(study, load_keys(study.config.id).vault)
    return {
        "study_id": study.config.id,
        "one_post_one_person": respondents,
        "mask_places": study.config.privacy.mask_places,
        "always": list(said.always),
        "never": list(said.never),
    }


def understand_settings(study: Study, book: Codebook) -> dict[str, Any]:
    """What the makers are told: languages, codes, what the study is about, and what it added or learnt itself."""
    settings: dict[str, Any] = {
        "languages": study.config.languages,
        "codes": book.hashes(),
        "conditions": study.config.conditions,
        "products": study.config.products,
        "claims": study_claims(study),
        "makers": _makers(),
    }
    if own := read_vocabularies(study, load_keys(study.config.id).vault):
        settings |= {
            "vocabularies": {each.name: vocabulary_key(each) for each in own},
            "study_id": study.config.id,
        }
    serving, _ = current_versions(study.folder / "learnt", book.hashes())
    if serving:
        settings["learnt"] = serving
    return settings


def _makers() -> list[str] | None:
    """Built-in makers and, by import string, those of plug-ins; None where there are only the former."""
    extra = sorted(offered("makers"))
    for target in extra:
        if not isinstance(target, str) or ":" not in target:
            raise InputError(
                "a plug-in must name its maker as an import string: package.module:OBJECT"
            )
    return [*BUILT_IN, *extra] if extra else None
