"""Accounts: each is made from its number alone, so that it is the same person in every block."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bedside.simulate.world import Condition, Drug, World

__all__ = ["JOURNEY", "Account", "Pool", "find_account"]

Pool = str
"""people (patients, families, carers), professionals, organisations or advertisers."""

JOURNEY = (
    "first_symptoms",
    "searching",
    "first_consultation",
    "tests_referral",
    "diagnosis",
    "choosing_treatment",
    "starting_treatment",
    "living_with",
    "change_or_flare",
    "living_with",
    "remission_or_relapse",
)
STAGE_PATHS = {
    "ill": JOURNEY,
    "early": ("at_risk", *JOURNEY[:4]),
    "late": (
        "living_with",
        "change_or_flare",
        "choosing_treatment",
        "starting_treatment",
        "living_with",
    ),
    "last": ("diagnosis", "starting_treatment", "change_or_flare", "end_of_life", "end_of_life"),
}
KINDS_OF_PATH = ("ill",) * 14 + ("late",) * 4 + ("early",)
ENDS_IN_DEATH = {"breast cancer": 6, "dementia": 6, "type 2 diabetes": 2}
COUNTRIES = ("gb",) * 42 + ("us",) * 36 + ("ie",) * 6 + ("ca",) * 9 + ("au",) * 7
COUNTRY_NAMES = {"gb": "the UK", "us": "the US", "ie": "Ireland", "ca": "Canada", "au": "Australia"}
VOICES = (
    ("plain",) * 24
    + ("chatty",) * 14
    + ("terse",) * 12
    + ("lower",) * 11
    + ("typos",) * 8
    + ("long",) * 10
    + ("angry",) * 5
    + ("teen",) * 5
    + ("emoji",) * 5
    + ("foreign",) * 4
    + ("clinical",) * 2
)
PRO_DETAILS = (
    ("GP", "GP"),
    ("GP", "family doctor"),
    ("nurse", "nurse"),
    ("nurse", "nurse practitioner"),
    ("pharmacist", "pharmacist"),
    ("specialist", "{spec}"),
    ("specialist", "dietitian"),
    ("student", "medical student"),
    ("medical influencer", "doctor"),
)
ORG_DETAILS = ("charity", "charity", "company", "journalist", "hospital")
OWN_SLOTS = {
    **{
        "I": "I",
        "me": "me",
        "my": "my",
        "Im": "I'm",
        "Ive": "I've",
        "Id": "I'd",
        "myself": "myself",
    },
    **{"am": "am", "have": "have", "do": "do", "s": "", "es": "", "dont": "don't", "has": "have"},
}
OWN_SLOTS |= {f"{name}0": OWN_SLOTS[name] for name in ("I", "me", "my", "Im", "Ive", "Id")}
MEN = {"son", "dad", "father", "husband", "brother", "grandad"}


_LETTERS = str.maketrans("0123456789", "ghijklmnop")
_T = TypeVar("_T")


class Dice:
    """Choices that depend on a text alone: the digits of one long hash, taken off one after the other."""

    __slots__ = ("_left", "letters")

    def __init__(self, *parts: object) -> None:
        digest = hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=48)
        self._left = int.from_bytes(digest.digest(), "big")
        self.letters = digest.hexdigest()[:24].translate(_LETTERS)

    def pick(self, items: Sequence[_T]) -> _T:
        """One of the items."""
        self._left, n = divmod(self._left, len(items))
        return items[n]

    def share(self) -> float:
        """A number in 0..1, in steps of a ten-thousandth."""
        self._left, n = divmod(self._left, 10_000)
        return n / 10_000


@dataclass(init=False, slots=True, eq=False)
class Account:
    """One account with its voice, place, condition, the person it speaks about, and its journey.

    `who` says whether it tells of itself (own) or of someone it looks after (cared); `since` and `span` say
    when it is active, in shares of the corpus's time; `slots`, `lists` and `numbers` fill its sentences.
    """

    key: tuple[str, str, str, int]
    number: int
    pool: Pool
    role: str
    detail: str | None
    who: str
    cared: str | None
    condition: Condition
    condition_name: str
    country: str
    dialect: str
    voice: str
    states_role: bool
    age: int
    path: tuple[str, ...]
    anchor: int
    pace: int
    since: float
    span: float
    drug: Drug
    drug_name: str
    hashed: str
    handle: str
    name: str
    bio: str
    slots: dict[str, str]
    lists: dict[str, list[str]]
    numbers: dict[str, dict[str, float]]

    def stage_at(self, position: float) -> int:
        """Index into the account's path at a place (0..1) of the corpus's time."""
        lived = max(0.0, min(1.0, (position - self.since) / self.span))
        return min(self.anchor + int(lived * self.pace), len(self.path) - 1)


def find_account(
    world: World, cache: dict[Any, Account], platform: str, pool: Pool, condition: str, number: int
) -> Account:
    """Account of that number; made once per block, always the same."""
    key = (platform, pool, condition, number)
    account = cache.get(key)
    if account is None:
        account = cache[key] = _make(world, platform, pool, condition, number)
    return account


def _make(world: World, platform: str, pool: Pool, condition: str, number: int) -> Account:
    rnd = Dice(world.seed, platform, pool, condition, number)
    account = Account()
    account.key = (platform, pool, condition, number)
    account.number, account.pool = number, pool
    account.since, account.span = world.active_time(platform, pool, number)
    account.hashed = rnd.letters
    account.condition = world.conditions[condition]
    account.condition_name = condition
    account.country = rnd.pick(COUNTRIES)
    account.dialect = "us" if account.country in ("us", "ca") else "uk"
    account.voice = rnd.pick(VOICES)
    account.states_role = rnd.share() < 0.5
    _name(account, world, rnd)
    _role(account, rnd)
    _journey(account, rnd)
    _fill(account, world, rnd)
    account.bio = _bio(account, rnd)
    return account


def _name(account: Account, world: World, rnd: Dice) -> None:
    names = world.words["names"]
    left, right = rnd.pick(names["left"]), rnd.pick(names["right"])
    # the number makes the handle unique in its platform and pool
    tail = account.hashed[:5] if account.pool == "people" else account.hashed[:3]
    account.handle = (
        f"{left}_{right}_{tail}" if rnd.share() < 0.5 else f"{left}{right.title()}{tail}"
    )
    account.name = rnd.pick(names["people"]) + rnd.pick(
        ("", f" {rnd.pick('ABCDEFGHJKLMNPRSTW')}", " 🌻", "")
    )


def _role(account: Account, rnd: Dice) -> None:
    account.cared = account.detail = None
    account.who = "own"
    if account.pool == "professionals":
        account.role = "clinician"
        account.detail, named = rnd.pick(PRO_DETAILS)
        account.name = rnd.pick(("Dr ", "", "Nurse ", "")) + account.name
        account.cared = named
    elif account.pool == "organisations":
        account.role, account.detail = "organisation", rnd.pick(ORG_DETAILS)
    elif account.pool == "advertisers":
        account.role, account.detail = "organisation", "company"
    elif rnd.share() < _carer_share(account.condition_name):
        account.role, account.who = "family_or_carer", "cared"
        account.detail, account.cared = rnd.pick(account.condition.carers).split(":")
    else:
        account.role = "patient"


def _carer_share(condition: str) -> float:
    return 0.85 if condition == "dementia" else 0.16


def _journey(account: Account, rnd: Dice) -> None:
    dying = ENDS_IN_DEATH.get(account.condition_name, 0) if account.who == "cared" else 0
    account.path = STAGE_PATHS[rnd.pick(KINDS_OF_PATH + ("last",) * dying)]
    account.anchor = min(int(rnd.share() ** 1.3 * len(account.path)), len(account.path) - 1)
    account.pace = rnd.pick((0, 1, 2, 4, 7))
    low, high = account.condition.ages
    account.age = rnd.pick(range(low, high + 1))


def _fill(account: Account, world: World, rnd: Dice) -> None:
    condition, words = account.condition, world.words
    account.drug = rnd.pick(condition.drugs)
    account.drug_name = rnd.pick(account.drug.names)
    account.lists = _lists(world, account.condition_name, account.dialect)
    account.numbers = _numbers(world, condition.wait)
    dialect = words[account.dialect]
    account.slots = {
        **(OWN_SLOTS if account.who == "own" else _cared_slots(account)),
        **{
            slot: rnd.pick(dialect[slot])
            for slot in ("gp", "surgery", "mum", "chemist", "ae", "consultant")
        },
        "spec": rnd.pick(
            condition.specialist_us if account.dialect == "us" else condition.specialist_uk
        ),
        "cond": rnd.pick(condition.names),
        "condtag": condition.tag,
        "drug": account.drug_name,
        "countryname": COUNTRY_NAMES[account.country],
        "agenow": str(account.age + rnd.pick(range(5))),
        "carednoun": "mom"
        if account.cared == "mum" and account.dialect == "us"
        else account.cared or "",
    }
    if account.role == "clinician":
        account.slots["prorole"] = (account.cared or "").replace("{spec}", account.slots["spec"])
        account.cared = None


def _cared_slots(account: Account) -> dict[str, str]:
    noun = account.cared or "mum"
    if noun == "mum" and account.dialect == "us":
        noun = "mom"
    he, him, his = ("he", "him", "his") if noun in MEN else ("she", "her", "her")
    mine = f"my {noun}"
    return {
        **{"I": he, "me": him, "my": his, "Im": f"{he}'s", "Ive": f"{he}'s", "Id": f"{he}'d"},
        **{"myself": f"{him}self", "am": "is", "have": "has", "has": "has", "do": "does"},
        **{"s": "s", "es": "es", "dont": "doesn't"},
        **{"I0": mine, "me0": mine, "my0": f"{mine}'s", "Im0": f"{mine} is", "Ive0": f"{mine} has"},
        "Id0": f"{mine} would",
    }


def _lists(world: World, condition: str, dialect: str) -> dict[str, list[str]]:
    key = (condition, dialect)
    found = world.lists.get(key)
    if found is None:
        facts = world.conditions[condition]
        found = world.lists[key] = {
            **world.words["lists"],
            **world.words[dialect],
            "symptom": facts.symptoms,
            "symptom2": facts.symptoms,
            "symptom3": facts.symptoms,
            "test": facts.tests,
            "misdx": facts.misdiagnoses,
            "ruledout": facts.ruled_out,
            "habit": facts.habits,
            "procedure": facts.procedures,
            "option": [*facts.habits, *facts.procedures],
            "option2": [*facts.habits, *facts.procedures],
        }
    return found


def _numbers(world: World, wait: str) -> dict[str, dict[str, float]]:
    numbers = world.words["numbers"]
    return {"delay": numbers[f"delay_{wait}"], "n": numbers["n"], "profs": numbers["profs"]}


def _bio(account: Account, rnd: Dice) -> str:
    slots = account.slots
    if account.role == "clinician":
        return f"{slots['prorole']}, views my own, not medical advice".capitalize()
    if account.role == "organisation":
        return f"A {account.detail} for people with {slots['cond']}".replace(
            "A company for", "Shop for"
        )
    kinds = (
        "",
        "",
        "",
        f"{slots['cond']} since {rnd.pick(range(2004, 2025))}",
        "tea first",
        "she/her",
        "just here to read",
    )
    return (
        rnd.pick(kinds)
        if account.role == "patient"
        else rnd.pick(("", "", "carer", "parent of two"))
    )
