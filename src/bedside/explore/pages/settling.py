"""Adjudication: what coders decided differently, side by side; one named person settles it with a reason."""

from typing import Any
from urllib.parse import urlencode

from starlette.routing import Route

from bedside.errors import InputError, PermissionRefused, StaleError
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House
from bedside.explore.marking import marked
from bedside.explore.sheets import layers_of
from bedside.explore.sittings import Sittings, named
from bedside.explore.view import Table, View
from bedside.judge.adjudication import adjudicate, take_back, to_adjudicate
from bedside.judge.agreeing import Disagreement
from bedside.judge.items import load_readings
from bedside.judge.reading import load_around
from bedside.judge.samples import Sample, find_sample

__all__ = ["routes"]


def routes(house: House) -> list[Route]:
    """The page of a sample's differences."""
    at = Settling(house, Sittings.of(house))
    return [
        *house.page("/coding/{sample}/settle", at.page, role="code", lane="short"),
        *house.act("/coding/{sample}/settle", at.act, role="decide"),
    ]


class Settling:
    """Differences of one sample over its layers."""

    def __init__(self, house: House, sittings: Sittings) -> None:
        self._house, self._sittings = house, sittings

    def _sample(self, asked: Asked) -> tuple[Ground, Sample, list[str]]:
        ground = self._house.ground()
        sample = find_sample(ground.study, asked.path["sample"])
        given = asked.field("layers") or asked.query.get("layers", "")
        return ground, sample, layers_of(ground, sample, given)

    def _open(
        self, ground: Ground, sample: Sample, layers: list[str], who: str
    ) -> tuple[list[Disagreement], list[str]]:
        """What differs and is open; and the layers that this person must code first."""
        found: list[Disagreement] = []
        blind = []
        needed = min(2, ground.study.config.judge.coders)
        log = self._sittings.log(ground)
        for layer in layers:
            try:
                found += to_adjudicate(log, ground.book, sample, layer, coder=who, needed=needed)
            except PermissionRefused:
                blind.append(layer)
        return found, blind

    def page(self, asked: Asked) -> View:
        """The first difference, or the one that is named, with what each said; a list of the others."""
        ground, sample, layers = self._sample(asked)
        found, blind = self._open(ground, sample, layers, named(asked))
        wanted = (asked.query.get("post", ""), asked.query.get("code", ""))
        one = next((d for d in found if (d.subject_key, f"{d.layer}/{d.code}") == wanted), None)
        one = one or (found[0] if found else None)
        columns = ("layer", "code", "post", "said")
        rows = [
            (d.layer, d.code, d.subject_key, ", ".join(f"{c}: {'present' if y else 'absent'}" for c, y in d.said.items()))
            for d in found
        ]  # fmt: skip
        return View(
            title=f"Differences in {sample.id}",
            template="settle.html",
            context={
                "one": one,
                "found": [(d, self._address(sample, layers, d)) for d in found],
                "blind": blind,
                "sample": sample,
                "layers": ",".join(layers),
                **(self._shown(ground, sample, one) if one else {}),
            },
            tables=[Table(name="differences", columns=columns, rows=rows)],
        )

    def _address(self, sample: Sample, layers: list[str], one: Disagreement) -> str:
        query = {
            "layers": ",".join(layers),
            "post": one.subject_key,
            "code": f"{one.layer}/{one.code}",
        }
        return f"/coding/{sample.id}/settle?{urlencode(query)}"

    def _shown(self, ground: Ground, sample: Sample, one: Disagreement) -> dict[str, Any]:
        readings = load_readings(ground.ask, [one.subject_key], unit=sample.unit)
        around = load_around(ground.ask, [one.subject_key]) if sample.unit == "posts" else {}
        near = around.get(one.subject_key, ())
        memos = self._memos(ground, sample, one)
        return {
            "posts": [
                {"reading": r, "parts": [(p, marked(t, p)) for p, t in r.parts.items() if t]}
                for r in readings.get(one.subject_key, ())
            ],
            "before": [a for a in near if a.away < 0],
            "after": [a for a in near if a.away > 0],
            "about": ground.book.layer(one.layer).find(one.code),
            "memos": memos,
        }

    def _memos(self, ground: Ground, sample: Sample, one: Disagreement) -> dict[str, str]:
        rows = self._sittings.log(ground).current(
            subject_key=one.subject_key, layer=one.layer, sample_id=sample.id, code="*"
        )
        return {row["coder"]: row["memo"] for row in rows.to_pylist() if row["memo"]}

    def act(self, asked: Asked) -> str:
        """Settle one difference, or take the last back."""
        ground, sample, layers = self._sample(asked)
        who, now, log = named(asked), self._house.clock(), self._sittings.log(ground)
        onward = f"/coding/{sample.id}/settle?{urlencode({'layers': ','.join(layers)})}"
        if asked.field("do") == "undo":
            gone = [t for layer in layers if (t := take_back(log, sample, layer, who=who, now=now))]
            if not gone:
                raise InputError("nothing of yours is left to take back in this sample")
            return onward
        layer, _, code = asked.field("code").partition("/")
        found, _ = self._open(ground, sample, [layer], who)
        one = next(
            (d for d in found if (d.subject_key, d.code) == (asked.field("post"), code)), None
        )
        if one is None:
            raise StaleError(
                "this difference is settled already, or is none any more; go on with the next"
            )
        if asked.field("do") not in ("present", "absent"):
            raise InputError("say whether the code is present or absent")
        present = asked.field("do") == "present"
        adjudicate(
            log,
            ground.book,
            sample,
            layer,
            one,
            {code: present},
            who=who,
            why=asked.field("why"),
            now=now,
        )
        return onward
