"""Released figures as plain tables for other programs: CSV, JSON and Parquet with the same rows."""

from io import BytesIO

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from bedside.report.figures import shown
from bedside.report.material import Material
from bedside.report.tables import COLUMNS, figures_csv, figures_json

__all__ = ["FIGURES", "csv_bytes", "json_bytes", "parquet_bytes"]

FIGURES = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("measure", pa.string(), nullable=False),
        pa.field("keys", pa.map_(pa.string(), pa.string()), nullable=False),
        pa.field("unit", pa.string(), nullable=False),
        *(pa.field(name, pa.float64()) for name in ("estimate", "low", "high")),
        *(
            pa.field(name, pa.int64())
            for name in ("hits_accounts", "hits_posts", "of_accounts", "of_posts", "no_author")
        ),
        pa.field("basis", pa.string(), nullable=False),
        pa.field("suppressed", pa.bool_(), nullable=False),
        pa.field("refused", pa.string()),
        pa.field("method", pa.string()),
    ]
)
"""One row a figure, in the order of the release; numbers of suppressed figures are null."""


def csv_bytes(material: Material) -> bytes:
    """Figures as CSV in UTF-8 with a mark at its start, by which spreadsheets know it."""
    return figures_csv(material.figures, small=material.small_count).encode("utf-8-sig")


def json_bytes(material: Material, *, release: str) -> bytes:
    """Figures as one JSON object: the release, the snapshot, whether posts are simulated, and the figures."""
    about = {
        "study": material.study.title,
        "release": release,
        "snapshot": material.study.snapshot,
        "codebook": material.study.codebook,
        "simulated": material.simulated,
        "stale": material.stale,
        "small_count": material.small_count,
        "round_to": material.round_to,
    }
    rows = msgspec.json.decode(figures_json(material.figures, small=material.small_count))
    return msgspec.json.format(msgspec.json.encode(about | {"figures": rows}), indent=1)


def parquet_bytes(material: Material, *, release: str) -> bytes:
    """Figures as Parquet by the schema `FIGURES`; release and snapshot stand in the file's metadata."""
    held = [shown(figure, small=material.small_count) for figure in material.figures]
    columns = {name: [getattr(f, name) for f in held] for name in COLUMNS}
    columns["keys"] = [list(f.keys.items()) for f in held]
    about = {"release": release, "snapshot": material.study.snapshot, "study": material.study.title}
    out = BytesIO()
    pq.write_table(pa.table(columns, schema=FIGURES.with_metadata(about)), out)
    return out.getvalue()
