"""The desk: candidates into the log, cases out of it as they stand, and every step a person takes.

The command line and the inbox in a browser both stand on this: `sync`, `Desk.queue`, `Desk.case`, `Desk.step`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import pyarrow as pa

from bedside.errors import InputError, NotFoundError
from bedside.judge.caselog import MACHINE, CaseLog
from bedside.judge.decisions import has_log, open_log
from bedside.measure.safety.candidates import Scope, candidate_of, find_candidates
from bedside.measure.safety.clock import Clock, ClockRule, Times, clock_of, load_rules
from bedside.measure.safety.contact import Contact, contacts_of, nameless_posts
from bedside.measure.safety.elements import Verdict, reporter_of, verdict
from bedside.measure.safety.gather import Post, read_posts
from bedside.measure.safety.narrative import (
    Details,
    Sentence,
    details_of,
    missing_of,
    narrative_of,
    words_of,
)
from bedside.measure.safety.products import product_of
from bedside.measure.safety.workflow import Standing, check_step, standing_of
from bedside.model.cases import Candidate, CaseEvent, Element
from bedside.store.files import content_key
from bedside.store.stages import Ask
from bedside.store.study import Study
from bedside.store.views import CASE_POSTS

__all__ = ["Case", "Desk", "Line", "case_table", "sync"]

ID_DIGITS = 8
LEAST = 4  # characters of a case id that stand for the whole


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A case in the queue: enough to choose it, no words of any post.

    `due` and `state` are of the earliest due date that is open; `verdict` is of the four elements.
    """

    case_id: str
    status: str
    product: str
    listed: bool
    serious: tuple[str, ...]
    special: tuple[str, ...]
    reactions: tuple[str, ...]
    verdict: str
    posts: int
    opened_at: datetime
    due: str = ""
    days_left: int | None = None
    state: str = ""
    waits: str = ""
    under_mah_responsibility: bool = False
    erased: int = 0


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case with everything a reader of the study may see: masked words, never a handle or an address."""

    line: Line
    standing: Standing
    candidate: Candidate
    elements: tuple[Element, ...]
    words: dict[str, list[str]]
    verdict: Verdict
    clock: Clock
    follow_up_clocks: tuple[Clock, ...]
    narrative: tuple[Sentence, ...]
    missing: tuple[str, ...]
    details: Details
    sources: tuple[str, ...]
    reporter_role: str
    possible_duplicates: tuple[str, ...]
    log: tuple[CaseEvent, ...]
    texts: dict[str, str]  # post_key -> text_key, as shown


def _case_id(candidate: Candidate) -> str:
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
    )
    known = _standings(log)
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
    return CaseEvent(case_id=_case_id(candidate), kind="proposed", at=now, by=MACHINE, about=about)


def case_table(log: CaseLog) -> pa.Table:
    """Cases and their posts as the table `case_posts` that measures read; sorted."""
    rows = [
        {"case_id": at.case_id, "post_key": post, "status": at.status, "sent": bool(at.handed_over)}
        for at in _standings(log).values()
        for post in at.posts
    ]
    rows.sort(key=lambda row: (row["case_id"], row["post_key"]))
    return pa.Table.from_pylist(rows, schema=CASE_POSTS)


def _standings(log: CaseLog) -> dict[str, Standing]:
    events: dict[str, list[CaseEvent]] = {}
    for event in log.read():
        events.setdefault(event.case_id, []).append(event)
    return {case: standing_of(found) for case, found in events.items()}


class Desk:
    """Cases of one study at one moment.

    Parameters
    ----------
    study : Study
    ask : Ask
        Over posts, folds and marks as of the last run.
    log : CaseLog
    now : datetime
    """

    def __init__(self, study: Study, ask: Ask, log: CaseLog, now: datetime) -> None:
        self.study, self.log, self.now = study, log, now
        self.policy = study.config.safety
        own = study.folder / self.policy.clocks if self.policy.clocks else None
        self.rules: tuple[ClockRule, ...] = load_rules(own)
        self.ask = ask
        self._scope = Scope.of(study.config.products, study.config.conditions)

    # reading

    def queue(self, *, status: str = "", open_only: bool = False) -> list[Line]:
        """Cases, the most urgent first: what is overdue, then serious before not, then the oldest.

        Parameters
        ----------
        status : str
            Only cases that stand there.
        open_only : bool
            Only cases on which somebody still has to act.
        """
        standings = [
            at
            for at in _standings(self.log).values()
            if (not status or at.status == status) and (not open_only or at.status in OPEN)
        ]
        posts = read_posts(self.ask, {p for at in standings for p in at.posts})
        judged = self._judged_first(posts)
        lines = [self._view(at, posts, judged)[0] for at in standings]
        return sorted(lines, key=_urgency)

    def case(self, name: str) -> Case:
        """One case by its id, or by an unambiguous beginning of it.

        Raises
        ------
        NotFoundError
            If none or several answer.
        """
        standings = _standings(self.log)
        at = standings[self._named(name, standings)]
        posts = read_posts(self.ask, at.posts)
        line, candidate, elements, clock = self._view(at, posts, self._judged_first(posts))
        shown = [posts[p] for p in candidate.posts if p in posts]
        details = details_of(shown)
        twins = {p for p in at.same_text if p not in at.posts}
        return Case(
            line=line,
            standing=at,
            candidate=candidate,
            elements=elements,
            words={e.name: words_of(e.said, posts) for e in elements}
            | {t.code or t.concept: words_of(t.said, posts) for t in candidate.told},
            verdict=verdict(elements),
            clock=clock,
            follow_up_clocks=tuple(self._follow_ups(at, line)),
            narrative=tuple(narrative_of(candidate, shown)),
            missing=tuple(missing_of(elements, details, shown))
            if shown
            else ("Its posts were erased.",),
            details=details,
            sources=tuple(sorted({p.source for p in shown})),
            reporter_role=next(
                (m.code or "" for p in shown for m in p.marks if m.layer == "role"), ""
            ),
            possible_duplicates=tuple(
                sorted(
                    o.case_id
                    for o in standings.values()
                    if twins & set(o.posts) and o.product == at.product
                )
            ),
            log=tuple(self.log.read(at.case_id)),
            texts={p.post_key: p.text_key for p in shown},
        )

    def _named(self, name: str, standings: Mapping[str, Standing]) -> str:
        found = [c for c in standings if c == name or c.removeprefix("case-") == name]
        if not found and len(name.removeprefix("case-")) >= LEAST:
            bare = name.removeprefix("case-")
            found = [c for c in standings if c.removeprefix("case-").startswith(bare)]
        if len(found) != 1:
            raise NotFoundError(
                f"{len(found) or 'no'} cases answer to '{name}'; see the ids with: bedside cases STUDY list"
            )
        return found[0]

    def _judged_first(self, posts: Mapping[str, Post]) -> dict[str, datetime]:
        """When a person first judged each post for whatever layer: they had seen it then."""
        first: dict[str, datetime] = {}
        if posts and has_log(self.study):
            with open_log(self.study) as log:
                table = log.read().select(["subject_key", "decided_at"])
            for row in table.to_pylist():
                key = row["subject_key"].split(":")[0]
                if key in posts:
                    first[key] = min(row["decided_at"], first.get(key, row["decided_at"]))
        return first

    def _view(
        self, at: Standing, posts: Mapping[str, Post], judged: Mapping[str, datetime]
    ) -> tuple[Line, Candidate, tuple[Element, ...], Clock]:
        own = [posts[p] for p in at.posts if p in posts]
        if own:
            candidate = candidate_of(own, at.product, self._scope)
            reporter = reporter_of(own, frozenset(at.nameless))
            machine = (reporter, *(e for e in candidate.elements if e.name != "reporter"))
        else:
            candidate = Candidate(account_key=None, product=at.product, posts=())
            machine = ()
        elements = tuple(_overridden(e, at) for e in machine)
        clock = self._clock(at, own, elements, judged)
        sources = {p.source for p in own}
        due = clock.next_due
        line = Line(
            case_id=at.case_id,
            status=at.status,
            product=at.product,
            listed=candidate.listed,
            serious=_serious_now(at, candidate),
            special=tuple(sorted({t.code for t in candidate.told if t.kind == "special"})),
            reactions=tuple(
                dict.fromkeys(
                    t.concept for t in candidate.told if t.kind == "reaction" and t.concept
                )
            ),
            verdict=verdict(elements).state if elements else "erased",
            posts=len(own),
            opened_at=at.opened_at or self.now,
            due=due.due.isoformat() if due else "",
            days_left=due.days_left if due else None,
            state=due.state if due else "",
            waits="" if clock.day_zero else clock.why,
            under_mah_responsibility=any(
                self.study.sources[s].under_mah_responsibility
                for s in sources
                if s in self.study.sources
            ),
            erased=at.erased,
        )
        return line, candidate, elements, clock

    def _clock(
        self,
        at: Standing,
        own: Sequence[Post],
        elements: Sequence[Element],
        judged: Mapping[str, datetime],
    ) -> Clock:
        ingested = [p.collected_at for p in own if p.collected_at]
        looks = [judged[p.post_key] for p in own if p.post_key in judged]
        seen = min([*looks, *([at.seen_at] if at.seen_at else [])], default=None)
        handed = at.handed_over[0][0] if at.handed_over else None
        ended = handed if at.status not in ("rejected", "duplicate") else handed or self.now
        times = Times(
            ingested_at=min(ingested, default=None),
            first_seen_by_person_at=seen,
            four_elements_at=_complete_at(own, elements, at),
        )
        return clock_of(
            times,
            self.policy,
            serious=at.is_serious,
            now=self.now,
            rules=self.rules,
            handed_over_at=ended,
        )

    def _follow_ups(self, at: Standing, line: Line) -> list[Clock]:
        """A clock of its own for each medically significant follow-up; a later hand-over ends it (R4)."""
        clocks = []
        for when, significant in at.follow_ups:
            if significant:
                later = next((sent for sent, _, _ in at.handed_over if sent >= when), None)
                times = Times(ingested_at=when, first_seen_by_person_at=when, four_elements_at=when)
                clocks.append(
                    clock_of(
                        times,
                        self.policy,
                        serious=at.is_serious,
                        now=self.now,
                        rules=self.rules,
                        handed_over_at=later,
                    )
                )
        return clocks

    def sources(self) -> dict[str, dict[str, int]]:
        """Cases of each source by where they stand."""
        standings = _standings(self.log)
        posts = read_posts(self.ask, {p for at in standings.values() for p in at.posts})
        found: dict[str, dict[str, int]] = {}
        for at in standings.values():
            for source in sorted({posts[p].source for p in at.posts if p in posts}):
                of = found.setdefault(source, {})
                of[at.status] = of.get(at.status, 0) + 1
        return found

    # steps

    def send(
        self,
        post_key: str,
        *,
        by: str,
        product: str = "",
        words: str = "",
        seen_at: datetime | None = None,
    ) -> str:
        """Send a post to the inbox by hand; gives the case.

        Parameters
        ----------
        seen_at : datetime, optional
            When the person first saw it, if before now: the clock counts from there.

        Raises
        ------
        NotFoundError
            If the study has no such post.
        InputError
            If it is in a case of that product already, or nobody is named.
        """
        if not by.strip():
            raise InputError("say who sends it: --by NAME; every step is kept with its person")
        if seen_at is not None and seen_at > self.now:
            raise InputError(
                "the time at which it was seen lies in the future; give when it was seen"
            )
        posts = read_posts(self.ask, [post_key])
        if post_key not in posts:
            raise NotFoundError(
                "the study has no such post; give its key as `bedside open` shows it"
            )
        name = product_of(product)[0] if product else ""
        candidate = candidate_of([posts[post_key]], name, self._scope)
        for at in _standings(self.log).values():
            if post_key in at.posts and at.product == name:
                raise InputError(
                    f"that post is in {at.case_id} already; open it with: bedside cases STUDY show"
                )
        about = {
            "posts": [post_key],
            "product": name,
            "account_key": candidate.account_key,
            "nameless": sorted(nameless_posts(self.study, [post_key])),
            "serious": sorted({t.code for t in candidate.told if t.kind == "serious"}),
            "words": words,
            "when": (seen_at or self.now).isoformat(),
        }
        case = _case_id(candidate)
        self.log.add([CaseEvent(case_id=case, kind="sent", at=self.now, by=by, about=about)])
        return case

    def step(self, name: str, kind: str, *, by: str, **about: Any) -> Standing:
        """Take a step on a case, if it may be taken now and by this person; gives where it stands then.

        Parameters
        ----------
        name : str
            Case id.
        kind : str
            One of `judge.caselog.KINDS`.
        **about
            What the step says: reason, words, element and state, criterion and holds, to, ...

        Raises
        ------
        InputError, PermissionRefused
            As `workflow.check_step` says.
        """
        standings = _standings(self.log)
        at = standings[self._named(name, standings)]
        posts = read_posts(self.ask, at.posts)
        elements = self._view(at, posts, {})[2]
        if kind == "folded":
            about["into"] = self._named(str(about.get("into", "")), standings)
        check_step(at, kind, by, about, policy=self.policy, elements=elements)
        told = {key: value for key, value in about.items() if value not in (None, "")}
        texts = {"texts": sorted(p.text_key for p in posts.values())}
        self.log.add(
            [CaseEvent(case_id=at.case_id, kind=kind, at=self.now, by=by, about=told | texts)]
        )
        return standing_of(self.log.read(at.case_id))

    def standings(self) -> dict[str, Standing]:
        """Where every case stands, by id."""
        return _standings(self.log)

    def allow(self, case: Case, kind: str, *, by: str, **about: Any) -> None:
        """Refuse a step as `step` would, without taking it."""
        check_step(case.standing, kind, by, about, policy=self.policy, elements=case.elements)

    def look(self, name: str, *, by: str, why: str) -> list[Contact]:
        """What is needed to write to the reporter, out of the vault; the look is logged before it is given.

        Raises
        ------
        PermissionRefused
            If the person is not one of [safety] officers.
        InputError
            If nothing says why.
        """
        if not why.strip():
            raise InputError("say why you look: --because WORDS; every look into the vault is kept")
        at = self.step(name, "looked", by=by, words=why)
        return contacts_of(self.study, [*at.posts, *(copy for copy, _ in at.folded)])


OPEN = ("new", "in_review", "valid", "awaiting_second", "refused")


def _urgency(line: Line) -> tuple[bool, bool, str, datetime, str]:
    closed = line.status not in OPEN
    return closed, not line.serious, line.due or "9999", line.opened_at, line.case_id


def _serious_now(at: Standing, candidate: Candidate) -> tuple[str, ...]:
    """Criteria that people decided hold, and those proposed that nobody decided against."""
    proposed = {t.code for t in candidate.told if t.kind == "serious"} | set(at.serious_by_machine)
    held = {code for code in proposed if at.serious.get(code, True)}
    return tuple(sorted(held | {code for code, holds in at.serious.items() if holds}))


def _overridden(element: Element, at: Standing) -> Element:
    """An element as a person set it, if one did."""
    if element.name not in at.elements:
        return element
    state, by, _ = at.elements[element.name]
    why = f"set by a person; the machine had said {element.state.replace('_', ' ')}: {element.why}"
    return msgspec.structs.replace(element, state=state, why=why, by=by)


def _complete_at(own: Sequence[Post], elements: Sequence[Element], at: Standing) -> datetime | None:
    """When the four elements were in the house: the last post that one of them needs, or when a person set the last."""
    if not own or len(elements) < 4 or any(e.state != "met" for e in elements):
        return None
    times = [when for name, (_, _, when) in at.elements.items()]
    arrived = {p.post_key: p.collected_at for p in own}
    firsts = [
        min((t for s in e.said if (t := arrived.get(s.post_key))), default=None)
        for e in elements
        if e.name not in at.elements
    ]
    times += [t for t in firsts if t]
    return max(times, default=min((t for t in arrived.values() if t), default=None))
