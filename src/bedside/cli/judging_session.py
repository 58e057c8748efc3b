"""`judge` in the terminal: a text, a question, numbers of the codes that apply."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import NamedTuple

from bedside.cli.opened import Opened, opened
from bedside.codebook import Layer
from bedside.errors import BedsideError, InputError, NotFoundError
from bedside.judge.adjudication import adjudicate, to_adjudicate
from bedside.judge.agreeing import Disagreement
from bedside.judge.decisions import DecisionLog, open_log
from bedside.judge.desk import Desk
from bedside.judge.items import Item, Reading, load_readings
from bedside.judge.qualifying import reason_against
from bedside.judge.samples import Sample, find_sample, list_samples
from bedside.judge.versions import keep_version

__all__ = ["choose_sample", "judge_in_terminal", "settle_differences"]

Ask = Callable[[str], str]
Say = Callable[[str], object]
HELP = (
    "numbers of the codes that apply, or nothing for none; s REASON sets aside; m NOTE keeps a note with the decision; "
    "u takes the last one back; ? shows the definitions; q ends"
)


class Sitting(NamedTuple):
    """One person at one sample and layer."""

    at: Opened
    log: DecisionLog
    sample: Sample
    layer: Layer


def _now() -> datetime:
    return datetime.now(UTC)


def choose_sample(at: Opened, name: str, layer: str) -> tuple[Sample, Layer]:
    """The sample and layer meant; what is not given must follow from the study.

    Raises
    ------
    NotFoundError
        If there is no sample yet.
    InputError
        If several layers could be meant.
    """
    samples = list_samples(at.study, layer=layer or None)
    if not name and not samples:
        raise NotFoundError(
            f"no sample to judge; draw one with: bedside sample draw {quote(str(at.study.folder))} round-1"
        )
    sample = find_sample(at.study, name) if name else samples[-1]
    if layer:
        return sample, at.book.layer(layer)
    if len(sample.layers) != 1:
        known = ", ".join(sample.layers or at.book.layers)
        raise InputError(f"say which layer to judge: --layer, one of {known}")
    return sample, at.book.layer(sample.layers[0])


@contextmanager
def _sitting(folder: Path, sample: str, layer: str) -> Iterator[Sitting]:
    with opened(folder) as at, open_log(at.study) as log:
        keep_version(at.study, at.book)
        yield Sitting(at, log, *choose_sample(at, sample, layer))


def judge_in_terminal(
    folder: Path, *, coder: str, sample: str, layer: str, ask: Ask, say: Say
) -> None:
    """Show one item after another until the queue is done or the person ends.

    Parameters
    ----------
    ask : callable
        Shows a prompt and gives the line that was typed.
    say : callable
        Shows a line.
    """
    with _sitting(folder, sample, layer) as at:
        desk = Desk(
            at.at.study, at.at.ask, at.log, at.at.book,
            sample=at.sample, layer=at.layer.layer, coder=coder,
        )  # fmt: skip
        against = "" if desk.prompted else _against(at)
        if against:
            say(f"These decisions can enter no estimate: {against}.")
        say(f"{at.layer.question}\n{_numbered(at.layer)}\n{HELP}")
        going: Item | None = desk.next(now=_now())
        while going is not None:
            told = desk.progress()
            say(
                f"\n{told.done} done, {told.to_do} to do, {told.draft} drafts, {told.set_aside} set aside"
            )
            say(_shown(going))
            if not _answered(desk, going, at.layer, ask, say):
                break
            going = desk.next(now=_now())
        told = desk.progress()
        say(f"{told.done} done, {told.to_do} to do, {told.set_aside} set aside; everything is kept")


def _against(at: Sitting) -> str:
    """Why the sample no longer checks the layer; empty where it does."""
    name = at.layer.layer
    return reason_against(at.at.study, at.sample, name, at.log.looks(sample_id=at.sample.id))


def _answered(desk: Desk, item: Item, layer: Layer, ask: Ask, say: Say) -> bool:
    """Take one decision; False where the person ends."""
    memo = ""
    while True:
        line = ask("codes").strip()
        word, _, rest = line.partition(" ")
        try:
            if word == "q":
                return False
            if word == "?":
                say(_definitions(layer))
            elif word == "m":
                memo = rest
            elif word == "u":
                say("taken back" if desk.undo(now=_now()) else "nothing to take back")
                return True
            elif word == "s":
                desk.set_aside(item.subject_key, rest, now=_now())
                return True
            else:
                desk.decide(item.subject_key, _codes(layer, line), memo=memo, now=_now())
                return True
        except BedsideError as error:
            say(str(error))


def _codes(layer: Layer, line: str) -> list[str]:
    names, found = layer.names(), []
    for word in line.replace(",", " ").split():
        if word in names:
            found.append(word)
        elif word.isdigit() and 1 <= int(word) <= len(names):
            found.append(names[int(word) - 1])
        else:
            raise InputError(f"'{word}' is no code; give numbers from 1 to {len(names)}, or names")
    return found


def _numbered(layer: Layer) -> str:
    names = layer.names()
    if all(name.lstrip("-").isdigit() for name in names):  # they are their own numbers
        return "  " + ", ".join(names)
    return "\n".join(f"  {number:>2} {name}" for number, name in enumerate(names, 1))


def _definitions(layer: Layer) -> str:
    lines = []
    for code in layer.code:
        lines.append(f"  {code.name}: {code.definition}")
        lines += [f"      counts: {'; '.join(code.counts)}"] if code.counts else []
        lines += [f"      not: {'; '.join(code.not_)}"] if code.not_ else []
    return "\n".join(lines)


def _shown(item: Item) -> str:
    lines = [_post(reading) for reading in item.readings]
    if item.recheck:
        lines.append("to be checked again: the definition or the text has changed since")
    if present := [code for code, said in item.held.items() if said == "present"]:
        lines.append(f"held so far: {', '.join(present)}")
    if item.proposals:
        lines.append(
            "the machine proposes: "
            + ", ".join(
                f"{p.code} ({p.maker}, {p.assertion or 'asserted'})" for p in item.proposals
            )
        )
    return "\n".join(lines)


def _post(reading: Reading) -> str:
    lines = [f"{reading.platform}, {reading.kind}, {reading.day or 'no date'}"]
    if reading.thread_title:
        lines.append(f"  thread: {reading.thread_title}")
    if reading.parent_body:
        lines.append(f"  answers: {reading.parent_body}")
    lines += [f"  {text}" for text in (reading.title, reading.body, *reading.segments) if text]
    return "\n".join(lines)


def settle_differences(
    folder: Path, *, coder: str, sample: str, layer: str, ask: Ask, say: Say
) -> None:
    """Show what coders decided differently, one code of a text after another, and keep who settles it and why."""
    with _sitting(folder, sample, layer) as at:
        needed = min(2, at.at.study.config.judge.coders)
        name = at.layer.layer
        open_ = to_adjudicate(at.log, at.at.book, at.sample, name, coder=coder, needed=needed)
        say(
            f"{len(open_)} decisions differ; y present, n absent, with the reason after it; nothing leaves it open; q ends"
        )
        for one in open_:
            readings = load_readings(at.at.ask, [one.subject_key], unit=at.sample.unit)
            say("\n" + "\n".join(_post(r) for r in readings.get(one.subject_key, ())))
            said = ", ".join(
                f"{who}: {'present' if yes else 'absent'}" for who, yes in one.said.items()
            )
            say(f"{one.code}: {at.layer.find(one.code).definition}\n{said}")
            if not _settled(at, one, coder, ask, say):
                break
        left = to_adjudicate(at.log, at.at.book, at.sample, name, coder=coder, needed=needed)
        say(f"{len(left)} decisions still differ")


def _settled(at: Sitting, one: Disagreement, who: str, ask: Ask, say: Say) -> bool:
    while True:
        word, _, why = ask("y/n REASON").strip().partition(" ")
        if word in ("", "q"):
            return word != "q"
        if word not in ("y", "n"):
            say("y or n, then the reason")
            continue
        try:
            adjudicate(
                at.log, at.at.book, at.sample, at.layer.layer, one, {one.code: word == "y"},
                who=who, why=why, now=_now(),
            )  # fmt: skip
        except BedsideError as error:
            say(str(error))
        else:
            return True
