"""Opening cases: candidates into the log, new posts to the cases they belong to."""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa

from bedside.judge.caselog import MACHINE, CaseLog
from bedside.measure.safety.candidates import find_candidates
from bedside.measure.safety.contact import nameless_posts
from bedside.measure.safety.workflow import Standing, standing_of
from bedside.model.cases import Candidate, CaseEvent
from bedside.store.files import content_key
from bedside.store.stages import Ask
from bedside.store.study import Study
from bedside.store.views import CASE_POSTS

__all__ = ["case_id_of", "case_table", "standings_of", "sync"]

ID_DIGITS = 8


def case_id_of(candidate: Candidate) -> str:
    """Id of a case that opens with this candidate."""
    own = candidate.account_key or candidate.posts[0]
    return f"case-{content_key(own, candidate.product, candidate.posts[0])[:ID_DIGITS]}"


def sync(study: Study, ask: Ask, log: CaseLog, now: datetime) -> int:
    """Put new candidates into the log, and new posts to the cases they belong to; gives how many events.

    A candidate belongs to a case of the same product that shares a post with it, or to the latest of its account's
    cases of that product whose episode it goes on with.
    """
    config = study.config
    found = find_candidates(
        ask,
        config.products,
        conditions=config.conditions,
        episode_days=config.safety.episode_days,
        screen=config.safety.screen,
    )
    known = standings_of(log)
    by_post = {(post, at.product): case for case, at in known.items() for post in at.posts}
    fresh: list[tuple[str, Candidate, list[str]]] = []
    for candidate in found:
        case = next(
            (
                by_post[p, candidate.product]
                for p in candidate.posts
                if (p, candidate.product) in by_post
            ),
            "",
        )
        held = known[case].posts if case else []
        new = [p for p in candidate.posts if p not in held]
        copies = [c for c, _ in candidate.folded if not case or c not in dict(known[case].folded)]
        if new or copies or not case:
            fresh.append((case, candidate, new))
    nameless = (
        nameless_posts(study, {p for _, _, new in fresh for p in new}) if fresh else frozenset()
    )
    events = [
        _event(case, candidate, new, known.get(case), nameless, now)
        for case, candidate, new in fresh
    ]
    return log.add(events)


def _event(
    case: str,
    candidate: Candidate,
    new: Sequence[str],
    at: Standing | None,
    nameless: frozenset[str],
    now: datetime,
) -> CaseEvent:
    held = dict(at.folded) if at else {}
    about = {
        "posts": list(new),
        "folded": [list(pair) for pair in candidate.folded if pair[0] not in held],
        "same_text": list(candidate.same_text),
        "nameless": [p for p in new if p in nameless],
        "serious": sorted({t.code for t in candidate.told if t.kind == "serious"}),
    }
    if at is not None:
        return CaseEvent(case_id=case, kind="posts_added", at=now, by=MACHINE, about=about)
    about |= {"product": candidate.product, "account_key": candidate.account_key}
    return CaseEvent(
        case_id=case_id_of(candidate), kind="proposed", at=now, by=MACHINE, about=about
    )


def case_table(log: CaseLog) -> pa.Table:
    """Cases and their posts as the table `case_posts` that measures read; sorted."""
    rows = [
        {"case_id": at.case_id, "post_key": post, "status": at.status, "sent": bool(at.handed_over)}
        for at in standings_of(log).values()
        for post in at.posts
    ]
    rows.sort(key=lambda row: (row["case_id"], row["post_key"]))
    return pa.Table.from_pylist(rows, schema=CASE_POSTS)


def standings_of(log: CaseLog) -> dict[str, Standing]:
    """Where every case of the log stands, by id."""
    events: dict[str, list[CaseEvent]] = {}
    for event in log.read():
        events.setdefault(event.case_id, []).append(event)
    return {case: standing_of(found) for case, found in events.items()}
