"""`open`: the report in a browser, or the posts behind a figure for who may see them."""

import webbrowser
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa

from bedside.cli.opening_post import open_post_text
from bedside.errors import NotFoundError, suggest
from bedside.measure.bound import bind_study, current_snapshot, study_codebook
from bedside.measure.evidence import open_evidence
from bedside.measure.kept import read_figures
from bedside.measure.samples import judged_shares
from bedside.model.figures import Figure
from bedside.report.printing import share
from bedside.store.engine import EmbeddedEngine
from bedside.store.stages import Aggregate
from bedside.store.study import Study, open_study

__all__ = [
    "find_figure",
    "open_any",
    "open_evidence_text",
    "open_report",
    "posts_behind",
]

SHOWN_KEYS = 20  # of judged posts, in the text for people; --json has all
TEXTS = Aggregate(
    name="open",
    needs=("posts", "folds"),
    sql="""
SELECT p.post_key, p.source, p.platform, CAST(p.published_at AS DATE) AS day, p.title, p.body
FROM posts p JOIN folds f ON f.record_no = p.record_no
WHERE f.keep AND array_contains($keys, p.post_key)
ORDER BY p.post_key
""",
)


def find_figure(study: Study, evidence: str) -> Figure:
    """The figure of the latest snapshot with an evidence id, or with an unambiguous beginning of one.

    Raises
    ------
    NotFoundError
        If there is none, or several begin like that.
    """
    figures = read_figures(study, current_snapshot(study))
    found = [figure for figure in figures if figure.id.startswith(evidence)]
    if len(found) == 1 or (found and found[0].id == evidence):
        return found[0]
    if found:
        raise NotFoundError(f"{len(found)} figures begin with '{evidence}'; give more of the id")
    raise NotFoundError(
        f"no figure '{evidence}' in the latest snapshot; {suggest(evidence, [f.id for f in figures][:400])}"
    )


class Behind(NamedTuple):
    """What stands behind a figure: masked texts, how many posts in all, and what people decided of which."""

    texts: pa.Table
    posts: int
    decided: tuple[tuple[str, bool], ...] = ()


def posts_behind(study: Study, figure: Figure, *, limit: int) -> Behind:
    """Masked texts behind a figure, at most `limit`; of a judged one also the posts (or accounts) that people read."""
    with EmbeddedEngine(study) as engine:
        bind_study(study, engine, current_snapshot(study))
        keys = open_evidence(engine.ask, figure)["post_key"].to_pylist()
        decided: tuple[tuple[str, bool], ...] = ()
        judged = judged_shares(study, engine.ask, study_codebook(study)) if figure.judging else None
        if judged is not None:
            decided = judged.again(figure).decided
        return Behind(engine.ask(TEXTS, {"keys": keys[:limit]}), len(keys), decided)


def open_evidence_text(folder: Path, evidence: str, *, limit: int) -> tuple[dict[str, Any], str]:
    """Open a figure down to its posts.

    Returns
    -------
    tuple of dict and str
        For programs, and for people. Texts are masked; posts stand in the order of their keys.
    """
    study = open_study(folder)
    figure = find_figure(study, evidence)
    table, total, decided = posts_behind(study, figure, limit=limit)
    rows = table.to_pylist()
    told = {
        "id": figure.id,
        "measure": figure.measure,
        "keys": figure.keys,
        "posts": total,
        "shown": rows,
        "advice": figure.advice,
    }
    if figure.judging is not None:
        told["judging"] = msgspec.to_builtins(figure.judging)
        told["coders"] = list(figure.evidence.coders)
        told["decided"] = [{"key": key, "present": present} for key, present in decided]
    said = ", ".join(f"{name} {value}" for name, value in figure.keys.items())
    lines = [
        f"{figure.id}: {figure.measure} ({said})",
        f"{total:,} posts; {figure.method}; snapshot {figure.evidence.snapshot}",
        *_judged_lines(figure, decided),
        "Masked text, for people of this study only; nothing here may leave the house.",
    ]
    for row in rows:
        title = f"{row['title']}\n  " if row["title"] else ""
        lines += [
            "",
            f"{row['post_key']} · {row['platform']} · {row['day'] or 'no date'}",
            f"  {title}{row['body']}",
        ]
    if total > len(rows):
        lines += ["", f"{total - len(rows):,} more: --limit {total}"]
    return told, "\n".join(lines)


def _judged_lines(figure: Figure, decided: Sequence[tuple[str, bool]]) -> list[str]:
    """What people decided, what the machine alone says, and what more judging would buy."""
    judging = figure.judging
    if judging is None:
        return [figure.advice] if figure.advice else []
    interval = share(figure.estimate or 0, figure.low, figure.high)
    alone = (
        ""
        if judging.machine is None
        else f"; the machine alone says {share(judging.machine, None, None)}"
    )
    present = [key for key, is_present in decided if is_present]
    return [
        f"judged {interval}{alone}",
        f"{judging.judged:,} {figure.unit} of sample {judging.sample} judged by {', '.join(figure.evidence.coders)}, "
        f"{len(present):,} with the code, codebook {figure.evidence.codebook}",
        *([figure.advice] if figure.advice else []),
        *([f"judged to carry it: {' '.join(present[:SHOWN_KEYS])}"] if present else []),
    ]


def open_any(folder: Path, what: str, *, limit: int = 20) -> tuple[dict[str, Any], str]:
    """Open the report (nothing named), a figure (`ev-...`) or a post (its key or id)."""
    if not what:
        told = open_report(folder)
        return {"report": told.removeprefix("report: ")}, told
    if what.startswith("ev-"):
        return open_evidence_text(folder, what, limit=limit)
    return open_post_text(open_study(folder), what)


def open_report(folder: Path) -> str:
    """Open the report in the browser, where there is one; say where it lies."""
    path = open_study(folder).folder / "report.html"
    if not path.exists():
        raise NotFoundError(
            f"no report in {folder}; write it with: bedside run {quote(str(folder))}"
        )
    webbrowser.open(path.resolve().as_uri())
    return f"report: {path}"
