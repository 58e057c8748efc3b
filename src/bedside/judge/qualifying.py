"""Qualifying: whether a sample can still check a layer, or its rules were changed by someone who had seen it.

Who writes rules with the sample in view fits them to it: afterwards the sample says that they are better than they
are. So each look at a sample notes which rules of its own the study then had for the layer.
"""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from bedside.judge.samples import Sample, list_samples, write_sample
from bedside.plugins import offered
from bedside.store.files import content_key
from bedside.store.study import Study
from bedside.understand.marks import Maker, load_makers

__all__ = ["disqualify", "own_makers", "own_rules", "reason_against"]

BY_DICTIONARY = frozenset({"mention", "diagnosis", "treatment", "harm", "special_situation"})
"""Layers that the study's own conditions, products and vocabularies are looked up for."""
PATTERNS = "patterns"  # folder of a study; each file says by its tables which layers it speaks of
LISTS = {"claims": frozenset({"claim"}), "vocabularies": BY_DICTIONARY}
"""Folders of a study with lists that its people wrote or chose, and the layers that they reach."""


def own_makers() -> tuple[Maker, ...]:
    """Makers of plug-ins: written by people who may know the study."""
    targets = tuple(sorted(target for target in offered("makers") if isinstance(target, str)))
    return load_makers(targets) if targets else ()


def own_rules(study: Study, layer: str, makers: Iterable[Any] | None = None) -> str:
    """Hash of the rules for a layer that people of this study wrote.

    Parameters
    ----------
    study : Study
    layer : str
    makers : iterable of Maker, optional
        Makers of the study's own; by default those of plug-ins. Those that ship with bedside were written by people who
        never saw this study's posts, and classifiers that learn are held out of fold: neither belongs here.

    Returns
    -------
    str
        Changes with a file of the study's `patterns` that speaks of the layer, with its claims (for the layer of claims)
        and vocabularies (for layers that are looked up), with the version of a
        maker of its own, for layers that are looked up in dictionaries with its conditions and products, and where a
        language model's marks count with which model it is.
    """
    parts: list[Any] = [layer]
    if layer in BY_DICTIONARY:
        parts += [study.config.conditions, study.config.products]
    own = own_makers() if makers is None else makers
    parts += sorted(f"{maker.name} {maker.version}" for maker in own if layer in maker.layers)
    if study.config.llm.counts and layer in study.config.llm.layers:
        parts.append(study.config.llm.model)
    for path in _files(study, PATTERNS):
        if said := _speaking_of(layer, path.read_bytes()):
            parts += [path.name, said]
    for folder, layers in LISTS.items():
        if layer in layers:
            parts += [[path.name, content_key(path.read_bytes())] for path in _files(study, folder)]
    return content_key(*parts)


def _files(study: Study, folder: str) -> list[Path]:
    return sorted(path for path in (study.folder / folder).rglob("*") if path.is_file())


def _speaking_of(layer: str, data: bytes) -> str:
    """Hash of what a rule file may say of a layer: the layer's table and what all tables share; all of other files."""
    try:
        held: Mapping[str, Any] = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return content_key(data)
    shared = {name: v for name, v in held.items() if name[:1] == "@" or not isinstance(v, dict)}
    said = shared | ({layer: held[layer]} if layer in held else {})
    return content_key(said) if said else ""


def reason_against(
    study: Study,
    sample: Sample,
    layer: str,
    looks: pa.Table,
    *,
    makers: Iterable[Any] | None = None,
) -> str:
    """Why a sample can no longer check a layer; empty where it can.

    Parameters
    ----------
    looks : pyarrow.Table
        LOOK of this sample.
    """
    if sample.kind == "learning":
        return "a learning sample: its posts were chosen, not drawn with a known probability"
    if not sample.is_for(layer):
        return f"drawn for {', '.join(sample.layers)}, not for {layer}"
    if layer in sample.disqualified:
        return sample.disqualified[layer]
    now, authors = own_rules(study, layer, makers), set(study.config.judge.rule_authors)
    for look in looks.to_pylist():
        seen = look["sample_id"] == sample.id and look["layer"] == layer
        if seen and look["rules"] != now and (not authors or look["coder"] in authors):
            return (
                f"the study's own rules for {layer} were changed after {look['coder']} looked at the sample on "
                f"{look['looked_at']:%Y-%m-%d}; draw a new sample for {layer}"
            )
    return ""


def disqualify(
    study: Study, looks: pa.Table, *, makers: Iterable[Any] | None = None
) -> dict[str, dict[str, str]]:
    """Mark the samples that lost a layer since the last time; a mark stays also when a rule is changed back.

    Returns
    -------
    dict of str to dict
        Newly marked: sample to layer to reason.
    """
    own = list(own_makers() if makers is None else makers)
    fresh: dict[str, dict[str, str]] = {}
    for sample in list_samples(study):
        if not sample.estimates:
            continue
        layers = {
            look["layer"] for look in looks.to_pylist() if look["sample_id"] == sample.id
        } - set(sample.disqualified)
        found = {
            layer: reason
            for layer in sorted(layers)
            if sample.is_for(layer)
            and (reason := reason_against(study, sample, layer, looks, makers=own))
        }
        if found:
            fresh[sample.id] = found
            marked = msgspec.structs.replace(sample, disqualified=sample.disqualified | found)
            write_sample(study, marked)
    return fresh
