"""The desk: cases of a study as they stand, and every step a person takes.

The command line and the inbox in a browser both stand on this: `opening.sync`, `Desk.queue`, `Desk.case`, `Desk.step`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from bedside.errors import InputError, NotFoundError
from bedside.judge.caselog import CaseLog
from bedside.measure.safety.candidates import Scope, candidate_of
from bedside.measure.safety.case import Case, Line
from bedside.measure.safety.clock import load_rules
from bedside.measure.safety.contact import Contact, contacts_of, nameless_posts
from bedside.measure.safety.elements import verdict
from bedside.measure.safety.gather import read_posts
from bedside.measure.safety.narrative import details_of, missing_of, narrative_of, words_of
from bedside.measure.safety.opening import case_id_of
from bedside.measure.safety.products import product_of
from bedside.measure.safety.roster import Roster, decided_in
from bedside.measure.safety.viewing import OPEN, Frame, follow_up_clocks, view_of
from bedside.measure.safety.workflow import Standing, check_step, standing_of
from bedside.model.cases import CaseEvent, Element
from bedside.store.stages import Ask
from bedside.store.study import Study

__all__ = ["Desk", "Overview"]

LEAST = 4  # characters of a case id that stand for the whole


class Overview(NamedTuple):
    """A case in the inbox: its line, its four elements, and the masked words that say so."""

    line: Line
    elements: tuple[Element, ...]
    words: dict[str, list[str]]


class Desk:
    """Cases of one study at one moment.

    Parameters
    ----------
    study : Study
    ask : Ask
        Over posts, folds and marks as of the last run.
    log : CaseLog
    now : datetime
    roster : Roster, optional
        What was read of the cases before, where a desk is opened again and again.
    """

    def __init__(
        self,
        study: Study,
        ask: Ask,
        log: CaseLog,
        now: datetime,
        *,
        roster: Roster | None = None,
    ) -> None:
        self.study, self.log, self.now = study, log, now
        self.policy = study.config.safety
        own = study.folder / self.policy.clocks if self.policy.clocks else None
        scope = Scope.of(
            study.config.products,
            study.config.conditions,
            named=self.policy.screen == "named",
        )
        self._frame = Frame(self.policy, load_rules(own), scope, study.sources, now)
        self.ask = ask
        self._roster = roster or Roster(ask, log, decided_in(study))

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
        return [
            line
            for line in self._roster.lines(self._frame)
            if (not status or line.status == status) and (not open_only or line.status in OPEN)
        ]

    def overview(self, lines: Iterable[Line]) -> list[Overview]:
        """Lines of the queue with the four elements and the masked words that say so: what an inbox shows of each case."""
        lines = list(lines)
        shown = self._roster.shown
        standings = self.standings()
        fresh = [standings[line.case_id] for line in lines if line.case_id not in shown]
        posts = read_posts(self.ask, {p for at in fresh for p in at.posts}) if fresh else {}
        judged = self._roster.judged(posts)
        made = {line.case_id: shown[line.case_id] for line in lines if line.case_id in shown}
        for at in fresh:
            view = view_of(at, posts, judged, self._frame)
            words = {e.name: words_of(e.said, posts) for e in view.elements}
            made[at.case_id] = view.elements, words
        self._roster.keep_shown(made)
        return [Overview(line, *made[line.case_id]) for line in lines]

    def case(self, name: str) -> Case:
        """One case by its id, or by an unambiguous beginning of it.

        Raises
        ------
        NotFoundError
            If none or several answer.
        """
        standings = self.standings()
        at = standings[self._named(name, standings)]
        posts = read_posts(self.ask, at.posts)
        line, candidate, elements, clock = view_of(
            at, posts, self._roster.judged(posts), self._frame
        )
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
            follow_up_clocks=tuple(follow_up_clocks(at, self._frame)),
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

    def reactions(self) -> list[tuple[str, str, tuple[str, ...], str]]:
        """Product, reactions and source of each case that nobody rejected or folded: (case, product, reactions, source)."""
        standings = [
            at
            for at in self.standings().values()
            if at.status not in ("rejected", "duplicate") and at.product
        ]
        posts = read_posts(self.ask, {p for at in standings for p in at.posts})
        found = []
        for at in standings:
            own = [posts[p] for p in at.posts if p in posts]
            if own:
                told = candidate_of(own, at.product, self._frame.scope).told
                names = dict.fromkeys(t.concept for t in told if t.kind == "reaction" and t.concept)
                found.append((at.case_id, at.product, tuple(names), own[0].source))
        return found

    def sources(self) -> dict[str, dict[str, int]]:
        """Cases of each source by where they stand."""
        standings = self.standings()
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
        candidate = candidate_of([posts[post_key]], name, self._frame.scope)
        for at in self.standings().values():
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
        case = case_id_of(candidate)
        known = standing_of(self.log.read(case)).number
        self.log.add_after(
            CaseEvent(case_id=case, kind="sent", at=self.now, by=by, about=about), known
        )
        return case

    def step(
        self, name: str, kind: str, *, by: str, after: int | None = None, **about: Any
    ) -> Standing:
        """Take a step on a case, if it may be taken now and by this person; gives where it stands then.

        Parameters
        ----------
        name : str
            Case id.
        kind : str
            One of `judge.caselog.KINDS`.
        after : int, optional
            Number of the last event of the case that the person had before them (`Standing.number`).
        **about
            What the step says: reason, words, element and state, criterion and holds, to, ...

        Raises
        ------
        InputError, PermissionRefused
            As `workflow.check_step` says.
        StaleError
            If another step was taken on the case since the person looked: nothing is written then.
        """
        standings = self.standings()
        at = standings[self._named(name, standings)]
        posts = read_posts(self.ask, at.posts)
        elements = view_of(at, posts, {}, self._frame).elements
        if kind == "folded":
            about["into"] = self._named(str(about.get("into", "")), standings)
        check_step(at, kind, by, about, policy=self.policy, elements=elements)
        told = {key: value for key, value in about.items() if value not in (None, "")}
        texts = {"texts": sorted(p.text_key for p in posts.values())}
        self.log.add_after(
            CaseEvent(case_id=at.case_id, kind=kind, at=self.now, by=by, about=told | texts),
            at.number if after is None else after,
        )
        return standing_of(self.log.read(at.case_id))

    def take_back(self, name: str, *, by: str, after: int | None = None) -> Standing:
        """Take the last step on a case back by adding one that says so; for who took it.

        Raises
        ------
        InputError
            If nothing is left to take back, or the case has left the house.
        PermissionRefused
            If somebody else took the last step.
        StaleError
            As `step`.
        """
        standings = self.standings()
        at = standings[self._named(name, standings)]
        number = at.last[0] if at.last else 0
        return self.step(name, "taken_back", by=by, after=after, number=number)

    @property
    def named(self) -> frozenset[str]:
        """Names of products of which every mention is flagged."""
        return self._frame.scope.named

    def standings(self) -> dict[str, Standing]:
        """Where every case stands, by id."""
        return self._roster.standings()

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
