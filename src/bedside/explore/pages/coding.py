"""The coding bench: queues, the sheet with its thread and codebook, saving, setting aside, undo, live agreement (F52)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.background import BackgroundTask
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bedside.errors import BedsideError, InputError
from bedside.explore.agreement import agreement_table
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House
from bedside.explore.sampling import drawn_by_form
from bedside.explore.sheets import USUAL, layers_of, said_in, sheet_context
from bedside.explore.sittings import Sittings, named
from bedside.explore.view import Table, View
from bedside.judge.bench import Bench, Sheet
from bedside.judge.samples import Sample, find_sample, list_samples

__all__ = ["routes"]

QUEUES = ("to_do", "draft", "done", "set_aside")


def routes(house: House) -> list[Route]:
    """Pages of the bench."""
    at = Coding(house, Sittings.of(house))
    return [
        *house.page("/coding", at.samples, role="code", lane="short"),
        *house.act("/coding", at.draw),
        *house.page("/coding/{sample}", at.bench, role="code", lane="short"),
        *house.page("/coding/{sample}/queue", at.queue, role="code", lane="short"),
        *house.page("/coding/{sample}/agreement", at.agreement, role="code", lane="short"),
        *house.act("/coding/{sample}", at.act, role="code"),
    ]


class Coding:
    """The bench's pages over one house."""

    def __init__(self, house: House, sittings: Sittings) -> None:
        self._house, self._sittings = house, sittings

    # which sample

    def samples(self, asked: Asked) -> View:
        """Every sample with how far this coder is."""
        return self._samples(asked, "")

    def draw(self, asked: Asked) -> View | str:
        """Draw a random sample of the corpus, with a known probability for each post."""
        named(asked)
        ground = self._house.ground()
        try:
            drawn_by_form(ground, asked, self._house.clock())
        except BedsideError as error:
            return self._samples(asked, str(error), 400)
        return "/coding"

    def _samples(self, asked: Asked, problem: str, status: int = 200) -> View:
        ground, coder = self._house.ground(), named(asked)
        rows = [
            row
            for sample in list_samples(ground.study)
            for row in self._rows(ground, sample, coder)
        ]
        columns = ("sample", "kind", "layers", "posts", *QUEUES, "by_others")
        return View(
            title="Coding bench",
            template="coding_samples.html",
            context={
                "rows": [dict(zip((*columns, "address"), row, strict=True)) for row in rows],
                "coder": coder,
                "problem": problem,
                "layers": [(layer.layer, layer.question) for layer in ground.book],
                "usual": USUAL,
                "may_draw": asked.who.may("decide"),
            },
            tables=[Table(name="samples", columns=columns, rows=[row[:-1] for row in rows])],
            status=status,
        )

    def _rows(self, ground: Ground, sample: Sample, coder: str) -> list[tuple[Any, ...]]:
        layers = layers_of(ground, sample, "")
        if sample.layers or len(layers) == 1:
            sets = [layers] if sample.kind != "learning" else [[layer] for layer in layers]
        else:
            sets = [list(USUAL)]
        return [self._row(ground, sample, of, coder) for of in sets]

    def _row(
        self, ground: Ground, sample: Sample, layers: list[str], coder: str
    ) -> tuple[Any, ...]:
        bench, lock = self._sittings.bench(ground, sample.id, layers, coder)
        with lock:
            told = bench.progress()
        kind = (
            "to learn from, proposals shown"
            if bench.prompted
            else f"{sample.kind}, proposals hidden"
        )
        address = f"/coding/{sample.id}?{urlencode({'layers': ','.join(layers)})}"
        numbers = (told.to_do, told.draft, told.done, told.set_aside, told.by_others)
        return (sample.id, kind, ", ".join(layers), sample.drawn, *numbers, address)

    # the sheet

    def _open(self, asked: Asked) -> tuple[Ground, Bench, Any]:
        ground = self._house.ground()
        sample = find_sample(ground.study, asked.path["sample"])
        given = asked.field("layers") or asked.query.get("layers", "")
        bench, lock = self._sittings.bench(
            ground, sample.id, layers_of(ground, sample, given), named(asked)
        )
        return ground, bench, lock

    def bench(self, asked: Asked) -> View:
        """The next post, or the one that is named."""
        ground, bench, lock = self._open(asked)
        with lock:
            now = self._house.clock()
            post = asked.query.get("post", "")
            sheet = bench.sheet(post, now=now) if post else bench.next(now=now)
            return self._view(ground, bench, sheet, "")

    def act(self, asked: Asked) -> Response | View | str:
        """Save, keep a draft, set aside, or take back; then the next post."""
        ground, bench, lock = self._open(asked)
        with lock:
            try:
                sheet, said = self._done(bench, asked)
            except BedsideError as error:
                if not asked.live:
                    raise
                again = bench.sheet(asked.field("post"), now=self._house.clock())
                return self._part(asked, self._view(ground, bench, again, "", problem=str(error)))
            if not asked.live:
                layers = ",".join(bench.desks)
                post = {"post": sheet.subject_key} if sheet and asked.field("do") == "undo" else {}
                return f"/coding/{bench.sample.id}?{urlencode({'layers': layers, **post})}"
            return self._part(asked, self._view(ground, bench, sheet, said), bench)

    def _done(self, bench: Bench, asked: Asked) -> tuple[Sheet | None, str]:
        """Do what the form asks; gives the sheet that comes next and what is said of it."""
        now, post, do = self._house.clock(), asked.field("post"), asked.field("do") or "save"
        if do == "undo":
            back = bench.undo(now=now)
            if back is None:
                return bench.sheet(post, now=now) if post else bench.next(
                    now=now
                ), "nothing to take back"
            return bench.sheet(back, now=now), "taken back"
        if do == "aside":
            bench.set_aside(post, asked.field("reason"), now=now)
        elif do in ("save", "draft"):
            bench.save(
                post,
                said_in(asked.form, bench),
                now=now,
                complete=do == "save",
                memo=asked.field("memo"),
            )
        elif do != "pass":
            raise InputError(f"no act '{do[:20]}' at the bench")
        words = {
            "aside": "set aside",
            "save": "saved",
            "draft": "kept as a draft",
            "pass": "passed over",
        }
        return bench.next(now=now, after=post), words[do]

    def _view(
        self, ground: Ground, bench: Bench, sheet: Sheet | None, said: str, problem: str = ""
    ) -> View:
        told = bench.progress()
        context = sheet_context(ground, bench, sheet) | {
            "progress": told,
            "said": said,
            "problem": problem,
            "sample": bench.sample,
            "layers": ",".join(bench.desks),
            "prompted": bench.prompted,
        }
        about = {name: getattr(told, name) for name in told.__struct_fields__}
        return View(
            title=f"Coding {bench.sample.id}", template="bench.html", context=context,
            about={"progress": about, "post": sheet.subject_key if sheet else None},
        )  # fmt: skip

    def _part(self, asked: Asked, view: View, bench: Bench | None = None) -> Response:
        """The part of the page that changes; what comes next is read while nobody waits."""
        part = View(
            title=view.title, template="bench_part.html", context=view.context, about=view.about
        )
        task = None
        if bench is not None:
            task = BackgroundTask(lambda: bench.reading.prepare(bench.ahead()))
        return HTMLResponse(self._house.render(part, asked), background=task)

    # queues and agreement

    def queue(self, asked: Asked) -> View:
        """Posts of one queue, by their number in the sample."""
        _, bench, lock = self._open(asked)
        name = asked.query.get("name", "set_aside")
        if name not in (*QUEUES, "by_others"):
            raise InputError(f"no queue '{name[:20]}'; there are {', '.join(QUEUES)}")
        with lock:
            states = bench.states()
        layers = ",".join(bench.desks)
        rows = [
            (number, key, f"/coding/{bench.sample.id}?{urlencode({'layers': layers, 'post': key})}")
            for number, (key, state) in enumerate(states.items(), 1)
            if state == name
        ]
        return View(
            title=f"{bench.sample.id}: {name.replace('_', ' ')}",
            template="coding_queue.html",
            context={
                "rows": rows,
                "sample": bench.sample,
                "layers": layers,
                "name": name,
                "queues": QUEUES,
            },
            tables=[Table(name="queue", columns=("number", "post"), rows=[r[:2] for r in rows])],
        )

    def agreement(self, asked: Asked) -> View:
        """How far those who code this sample agree so far; no post is shown."""
        ground, bench, _ = self._open(asked)
        rows, differ = agreement_table(self._house, ground, self._sittings.log(ground), bench)
        columns = (
            "layer",
            "code",
            "posts coded twice",
            "differ",
            "alpha",
            "low",
            "high",
            "more",
            "so far",
        )
        context: Mapping[str, Any] = {
            "rows": rows, "differ": differ, "sample": bench.sample, "layers": ",".join(bench.desks), "live": asked.live,
        }  # fmt: skip
        template = "agreement_part.html" if asked.live else "agreement.html"
        return View(
            title=f"Agreement on {bench.sample.id}",
            template=template,
            context=context,
            tables=[
                Table(name="agreement", columns=columns, rows=[list(row.values()) for row in rows])
            ],
        )
