"""Accounts: each is made from its number alone, so that it is the same person in every block."""

import base64
import hashlib
import random
from typing import Any

from bedside.simulate.world import Condition, Drug, World, seed_of

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
    "late": ("living_with", "change_or_flare", "choosing_treatment", "starting_treatment", "living_with"),
    "last": ("diagnosis", "starting_treatment", "change_or_flare", "end_of_life", "end_of_life"),
}
ENDS_IN_DEATH = ("breast cancer", "dementia")
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
    **{"I": "I", "me": "me", "my": "my", "Im": "I'm", "Ive": "I've", "Id": "I'd", "myself": "myself"},
    **{"am": "am", "have": "have", "do": "do", "s": "", "es": "", "dont": "don't", "has": "have"},
}
OWN_SLOTS |= {f"{name}0": OWN_SLOTS[name] for name in ("I", "me", "my", "Im", "Ive", "Id")}
MEN = {"son", "dad", "father", "husband", "brother", "grandad"}


class Account:
    """One account with its voice, place, condition, the person it speaks about, and its journey."""

    __slots__ = (
        "age",
        "anchor",
        "bio",
        "cared",
        "condition",
        "condition_name",
        "country",
        "detail",
        "dialect",
        "drug",
        "drug_name",
        "handle",
        "hashed",
        "lists",
        "name",
        "number",
        "numbers",
        "pace",
        "path",
        "pool",
        "role",
        "since",
        "slots",
        "span",
        "states_role",
        "voice",
        "who",
    )

    role: str
    detail: str | None
    cared: str | None
    drug: Drug
    drug_name: str
    lists: dict[str, list[str]]
    numbers: dict[str, dict[str, float]]
    slots: dict[str, str]

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
    seed = seed_of(world.seed, platform, pool, condition, number)
    rnd = random.Random(seed)  # noqa: S311 - reproducible, nothing secret
    account = Account()
    account.number, account.pool = number, pool
    account.since, account.span = world.active_time(platform, pool, number)
    account.hashed = _letters(seed)
    account.condition = world.conditions[condition]
    account.condition_name = condition
    account.country = rnd.choice(COUNTRIES)
    account.dialect = "us" if account.country in ("us", "ca") else "uk"
    account.voice = rnd.choice(VOICES)
    account.states_role = rnd.random() < 0.5
    _name(account, world, rnd)
    _role(account, rnd)
    _journey(account, rnd)
    _fill(account, world, rnd)
    account.bio = _bio(account, rnd)
    return account


def _letters(seed: int) -> str:
    digest = hashlib.blake2b(seed.to_bytes(8, "big"), digest_size=15).digest()
    return base64.b32encode(digest).decode().lower()


def _name(account: Account, world: World, rnd: random.Random) -> None:
    names = world.words["names"]
    left, right = rnd.choice(names["left"]), rnd.choice(names["right"])
    # the number makes the handle unique in its platform and pool
    tail = account.hashed[:5] if account.pool == "people" else account.hashed[:3]
    account.handle = f"{left}_{right}_{tail}" if rnd.random() < 0.5 else f"{left}{right.title()}{tail}"
    account.name = rnd.choice(names["people"]) + rnd.choice(("", f" {rnd.choice('ABCDEFGHJKLMNPRSTW')}", " 🌻", ""))


def _role(account: Account, rnd: random.Random) -> None:
    account.cared = account.detail = None
    account.who = "own"
    if account.pool == "professionals":
        account.role = "clinician"
        account.detail, named = rnd.choice(PRO_DETAILS)
        account.name = rnd.choice(("Dr ", "", "Nurse ", "")) + account.name
        account.cared = named
    elif account.pool == "organisations":
        account.role, account.detail = "organisation", rnd.choice(ORG_DETAILS)
    elif account.pool == "advertisers":
        account.role, account.detail = "organisation", "company"
    elif rnd.random() < _carer_share(account.condition_name):
        account.role, account.who = "family_or_carer", "cared"
        account.detail, account.cared = rnd.choice(account.condition.carers).split(":")
    else:
        account.role = "patient"


def _carer_share(condition: str) -> float:
    return 0.85 if condition == "dementia" else 0.16


def _journey(account: Account, rnd: random.Random) -> None:
    kinds = ["ill"] * 14 + ["late"] * 4 + ["early"]
    if account.condition_name in ENDS_IN_DEATH and account.who == "cared":
        kinds += ["last"] * 6
    account.path = STAGE_PATHS[rnd.choice(kinds)]
    account.anchor = min(int(rnd.random() ** 1.3 * len(account.path)), len(account.path) - 1)
    account.pace = rnd.choice((0, 1, 2, 4, 7))
    low, high = account.condition.ages
    account.age = rnd.randint(low, high)


def _fill(account: Account, world: World, rnd: random.Random) -> None:
    condition, words = account.condition, world.words
    account.drug = rnd.choice(condition.drugs)
    account.drug_name = rnd.choice(account.drug.names)
    account.lists = _lists(world, account.condition_name, account.dialect)
    account.numbers = _numbers(world, condition.wait)
    dialect = words[account.dialect]
    account.slots = {
        **(OWN_SLOTS if account.who == "own" else _cared_slots(account)),
        **{slot: rnd.choice(dialect[slot]) for slot in ("gp", "surgery", "mum", "chemist", "ae", "consultant")},
        "spec": rnd.choice(condition.specialist_us if account.dialect == "us" else condition.specialist_uk),
        "cond": rnd.choice(condition.names),
        "condtag": condition.tag,
        "drug": account.drug_name,
        "countryname": COUNTRY_NAMES[account.country],
        "agenow": str(account.age + rnd.randint(0, 4)),
        "carednoun": account.cared or "",
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
            "test": facts.tests,
            "misdx": facts.misdiagnoses,
            "ruledout": facts.ruled_out,
            "option": facts.options,
            "option2": facts.options,
        }
    return found


def _numbers(world: World, wait: str) -> dict[str, dict[str, float]]:
    numbers = world.words["numbers"]
    return {"delay": numbers[f"delay_{wait}"], "n": numbers["n"], "profs": numbers["profs"]}


def _bio(account: Account, rnd: random.Random) -> str:
    slots = account.slots
    if account.role == "clinician":
        return f"{slots['prorole']}, views my own, not medical advice".capitalize()
    if account.role == "organisation":
        return f"A {account.detail} for people with {slots['cond']}".replace("A company for", "Shop for")
    kinds = ("", "", "", f"{slots['cond']} since {rnd.randint(2004, 2024)}", "tea first", "she/her", "just here to read")
    return rnd.choice(kinds) if account.role == "patient" else rnd.choice(("", "", "carer", "parent of two"))
