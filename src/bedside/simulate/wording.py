"""The words that fill a person's sentences: pronouns, the words of the country, the condition's own words."""

from functools import cache
from typing import NamedTuple

from bedside.simulate.dice import Dice
from bedside.simulate.world import Drug, World

__all__ = ["CARED_NOUNS", "KIT_NUMBERS", "Kit", "Slots", "find_kit", "pronouns"]

Slots = dict[str, str]
KIT_NUMBERS = range(
    150
)  # sets of words a condition and dialect; accounts that draw the same share one
MEN = {"son", "dad", "father", "husband", "brother", "grandad"}
CARED_NOUNS: dict[str, dict[str, str]] = {"us": {"mum": "mom"}, "uk": {}}
DIALECT_SLOTS = ("gp", "surgery", "mum", "chemist", "ae", "consultant")
FIRST_MENTIONS = ("I", "me", "my", "Im", "Ive", "Id")
OWN: Slots = {
    **{"I": "I", "me": "me", "my": "my", "Im": "I'm", "Ive": "I've", "Id": "I'd"},
    **{"myself": "myself", "am": "am", "have": "have", "do": "do", "dont": "don't"},
    **{"s": "", "es": "", "has": "have", "carednoun": ""},
}
OWN |= {f"{name}0": OWN[name] for name in FIRST_MENTIONS}


class Kit(NamedTuple):
    """The words of one place and condition, as one person uses them."""

    slots: Slots
    lists: dict[str, list[str]]
    numbers: dict[str, dict[str, float]]
    drug: Drug
    known: dict[str | None, Slots]

    def slots_of(self, noun: str | None) -> Slots:
        """Slots of this kit with the pronouns of the writer (None) or of whom the writer looks after."""
        found = self.known.get(noun)
        if found is None:
            found = self.known[noun] = {**self.slots, **pronouns(noun)}
        return found


@cache
def pronouns(noun: str | None) -> Slots:
    """Pronoun slots of the writer (None) or of the person the writer looks after; `I0` is a first mention."""
    if noun is None:
        return OWN
    he, him, his = ("he", "him", "his") if noun in MEN else ("she", "her", "her")
    mine = f"my {noun}"
    return {
        **{"I": he, "me": him, "my": his, "Im": f"{he}'s", "Ive": f"{he}'s", "Id": f"{he}'d"},
        **{"myself": f"{him}self", "am": "is", "have": "has", "has": "has", "do": "does"},
        **{"s": "s", "es": "es", "dont": "doesn't", "carednoun": noun},
        **{"I0": mine, "me0": mine, "my0": f"{mine}'s", "Im0": f"{mine} is"},
        **{"Ive0": f"{mine} has", "Id0": f"{mine} would"},
    }


def find_kit(world: World, condition: str, dialect: str, number: int) -> Kit:
    """Kit of that number (below `KIT_NUMBERS`), made when first asked for."""
    key = (condition, dialect, number)
    kit = world.kits.get(key)
    if kit is None:
        kit = world.kits[key] = _make_kit(world, condition, dialect, number)
    return kit


def _make_kit(world: World, condition: str, dialect: str, number: int) -> Kit:
    facts, words = world.conditions[condition], world.words
    dice = Dice(f"{world.seed}/kit/{condition}/{dialect}/{number}")
    drug = dice.pick(facts.drugs)
    slots = {slot: dice.pick(words[dialect][slot]) for slot in DIALECT_SLOTS}
    slots["spec"] = dice.pick(facts.specialist_us if dialect == "us" else facts.specialist_uk)
    slots["cond"], slots["condtag"] = dice.pick(facts.names), facts.tag
    slots["drug"] = dice.pick(drug.names)
    return Kit(slots, _lists(world, condition, dialect), _numbers(world, facts.wait), drug, {})


def _lists(world: World, condition: str, dialect: str) -> dict[str, list[str]]:
    facts, words = world.conditions[condition], world.words
    options = [*facts.habits, *facts.procedures]
    return {
        **words["lists"],
        **words[dialect],
        **dict.fromkeys(("symptom", "symptom2", "symptom3"), facts.symptoms),
        **{"test": facts.tests, "misdx": facts.misdiagnoses, "ruledout": facts.ruled_out},
        **{"habit": facts.habits, "procedure": facts.procedures},
        **{"option": options, "option2": options},
    }


def _numbers(world: World, wait: str) -> dict[str, dict[str, float]]:
    numbers = world.words["numbers"]
    return {"delay": numbers[f"delay_{wait}"], "n": numbers["n"], "profs": numbers["profs"]}
