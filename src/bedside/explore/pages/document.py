"""The report edited in the explorer: findings chosen, put in order, written around; frozen; exported; documents traced."""

from collections.abc import Callable
from pathlib import Path

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bedside.errors import BedsideError, InputError, NotFoundError, PermissionRefused
from bedside.explore.chapters import opened, opened_first_page, without_long_tables
from bedside.explore.errands import Errands, Tell
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House
from bedside.explore.view import Table, View
from bedside.model.plans import Part, Plan, drop_part, move_part
from bedside.report import planning
from bedside.report.document import Written, write
from bedside.report.exporting import KINDS, export_documents
from bedside.report.leaving import DOCUMENTS, stamped
from bedside.report.markup import Markup, join
from bedside.report.page import Desk, chapter, desk
from bedside.report.planned import arrange, choices, frozen_words
from bedside.report.tracing import trace
from bedside.store.plans import read_plan
from bedside.store.study import Study, open_study

__all__ = ["routes"]

Change = Callable[[Study, planning.Table], object]


def routes(house: House) -> list[Route]:
    """Pages of the report and its documents."""
    at = Reports(house)
    return [
        *house.page("/report", at.plan, lane="desk"),
        *house.page("/report/preview", at.preview, lane="desk"),
        *house.page("/report/documents", at.documents, lane="desk"),
        *house.page("/report/documents/{kind}", at.carry, lane="desk"),
        *house.page("/report/errand", at.errand, lane="desk"),
        *house.act("/report", at.change),
        *house.act("/report/documents", at.export),
    ]


