"""The codebook: its layers, one layer to read and edit as its text, versions and differences, what an edit makes out of date."""

from typing import Any

from starlette.routing import Route

from bedside.codebook import Codebook, differences, load_codebook
from bedside.errors import BedsideError
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House
from bedside.explore.sittings import Sittings, named
from bedside.explore.view import Table, View
from bedside.judge.decisions import has_log
from bedside.judge.editing import Edit, layer_text, preview_edit, save_edit
from bedside.judge.versions import Outdated, kept_versions, outdated, read_version

__all__ = ["routes"]

WHY = {
    "definition": "the definition has changed",
    "text": "the text was edited",
    "gone": "the post is no longer in the corpus",
    "code": "the codebook has no such code now",
}
BUILT_IN = "built-in"


def routes(house: House) -> list[Route]:
    """Pages of the codebook."""
    at = Book(house, Sittings.of(house))
    return [
        *house.page("/codebook", at.layers, lane="desk"),
        *house.page("/codebook/versions", at.versions),
        *house.page("/codebook/{layer}", at.layer),
        *house.act("/codebook/{layer}", at.edit, role="code"),
    ]


class Book:
    """The pages over one house."""

    def __init__(self, house: House, sittings: Sittings) -> None:
        self._house, self._sittings = house, sittings

    def _outdated(self, ground: Ground) -> list[Outdated]:
        """Decisions that no longer hold, worked out anew where some came since."""
        if not has_log(ground.study):
            return []
        log = self._sittings.log(ground)
        return self._house.keep(
            ground,
            ("outdated", log.last_number()),
            lambda: outdated(log.read(), ground.book, ground.ask),
        )

    def layers(self, asked: Asked) -> View:
        """Every layer, and the decisions that no longer hold."""
        ground = self._house.ground()
        own = {path.stem for path in (ground.study.folder / "codebook").glob("*.toml")}
        rows = [
            (a.layer, a.about, "several" if a.several else "one or none", len(a.names()), a.question, "yes" if a.layer in own else "no")
            for a in ground.book
        ]  # fmt: skip
        columns = ("layer", "said of", "codes that apply", "codes", "question", "of this study")
        gone = self._outdated(ground)
        stale = [(o.layer, o.code, WHY[o.why], o.decisions, len(o.subjects)) for o in gone]
        return View(
            title="Codebook",
            template="codebook.html",
            context={
                "layers": list(ground.book),
                "own": own,
                "stale": stale,
                "version": ground.book.version,
            },
            tables=[
                Table(name="layers", columns=columns, rows=rows),
                Table(
                    name="outdated",
                    columns=("layer", "code", "why", "decisions", "posts"),
                    rows=stale,
                ),
            ],
            about={"version": ground.book.version},
        )

    def layer(self, asked: Asked) -> View:
        """One layer."""
        ground = self._house.ground()
        name = asked.path["layer"]
        ground.book.layer(name)
        text, mark = layer_text(ground.study, name)
        return self._view(ground, name, text, mark)

    def edit(self, asked: Asked) -> View | str:
        """Say what a new text would change, or write it."""
        ground, name = self._house.ground(), asked.path["layer"]
        named(asked)
        ground.book.layer(name)
        text = asked.field("text").replace("\r\n", "\n") + "\n"
        mark = asked.field("mark")
        try:
            log = self._sittings.log(ground) if has_log(ground.study) else None
            edit = preview_edit(ground.study, ground.ask, log, ground.book, name, text)
            if asked.field("do") == "write":
                save_edit(ground.study, ground.book, name, text, mark=mark)
                return f"/codebook/{name}"
        except BedsideError as error:
            return self._view(ground, name, text, mark, problem=str(error))
        return self._view(ground, name, text, mark, edit=edit)

    def _view(
        self,
        ground: Ground,
        name: str,
        text: str,
        mark: str,
        *,
        edit: Edit | None = None,
        problem: str = "",
    ) -> View:
        about = ground.book.layer(name)
        columns = ("code", "definition", "counts", "does not count", "examples", "counter-examples")
        rows = [
            (c.name, c.definition, *("; ".join(v) for v in (c.counts, c.not_, c.examples, c.counter_examples)))
            for c in about.code
        ]  # fmt: skip
        return View(
            title=f"Codebook: {name.replace('_', ' ')}",
            template="layer.html",
            context={
                "about": about,
                "text": text,
                "mark": mark,
                "edit": edit,
                "problem": problem,
                "why": WHY,
            },
            tables=[Table(name="codes", columns=columns, rows=rows)],
            about={"version": ground.book.version, "question": about.question},
            status=400 if problem else 200,
        )

    def versions(self, asked: Asked) -> View:
        """Versions that were in use, and what differs between two of them."""
        ground = self._house.ground()
        known = [BUILT_IN, *kept_versions(ground.study)]
        old = asked.query.get("old", "") or next(
            (v for v in reversed(known) if v != ground.book.version), BUILT_IN
        )
        new = asked.query.get("new", "") or ground.book.version
        found = differences(self._version(ground, old), self._version(ground, new))
        rows = [(d.layer, d.code, d.what, ", ".join(d.fields)) for d in found]
        context: dict[str, Any] = {
            "known": known, "old": old, "new": new, "words": [d.words() for d in found], "version": ground.book.version,
        }  # fmt: skip
        return View(
            title="Versions of the codebook",
            template="codebook_versions.html",
            context=context,
            tables=[
                Table(name="differences", columns=("layer", "code", "what", "fields"), rows=rows)
            ],
        )

    def _version(self, ground: Ground, name: str) -> Codebook:
        if name == BUILT_IN:
            return load_codebook()
        return ground.book if name == ground.book.version else read_version(ground.study, name)
