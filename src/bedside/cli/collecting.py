"""`collect` and `recheck`: rounds of live sources, taken in like files, and deletions followed."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from bedside.cli.adding import settle
from bedside.cli.taking import Taken, Taker, known_posts
from bedside.collect.containers import Document
from bedside.collect.live.credentials import Wallet
from bedside.collect.live.exchange import Landed, LiveSource, Request, Response, Steps
from bedside.collect.live.http import Client, Manners
from bedside.collect.live.landing import Landing, Round
from bedside.collect.live.rounds import Outcome, plan, run_round
from bedside.collect.live.sources import find_source, live_settings
from bedside.errors import InputError, NotFoundError, PermissionRefused
from bedside.model.sources import Source
from bedside.store.files import content_key
from bedside.store.imports import read_imports, sweep_vault
from bedside.store.keys import StudyKeys, load_keys
from bedside.store.live import LiveState, live_state
from bedside.store.retention import apply_register
from bedside.store.study import Study, open_study, register_source

__all__ = [
    "Collected",
    "collect",
    "live_sources",
    "planned",
    "recheck",
    "register_live",
]

Progress = Callable[[str, int, int], None]
Ask = Callable[[Request], Response]
UNKNOWN = -1  # total of a step whose end is not known


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """What one round did.

    Attributes
    ----------
    source, does : str
    asked, kept_from_before : int
        Requests made now; answers found from before an interruption.
    read, new, tombstoned, unchanged, rejected, no_post : int
        Records of the round: read = new + tombstoned + rejected + no_post, unchanged ones among no_post.
    withdrawn : int
        Records in the study that lost their text, because the source deleted or changed the post.
    notes : tuple of str
        What is incomplete or could not be asked.
    """

    source: str
    does: str
    asked: int = 0
    kept_from_before: int = 0
    read: int = 0
    new: int = 0
    tombstoned: int = 0
    unchanged: int = 0
    rejected: int = 0
    no_post: int = 0
    withdrawn: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Job:
    """One round to be done: study, source, kind, settings and the time it counts as made at."""

    study: Study
    source: Source
    kind: LiveSource
    settings: dict[str, Any]
    keys: StudyKeys
    does: str


def live_sources(study: Study, names: Sequence[str] = ()) -> list[Source]:
    """Sources that are read live, all or those named.

    Raises
    ------
    NotFoundError
        If a named source is not in the register, or none is read live.
    InputError
        If a named source is one of files.
    """
    chosen = [study.source(name) for name in names] or list(study.sources.values())
    live = [source for source in chosen if source.live.get("kind")]
    missing = [source.name for source in chosen if not source.live.get("kind")] if names else []
    if missing:
        raise InputError(
            f"source '{missing[0]}' is one of files; name what it is read from with: bedside collect STUDY --source "
            f"{missing[0]} --from KIND --set ..."
        )
    if not live:
        raise NotFoundError(
            "no source of this study is read live; register one with: bedside collect STUDY --source NAME --from KIND "
            "--set access_basis=... (docs/LIVE.md)"
        )
    return live


def register_live(study: Study, source: Source, kind: str, settings: Mapping[str, Any]) -> Source:
    """Enter a live source in the register, its settings checked.

    Raises
    ------
    InputError
        If the kind or a setting has no meaning, or the name is registered with other answers.
    """
    found = find_source(kind)
    live_settings(found, settings)
    days = source.recheck_days or found.recheck_days
    entry = msgspec.structs.replace(source, recheck_days=days, live={"kind": kind, **settings})
    return register_source(study, entry)


def planned(folder: Path, *, names: Sequence[str] = (), now: datetime) -> list[dict[str, Any]]:
    """What `collect` would ask of each source, without asking anything: for a dry run.

    Returns
    -------
    list of dict
        source, kind, requests (the addresses known beforehand), terms, tried_on, robots (whether obeyed), goes_on
        (whether an interrupted round would go on).
    """
    study = open_study(folder)
    keys = load_keys(study.config.id)
    found = []
    for source in live_sources(study, names):
        job = _job(study, source, keys, "collect")
        landing = Landing(study, source.name, keys.vault)
        steps = job.kind.collect(_timed(job, now), landing.cursor())
        found.append(
            {
                "source": source.name,
                "kind": job.kind.name,
                "requests": plan(steps),
                "terms": job.kind.licence_note,
                "tried_on": job.kind.verified,
                "robots": _obeys(job),
                "goes_on": landing.open_round() is not None,
            }
        )
    return found


def collect(
    folder: Path,
    *,
    names: Sequence[str] = (),
    now: datetime,
    progress: Progress | None = None,
    ask: Ask | None = None,
    environ: Mapping[str, str] | None = None,
) -> list[Collected]:
    """Read what is new at every live source of a study, or at those named.

    Parameters
    ----------
    folder : Path
    names : sequence of str
    now : datetime
        With zone; the time of collection of everything that is new. A round that goes on keeps the time at which
        it began.
    progress : callable, optional
        Told (what, requests answered, -1).
    ask : callable, optional
        Answers requests instead of the network.
    environ : mapping, optional
        Where keys and tokens are looked up; the process's environment if not given.

    Returns
    -------
    list of Collected

    Raises
    ------
    PermissionRefused
        If the register, a site's robots.txt or its log-in forbids it.
    SourceError
        If a server cannot be reached or read; what it answered before is kept, and the same command goes on.
    """
    return _rounds(folder, names, "collect", now, progress, ask, environ)


def recheck(
    folder: Path,
    *,
    names: Sequence[str] = (),
    now: datetime,
    progress: Progress | None = None,
    ask: Ask | None = None,
    environ: Mapping[str, str] | None = None,
) -> list[Collected]:
    """Ask each live source what became of the posts that the study holds of it; parameters as for `collect`.

    Notes
    -----
    A deleted post loses its text everywhere; an edited one is taken in anew and its older words go; a post that came
    back, with a reactivated account, is taken in again. Sources that cannot be asked (feeds) say so in `notes`.
    """
    return _rounds(folder, names, "recheck", now, progress, ask, environ)


def _rounds(
    folder: Path,
    names: Sequence[str],
    does: str,
    now: datetime,
    progress: Progress | None,
    ask: Ask | None,
    environ: Mapping[str, str] | None,
) -> list[Collected]:
    study = open_study(folder)
    keys = load_keys(study.config.id)
    with study.locked():
        sweep_vault(study)
        emptied = apply_register(study, keys, now)
        if emptied.by_source:
            settle(study, emptied.post_keys, {}, now)
        jobs = [_job(study, source, keys, does) for source in live_sources(study, names)]
        return [_round(job, now, progress, ask, environ) for job in jobs]


def _job(study: Study, source: Source, keys: StudyKeys, does: str) -> _Job:
    if source.login_needed and not source.operator_consent:
        raise PermissionRefused(
            f"source '{source.name}' needs a login and no operator's consent is recorded; record it as "
            f"operator_consent in sources/{source.name}.toml of the study, or leave this source out"
        )
    kind = find_source(str(source.live["kind"]))
    return _Job(study, source, kind, live_settings(kind, source.live), keys, does)


def _timed(job: _Job, began: datetime) -> dict[str, Any]:
    return {**job.settings, "today": began.date().isoformat()}


def _obeys(job: _Job) -> bool:
    """Whether robots.txt is asked: always at sites for people, unless their owner has consented."""
    said = str(job.settings.get("robots") or "").lower()
    if said in ("false", "no") and not job.source.operator_consent:
        raise PermissionRefused(
            f"[live] of source '{job.source.name}' says robots = false, and no operator's consent is recorded; record "
            "it as operator_consent, or leave robots out"
        )
    return job.kind.robots and said not in ("false", "no")


def _round(
    job: _Job,
    now: datetime,
    progress: Progress | None,
    ask: Ask | None,
    environ: Mapping[str, str] | None,
) -> Collected:
    """Begin a round or go on with it, take in what it gave, and end it."""
    if job.does == "recheck" and job.kind.recheck is None:
        note = f"a source of kind '{job.kind.name}' cannot be asked what became of a post"
        return Collected(source=job.source.name, does=job.does, notes=(note,))
    landing = Landing(job.study, job.source.name, job.keys.vault)
    round_ = _begun(job, landing, now)
    outcome = _answered(job, landing, round_, progress, ask, environ)
    taken = _taken(job, landing, round_, outcome, now)
    state = live_state(job.study, job.source.name)
    days = {"collected" if job.does == "collect" else "rechecked": round_.began}
    landing.end(
        msgspec.structs.replace(state, rounds=round_.number, **days),
        outcome.cursor if job.does == "collect" else None,
    )
    notes = dict.fromkeys([*outcome.notes, *taken.notes])
    return Collected(
        source=job.source.name,
        does=job.does,
        asked=outcome.asked,
        kept_from_before=outcome.kept,
        notes=tuple(notes),
        **taken.counts(),
    )


def _begun(job: _Job, landing: Landing, now: datetime) -> Round:
    state: LiveState = live_state(job.study, job.source.name)
    asks_for = content_key(job.kind.name, job.settings, job.source.store)
    landing.tidy(state)
    open_ = landing.open_round()
    if open_ is not None and open_.does == job.does and open_.settings == asks_for:
        return open_
    records = sum(record.rows for record in read_imports(job.study))
    round_ = Round(
        number=state.rounds + 1, does=job.does, began=now, settings=asks_for, records=records
    )
    landing.begin(round_)
    return round_


def _answered(
    job: _Job,
    landing: Landing,
    round_: Round,
    progress: Progress | None,
    ask: Ask | None,
    environ: Mapping[str, str] | None,
) -> Outcome:
    steps = _steps(job, landing, round_)
    tell = (lambda done: progress(job.does, done, UNKNOWN)) if progress else None
    if ask is not None:
        return run_round(steps, ask, landing, progress=tell)
    wallet = Wallet(job.kind.credential, job.settings, environ)
    wallet.check()
    manners = Manners(**_manners(job))
    contact = str(job.settings.get("contact") or "")
    with Client(manners, wallet, contact=contact, obey_robots=_obeys(job)) as client:
        return run_round(steps, client.ask, landing, progress=tell)


def _manners(job: _Job) -> dict[str, Any]:
    given = {"seconds_between": job.kind.seconds_between}
    for name in ("seconds_between", "longest_wait"):
        value = job.settings.get(name)
        if value not in (None, ""):
            try:
                given[name] = float(value)
            except (TypeError, ValueError) as error:
                raise InputError(f"{name} wants a number of seconds, got '{value}'") from error
    return given


def _steps(job: _Job, landing: Landing, round_: Round) -> Steps:
    settings = _timed(job, round_.began)
    if job.does == "collect":
        return job.kind.collect(settings, landing.cursor())
    if job.kind.recheck is None:
        raise InputError(
            f"a source of kind '{job.kind.name}' cannot be asked what became of a post"
        )
    return job.kind.recheck(settings, known_posts(job.study, job.source.name, round_.records))


def _taken(job: _Job, landing: Landing, round_: Round, outcome: Outcome, now: datetime) -> Taken:
    """Take in every document of a round, and follow deletions and edits."""
    taker = Taker(job.study, job.source, job.keys, round_.began, first=round_.records)
    prefix = f"live/{job.source.name}/{round_.number:06}"
    for number, piece in enumerate(outcome.landed, 1):
        landed = piece.open(landing)
        taker.document(_document(f"{prefix}/{number:06}", landed), landed.format, landed.service)
    taker.tombstones(f"{prefix}/observed", job.kind.name, outcome.observed)
    taken = taker.finish()
    if taken.gone or taken.changed:
        settle(job.study, taken.changed_keys(job.keys), taken.gone, now)
    return taken


def _document(name: str, landed: Landed) -> Document:
    """A landed document as the readers of files take it; caption tracks stand beside their sidecar."""
    suffix = {"rss": ".xml", "subtitles": ".vtt"}.get(landed.format, ".json")
    beside = tuple(landed.sidecars)
    if beside:
        name = f"{name}/{beside[0].removesuffix('.info.json')}"

    def sibling(other: str) -> bytes | None:
        return landed.sidecars.get(Path(other).name)

    def names() -> tuple[str, ...]:
        return beside

    return Document(f"{name}{suffix}", lambda: io.BytesIO(landed.body), sibling, names)