class Reports:
    """The plan and the documents of one house."""

    def __init__(self, house: House) -> None:
        self._house, self._errands = house, Errands.of(house)

    def _table(self) -> tuple[Ground, planning.Table]:
        """The plan laid out over what was released: of its frozen release, else the last one; nothing is released here."""
        ground = self._house.ground()
        plan = read_plan(ground.study)
        laid, written = self._whole(ground, plan)
        return ground, planning.Table(laid, written, plan, arrange(laid, written, plan or Plan()))

    def _whole(self, ground: Ground, plan: Plan | None) -> tuple[Desk, Written]:
        stamp = plan.frozen.stamp if plan is not None and plan.frozen is not None else ""

        def made() -> tuple[Desk, Written]:
            held = stamped(ground.study, stamp).material if stamp else None
            if held is None and ground.desk is None:
                raise NotFoundError(
                    "nothing was released of this snapshot; give `bedside run` first"
                )
            laid = desk(held or ground.desk.material)  # type: ignore[union-attr]
            return laid, write(laid)

        return self._house.keep(ground, ("report", stamp), made)

    def plan(self, asked: Asked) -> View:
        """The plan with what may be chosen."""
        failed = self._errands.failed()
        return self._plan(*_refusal(failed)) if failed else self._plan()

    def _plan(self, problem: str = "", status: int = 200) -> View:
        _, table = self._table()
        plan = table.plan or Plan()
        offered = choices(table.written)
        heads = {(kind, name): head for kind, name, head in offered}
        rows = [
            (p.id, "chapter" if p.chapter else "finding" if p.finding else "own words", p.chapter or p.finding,
             p.heading, len(f"{p.before} {p.after}".split()))
            for p in plan.part
        ]  # fmt: skip
        return View(
            title="Report",
            template="report.html",
            status=status,
            context={
                "plan": plan,
                "begun": table.plan is not None,
                "frozen": frozen_words(plan),
                "offered": offered,
                "heads": heads,
                "arranged": table.arranged,
                "problem": problem,
                "errand": self._errands.running,
            },
            tables=[
                Table(name="parts", columns=("id", "kind", "name", "heading", "words"), rows=rows),
                Table(name="choices", columns=("kind", "name", "finding"), rows=offered),
            ],
            about={
                "frozen": frozen_words(plan),
                "problems": table.arranged.problems,
                "typed": table.arranged.typed,
            },
        )

    def preview(self, asked: Asked) -> View:
        """The report as planned, in the explorer's own frame."""
        _, table = self._table()
        written = table.arranged.written
        plan = table.plan or Plan()
        parts = [chapter(part) for part in written.chapters]
        if plan.frozen is None:  # tables on pages of their own are of what was released last
            parts = [Markup(without_long_tables(str(part))) for part in parts]
        figures = [plate for part in written.chapters for plate in part.plates]
        rows = [(plate.name, plate.title, len(plate.figures)) for plate in figures]
        return View(
            title="Report as planned",
            template="report_preview.html",
            body=join([opened_first_page(table.laid, written.page_one), *map(opened, parts)]),
            context={"frozen": frozen_words(plan)},
            tables=[Table(name="findings", columns=("name", "finding", "figures"), rows=rows)],
        )

    def change(self, asked: Asked) -> View | str:
        """One change of the plan, as its form says."""
        what, part = asked.field("do"), asked.field("part")
        changes: dict[str, Change] = {
            "begin": lambda study, table: planning.begin(study, table),
            "add": lambda study, table: planning.add(study, _part(asked), at=_number(asked.field("at")), table=table),
            "write": lambda study, table: planning.reword(
                study, part, table=table, heading=asked.field("heading"), before=asked.field("before"), after=asked.field("after")
            ),
            "up": lambda study, table: planning.change(study, lambda p: move_part(p, part, _place(p, part) - 1)),
            "down": lambda study, table: planning.change(study, lambda p: move_part(p, part, _place(p, part) + 1)),
            "drop": lambda study, table: planning.change(study, lambda p: drop_part(p, part)),
            "title": lambda study, table: planning.retitle(study, asked.field("title"), asked.field("lead"), table=table),
            "thaw": lambda study, table: planning.thaw(study),
        }  # fmt: skip
        if what == "freeze":
            return self._freeze(asked)
        if what not in changes:
            raise InputError(f"'{what[:20]}' is no act of this page; load it again")
        try:
            _, table = self._table()
            study = open_study(self._house.folder)
            with study.locked():
                changes[what](study, table)
        except (InputError, NotFoundError, PermissionRefused) as error:
            return self._plan(*_refusal(error))
        return f"/report#{part}" if part and what in ("write", "up", "down") else "/report"

    def _freeze(self, asked: Asked) -> View | str:
        """Freeze the plan: what may leave is worked out anew, which takes longer than a page may."""
        by, now = asked.who.name or asked.field("by"), self._house.clock()

        def work(tell: Tell) -> None:
            tell("working out what may leave")
            study = open_study(self._house.folder)
            with study.locked():
                planning.freeze(study, by=by, now=now)

        try:
            error = self._errands.start("freezing the report", work)
        except BedsideError as refused:
            error = refused
        return self._plan(*_refusal(error)) if error else "/report"

    def errand(self, asked: Asked) -> Response:
        """How far the errand under way is, for the page that waits for it; the page is loaded again where it has ended."""
        errand = self._errands.running
        if errand is None:
            return Response("", headers={"hx-refresh": "true"}, media_type="text/html")
        view = View(title="", template="errand.html", context={"errand": errand})
        return HTMLResponse(self._house.render(view, asked))

    def documents(self, asked: Asked) -> View:
        """Documents that lie in the study, each held against its release when it is asked for."""
        if failed := self._errands.failed():
            problem, status = _refusal(failed)
            return self._documents(problem=problem, status=status)
        return self._documents(traced=asked.query.get("trace") == "yes")

    def _documents(self, *, traced: bool = False, problem: str = "", status: int = 200) -> View:
        ground = self._house.ground()
        folder = ground.study.folder / DOCUMENTS
        rows, shown = [], []
        for kind, about in KINDS.items():
            path = folder / about.file
            there = path.exists()
            found = trace(ground.study, path) if traced and there else None
            rows.append(
                (
                    kind,
                    about.file,
                    there,
                    found.release if found else "",
                    not found.findings if found else None,
                )
            )
            shown.append((kind, about, path.stat().st_size if there else 0, found))
        columns = ("kind", "file", "there", "release", "holds")
        return View(
            title="Documents",
            template="report_documents.html",
            status=status,
            context={
                "documents": shown,
                "traced": traced,
                "problem": problem,
                "errand": self._errands.running,
            },
            tables=[Table(name="documents", columns=columns, rows=rows)],
        )

    def carry(self, asked: Asked) -> Response:
        """One document, to be saved; only the files that `export` writes."""
        kind = asked.path["kind"]
        if kind not in KINDS:
            raise NotFoundError("there is no such document; the list has all")
        about = KINDS[kind]
        path: Path = self._house.ground().study.folder / DOCUMENTS / about.file
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError(
                f"{about.file} has not been written yet; write it from the list"
            ) from error
        return Response(
            data,
            media_type=about.media,
            headers={"content-disposition": f'attachment; filename="{about.file}"'},
        )

    def export(self, asked: Asked) -> View | str:
        """Write the documents that were ticked, all of one release."""
        kinds = [str(kind) for kind in asked.form.getlist("kind")] if asked.form is not None else []
        if not kinds:
            return self._documents(problem="tick what to write first", status=400)
        now = self._house.clock()

        def work(tell: Tell) -> None:
            tell("working out what may leave")
            study = open_study(self._house.folder)
            with study.locked():
                export_documents(study, kinds, out=None, now=now, tell=tell)

        try:
            error = self._errands.start("writing documents", work)
        except BedsideError as refused:
            error = refused
        if error is None:
            return "/report/documents"
        problem, status = _refusal(error)
        return self._documents(problem=problem, status=status)


def _refusal(error: BedsideError) -> tuple[str, int]:
    """What a page says of an error, and its status."""
    return str(error), 403 if isinstance(error, PermissionRefused) else 400


def _part(asked: Asked) -> Part:
    """A part as its form names it: `chapter:care`, `finding:roles`, or own words."""
    kind, _, name = asked.field("what").partition(":")
    return Part(
        chapter=name if kind == "chapter" else "",
        finding=name if kind == "finding" else "",
        heading=asked.field("heading"),
        before=asked.field("before"),
    )


def _place(plan: Plan, name: str) -> int:
    """Place of a part, from 1; 0 where there is none, which the change then says."""
    return next((at for at, part in enumerate(plan.part, 1) if part.id == name), 0)


def _number(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise InputError("a place is a number from 1")
    return int(text)
