"""A post while it is being written: sentences are said one by one and leave their codes in the truth."""

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from bedside.simulate.bank import Bank, Phrase
from bedside.simulate.people import Account
from bedside.simulate.truth import Moment, Truth
from bedside.simulate.voice import lower_first
from bedside.simulate.world import Claim, Drug, World

__all__ = ["Draft", "weighted"]

_AN = re.compile(r"\b([Aa]) (?=[aeioAEIO]|u(?!ti|te|ro|ni|se)|MRI|HbA|NHS|A1C|echo|8|11 |18 )")
_START = re.compile(r"([.!?]\s+)([a-z])")


def weighted(**weights: int) -> tuple[str, ...]:
    """Names, each as often as its weight, to draw one from.

    Examples
    --------
    >>> weighted(hope=2, joy=1)
    ('hope', 'hope', 'joy')
    """
    return tuple(name for name, weight in weights.items() for _ in range(weight))


class Draft:
    """State of one post: the account that writes, the sentences so far, the truth so far.

    Parameters
    ----------
    world : World
    account : Account
    rnd : random.Random
    room : int
        Characters that the platform leaves for the text.
    """

    def __init__(self, world: World, account: Account, rnd: Random, room: int = 5000) -> None:
        self.world = world
        self.bank: Bank = world.bank
        self.account = account
        self.rnd = rnd
        self.room = room
        self.slots: dict[str, str] = {**account.slots, **account.own_slots}
        self.parts: list[str] = []
        self.title: str | None = None
        self.truth = Truth()
        self.mood = ""
        self.drug = account.drug
        self.said_slots: set[str] = set()
        self._kept: set[str] = set()
        self._introduced = False
        self._told_person = False
        self._used: set[str] = set()
        self.ways = 1  # different texts that the same choices could have made
        self.widest = 1  # of which so many differ in one word only

    def chance(self, share: float) -> bool:
        """Whether a thing of that share happens now."""
        return self.rnd.random() < share

    def pick(self, items: Sequence[Any]) -> Any:
        """One of the items, each as likely."""
        return items[int(self.rnd.random() * len(items))]

    def say(self, use: str, key: str | None = None, *, v: str = "any", moment: Moment | None = None,
            stage: str | None = None, lead: str = "") -> bool:  # fmt: skip
        """Say a sentence of that use; nothing is said when none fits or there is no room.

        Returns
        -------
        bool
            Whether something was said.
        """
        found = self.bank.find(use, key, self.account.who, v, stage)
        if not found:
            return False
        self.ways *= len(found)
        phrase = found[int(self.rnd.random() * len(found))]
        if phrase.name in self._used:
            phrase = found[int(self.rnd.random() * len(found))]
            if phrase.name in self._used:
                return False
        return self._tell(phrase, moment, lead)

    def _tell(self, phrase: Phrase, moment: Moment | None, lead: str) -> bool:
        text = self.fill(phrase)
        if lead:
            text = lead + lower_first(text)
        text = text[0].upper() + text[1:]
        if len(text) + 1 > self.room:
            return False
        self.room -= len(text) + 1
        if self.parts and self.parts[-1][-1].isalnum():
            self.parts[-1] += "."
        self.parts.append(text)
        if phrase.slots:
            self.said_slots |= phrase.slots
        self._used.add(phrase.name)
        self._keep_codes(phrase, moment)
        if phrase.person:
            self._introduced = self._told_person = True
        elif phrase.self_told and self.account.who == "own":
            self._told_person = True
        return True

    def fill(self, phrase: Phrase, *, again: bool = False) -> str:
        """The sentence with its slots filled; `again` uses the words that the text used before."""
        slots, lists, numbers, rnd = self.slots, self.account.lists, self.account.numbers, self.rnd
        for name in phrase.draw:
            if name in self._kept or (again and name in self.said_slots):
                self._kept.discard(name)
                continue
            items = lists.get(name)
            if items is None:
                items = _number_words(numbers, name, self.account)
            slots[name] = items[int(rnd.random() * len(items))]
            self.ways *= len(items)
            self.widest = max(self.widest, len(items))
        if phrase.entangled:
            self._entangle(phrase.slots)
        text = (phrase.text if self._introduced else phrase.intro).format_map(slots)
        return _mend(text) if phrase.mend else text

    def _entangle(self, named: frozenset[str]) -> None:
        slots = self.slots
        if "symptom2" in named:
            self._draw_symptoms()
        if "reaction" in named:
            self._draw_reactions()
        if "drug2" in named:
            self._draw_other_drug()
        if "option2" in named and slots["option2"] == slots.get("option"):
            options = self.account.lists["option"]
            slots["option2"] = options[options.index(slots["option2"]) - 1]
        if "cond" in named:
            self.truth.names_condition = True

    def _draw_symptoms(self) -> None:
        symptoms, slots = self.account.lists["symptom"], self.slots
        count = len(symptoms)
        first = int(self.rnd.random() * count)
        step = 1 + int(self.rnd.random() * (count - 1))
        further = 1 + int(self.rnd.random() * (count - 2))
        for offset, name in (
            (0, "symptom"),
            (step, "symptom2"),
            (further + (further >= step), "symptom3"),
        ):
            slots[name] = symptoms[(first + offset) % count]

    def adopt(self, slots: dict[str, str], drug: Drug) -> None:
        """Speak of the same symptom, medicine and option as the post that this one answers."""
        self.drug = drug
        for name in ("symptom", "drug", "option", "test"):
            if name in slots:
                self.slots[name] = slots[name]
                self._kept.add(name)

    def _draw_reactions(self) -> None:
        reactions = self.drug.reactions
        first = int(self.rnd.random() * len(reactions))
        self.slots["reaction"] = reactions[first]
        self.slots["reaction2"] = reactions[(first + 1) % len(reactions)]

    def _draw_other_drug(self) -> None:
        drugs = self.account.condition.drugs
        others = [d for d in drugs if d is not self.drug]
        self.slots["drug2"] = self.pick((self.pick(others) if others else drugs[0]).names)

    def _keep_codes(self, phrase: Phrase, moment: Moment | None) -> None:
        truth = self.truth
        truth.phrases.append(phrase.name)
        if not phrase.coded:
            return
        if moment is not None:
            for name, codes in phrase.moment:
                _extend(getattr(moment, name), codes)
        for name, codes in phrase.lists:
            _extend(getattr(truth, name), codes)
        for name, code in phrase.singles:
            setattr(truth, name, code)
        for kind, value, start in phrase.records:
            RECORDS[kind](self, phrase, value, start)

    def set_claim(self, claim: Claim) -> None:
        """Fill the slots that speak of a claim."""
        self.slots["claim"] = self.pick(claim.says)
        self.slots["fact"] = self.pick(claim.facts)
        self.slots["fallacy"] = self.pick(claim.why)
        self.slots["claim_id"] = claim.id

    def close(self, *, experiencer: str = "general", role: str = "unclear") -> Truth:
        """Settle who speaks and whose experience it is, and drop moments without any code."""
        truth, account = self.truth, self.account
        if self._told_person:
            truth.role = account.role
            truth.experiencer = "own" if account.who == "own" else "cared_for"
            if account.role == "family_or_carer":
                truth.role_detail = account.detail
        if truth.role == "unclear":
            truth.role = role
        if truth.experiencer == "general":
            truth.experiencer = experiencer
        truth.moments = [m for m in truth.moments if m.stage or m.think or m.feel or m.do or m.care]
        return truth

    def new_moment(self, stage: str | None) -> Moment:
        """Open a moment in the truth."""
        moment = Moment(stage=stage)
        self.truth.moments.append(moment)
        return moment

    def value(self, slot: str) -> float | None:
        """The number that a slot's words say."""
        return self.account.numbers[slot].get(self.slots.get(slot, ""))


