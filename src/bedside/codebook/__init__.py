"""Codebook: layers and codes, their versions and differences; one text file a layer, edited by analysts."""

from bedside.codebook.reading import STAGE_GROUPS, load_codebook, read_layer, write_codebook
from bedside.codebook.records import (
    Code,
    Codebook,
    Layer,
    Slot,
    code_hash,
    codebook_version,
    layer_hash,
)
from bedside.codebook.versions import Difference, differences
from bedside.codebook.writing import layer_toml

__all__ = [
    "STAGE_GROUPS",
    "Code",
    "Codebook",
    "Difference",
    "Layer",
    "Slot",
    "code_hash",
    "codebook_version",
    "differences",
    "layer_hash",
    "layer_toml",
    "load_codebook",
    "read_layer",
    "write_codebook",
]
