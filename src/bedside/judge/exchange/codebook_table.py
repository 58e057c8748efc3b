"""The codebook as a table: `tag` and `description` as Taguette imports them, and the rest in columns of its own."""

import csv
import io
from pathlib import Path

from bedside.codebook import Code, Codebook, Layer, codebook_version
from bedside.errors import FormatError, InputError
from bedside.judge.exchange.descriptions import code_from, code_text, layer_from, layer_text
from bedside.judge.exchange.refi_codebook import as_name

__all__ = ["read_codebook_table", "write_codebook_table"]

COLUMNS = ("tag", "description", "layer", "code", "meaning", "layer_meaning")
SIGN = "\ufeff"  # without it some tools guess another encoding


def write_codebook_table(book: Codebook) -> str:
    """A codebook as CSV: one row a code as marks write it, tag = `layer.code`.

    Notes
    -----
    Taguette reads `tag` and `description` and passes over the other columns; a stop makes its levels.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for layer in book:
        for name in layer.names():
            code = layer.find(name)
            told = "\n".join(
                [
                    code.definition,
                    *(f"Counts: {c}" for c in code.counts),
                    *(f"Not: {n}" for n in code.not_),
                ]
            )
            own = [layer.layer, name, code_text(code), layer_text(layer)]
            writer.writerow([f"{layer.layer}.{name}", told, *own])
    return SIGN + out.getvalue()


def read_codebook_table(path: Path) -> Codebook:
    """The codebook of a table that bedside or Taguette wrote.

    Raises
    ------
    FormatError
        If it cannot be read as CSV.
    InputError
        If it has no column `tag`.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FormatError(
            f"{path.name} cannot be read as CSV in UTF-8; save it anew as UTF-8"
        ) from error
    if not rows or "tag" not in rows[0]:
        raise InputError(f"{path.name} is no codebook: it needs the columns tag and description")
    texts: dict[str, str] = {}
    codes: dict[str, dict[str, Code]] = {}
    for row in rows:
        tag = row["tag"] or ""
        top, stop, rest = tag.partition(".")
        layer = row.get("layer") or as_name(top if stop else path.stem)
        name = row.get("code") or as_name(rest or top)
        stem = name.partition(":")[0]
        meaning = row.get("meaning") or row.get("description") or ""
        texts.setdefault(layer, row.get("layer_meaning") or "")
        codes.setdefault(layer, {}).setdefault(stem, code_from(stem, meaning or tag))
    layers: dict[str, Layer] = {
        name: layer_from(name, texts[name], of.values()) for name, of in sorted(codes.items())
    }
    return Codebook(layers=layers, version=codebook_version(layers))