def _extend(items: list[str], codes: Sequence[str]) -> None:
    for code in codes:
        if code not in items:
            items.append(code)


def _mend(text: str) -> str:
    text = _AN.sub(r"\1n ", text)
    return _START.sub(lambda m: m.group(1) + m.group(2).upper(), text)


def _number_words(numbers: dict[str, dict[str, float]], name: str, account: Account) -> list[str]:
    if name == "dxage":
        return [str(account.age)]
    return list(numbers[name])


def _diagnosis(draft: Draft, phrase: Phrase, status: str, start: str | None) -> None:
    slot = {"misdiagnosed": "misdx", "ruled_out": "ruledout"}.get(status, "cond")
    name = draft.slots[slot].removeprefix("a ").removeprefix("an ").removeprefix("just ")
    months = draft.value("delay") if "delay" in phrase.slots else None
    draft.truth.diagnosis.append(
        {
            "condition": draft.account.condition_name if slot == "cond" else name,
            "status": status,
            "months": months,
            "from": (start or "unstated") if months is not None else None,
            "age": float(draft.slots["dxage"]) if "dxage" in phrase.slots else None,
            "professionals": draft.value("profs") if "profs" in phrase.slots else None,
        }
    )


def _treatment(draft: Draft, phrase: Phrase, value: str, start: str | None) -> None:
    slot, status, outcome, reason, barrier = (*value.split(":"), "", "", "", "")[:5]
    draft.truth.treatment.append(
        {
            "option": draft.slots[slot].removeprefix("a ").removeprefix("the "),
            "status": status,
            "outcome": outcome or None,
            "reason": reason.replace("_", " ") or None,
            "barrier": barrier or None,
        }
    )


def _harm(draft: Draft, phrase: Phrase, value: str, start: str | None) -> None:
    for slot in value.split(","):
        said = draft.slots[slot] if slot in phrase.slots else slot.replace("_", " ")
        reaction = said.removeprefix("a ").removeprefix("an ")
        draft.truth.harm.append(f"{draft.slots['drug']}:{reaction}")


def _scale(draft: Draft, phrase: Phrase, value: str, start: str | None) -> None:
    what, _, top = value.partition(":")
    draft.truth.scale.append(
        {
            "what": what.replace("_", " "),
            "value": draft.value("n"),
            "max": float(top) if top else None,
        }
    )


def _stance(draft: Draft, phrase: Phrase, value: str, start: str | None) -> None:
    record = {"claim": draft.slots["claim"], "stance": value, "id": draft.slots["claim_id"]}
    if record not in draft.truth.claim:
        draft.truth.claim.append(record)


RECORDS: dict[str, Callable[[Draft, Phrase, str, str | None], None]] = {
    "diag": _diagnosis,
    "treat": _treatment,
    "treat2": _treatment,
    "harm": _harm,
    "scale": _scale,
    "stance": _stance,
}
