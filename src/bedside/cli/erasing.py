"""`erase`: the vault and what was derived, then every other room that keeps rows or documents."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from bedside.cli.reporting import drop_report, forget_in_releases, rewrite_report
from bedside.errors import InputError
from bedside.judge.caselog import open_cases
from bedside.judge.crisislog import open_crises
from bedside.judge.decisions import has_log, open_log
from bedside.judge.relevance import forget_relevance
from bedside.judge.samples import forget_in_samples
from bedside.judge.unlearning import drop_learnt, layers_judged
from bedside.report.holding import erasure_paper
from bedside.store.erasure import erase
from bedside.store.files import write_text
from bedside.store.meant import Kind
from bedside.store.study import Study, open_study
from bedside.understand.llm.cache import forget_answers

__all__ = ["erase_from"]


def _chosen(**given: str) -> tuple[Kind, str]:
    found = [(kind, value) for kind, value in given.items() if value]
    if len(found) != 1:
        raise InputError(
            f"give exactly one of --post, --account, --source; got {len(found)}: what should be erased?"
        )
    kind, value = found[0]
    return kind, value  # type: ignore[return-value]


def erase_from(
    folder: Path,
    *,
    post: str = "",
    account: str = "",
    source: str = "",
    now: datetime,
    receipt: Path | None = None,
) -> tuple[dict[str, Any], str]:
    """Erase a post, an account or a source from a study.

    Parameters
    ----------
    folder : Path
    post, account, source : str
        Exactly one; as `bedside.store.erasure.erase` takes it.
    now : datetime
        For the date on the report that says figures are stale.
    receipt : Path, optional
        Where a paper for the person goes that says what was erased and what stays; it names nobody.

    Returns
    -------
    tuple of dict and str
        For programs, and for people.
    """
    kind, value = _chosen(post=post, account=account, source=source)
    study = open_study(folder)
    reported = (study.folder / "report.html").exists()
    unlearnt: list[str] = []
    with study.locked():
        done = erase(study, kind, value, also=partial(_elsewhere, study, now, unlearnt))
        if reported:
            rewrite_report(study, now)
    if receipt is not None:
        write_text(
            receipt, erasure_paper(study.config.title, kind, done.posts, done.masked_elsewhere, now)
        )
    told = {
        "posts": done.posts,
        "masked_elsewhere": done.masked_elsewhere,
        "snapshots": [{"id": s.id, "erased": s.erased} for s in done.snapshots],
    }
    lines = [
        f"{done.posts} posts erased from every file of {folder.name}; they will not be taken back.",
        f"{done.masked_elsewhere} other posts named them and were masked.",
        *(
            f"snapshot {s.id} keeps its id: {s.erased} erased; its figures are stale."
            for s in done.snapshots
        ),
        *(
            [
                f"what was learnt from them is gone; learn again with: bedside learn ({', '.join(unlearnt)})"
            ]
            if unlearnt
            else []
        ),
        *(["the report says so now; measure again with: bedside run"] if reported else []),
        "Files outside the study (what was imported, reports already sent) are yours to erase.",
    ]
    return told, "\n".join(lines)


def _elsewhere(
    study: Study,
    now: datetime,
    unlearnt: list[str],
    posts: frozenset[str],
    accounts: frozenset[str],
) -> None:
    """Reach what other rooms keep: report, decisions, what was learnt from them, samples, quotes in releases."""
    drop_report(study)
    if has_log(study):
        with open_log(study) as log:
            unlearnt += drop_learnt(study, layers_judged(log, {*posts, *accounts}))
            log.erase(subject_keys=(*posts, *accounts))
        with open_cases(study) as cases:
            cases.erase(posts, accounts, at=now)
        with open_crises(study) as crises:
            crises.erase(posts)
    forget_in_samples(study, posts, accounts)
    forget_relevance(study, posts)
    forget_answers(study, posts)
    forget_in_releases(study, tuple(posts))
