"""`export` in words: which documents were written, of which release."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bedside.report.exporting import export_documents
from bedside.store.study import open_study

__all__ = ["export_text"]


def export_text(
    folder: Path,
    kinds: Sequence[str],
    *,
    out: Path | None = None,
    live: bool = False,
    now: datetime,
) -> tuple[dict[str, Any], str]:
    """Write documents of what may leave a study; see `export_documents`."""
    study = open_study(folder)
    with study.locked():
        done = export_documents(study, kinds, out=out, now=now, live=live)
    ready, paths = done.ready, [str(path) for path in done.paths]
    frozen = ready.plan.frozen if ready.plan is not None and not live else None
    told = {
        "release": ready.stamp,
        "frozen": frozen is not None,
        "stale": ready.material.stale,
        "documents": paths,
    }
    about = [f"frozen on {frozen.on} by {frozen.by}"] if frozen is not None else []
    about += ["stale: posts were erased since"] if ready.material.stale else []
    head = f"release {ready.stamp}" + (f" ({'; '.join(about)})" if about else "")
    tail = "Only released figures are in them. Check them with: bedside check"
    return told, "\n".join([head, *(f"  {path}" for path in paths), tail])
