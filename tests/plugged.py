"""A plug-in for tests: a format, a maker and a report of its own."""

from collections.abc import Iterable, Iterator
from typing import Any

from bedside.collect.formats import Format
from bedside.collect.reading import Found, Outcome, Reading, Sample
from bedside.plugins import hook
from bedside.report.material import Material
from bedside.understand.marks import Proposal


def _recognise(sample: Sample) -> bool:
    return sample.text.startswith("%DIARY")


def _read(document: Any, reading: Reading) -> Iterator[Outcome]:
    with document.open() as stream:
        for number, line in enumerate(stream.read().decode().splitlines()[1:], 1):
            post = {
                "post_id": f"diary:{number}",
                "platform": "diary",
                "native_id": str(number),
                "kind": "post",
                "body": line,
                "author_id": f"diary:writer{number}",
            }
            yield Found(f"line {number}", line.encode(), post)


DIARY = Format(name="diary", licence_note="none", verified=False, recognise=_recognise, read=_read)


class Shouting:
    """Marks every post of the diary as hopeful."""

    name, version, layers, languages = "shouting", "1", ("feel",), ("en",)

    def propose(self, doc: Any) -> Iterable[Proposal]:
        """One mark for each post."""
        yield Proposal(layer="feel", code="hope", places=((0, 2),))


SHOUTING = Shouting()


def in_a_line(material: Material) -> tuple[str, str]:
    """The smallest report."""
    return "report-line.txt", f"{material.study.title}: {len(material.figures)} figures"


class Plugin:
    """What an entry point would name."""

    @hook
    def collectors(self) -> list[Format]:
        """One format."""
        return [DIARY]

    @hook
    def makers(self) -> list[str]:
        """One maker."""
        return ["tests.plugged:SHOUTING"]

    @hook
    def reports(self) -> list[Any]:
        """One report."""
        return [in_a_line]
