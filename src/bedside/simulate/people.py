"""Accounts: each is made from its number alone, so that it is the same person in every block."""

from dataclasses import dataclass
from typing import Any

from bedside.simulate.dice import Dice
from bedside.simulate.wording import CARED_NOUNS, KIT_NUMBERS, find_kit
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
SHOW_PROFILES = frozenset(
    ("x", "bluesky", "mastodon", "discourse")
)  # formats that hold name and bio
INITIALS = "ABCDEFGHJKLMNPRSTW"
YEARS_AFTER = range(5)  # between the age at diagnosis and now
PLAIN_BIOS = ("tea first", "she/her", "just here to read")
ORG_DETAILS = ("charity", "charity", "company", "journalist", "hospital")


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
    hashed: str
    handle: str
    name: str
    bio: str
    slots: dict[str, str]  # shared with others of the same kit: never written to
    own_slots: dict[str, str]
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
    rnd = Dice(f"{world.seed}/{platform}/{pool}/{condition}/{number}")
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
    names = world.words["names"]
    joint = rnd.pick(("_", "", "-", ""))
    account.handle = (
        f"{rnd.pick(names['left'])}{joint}{rnd.pick(names['right'])}{world.ordinal(account.key)}"
    )
    _role(account, rnd)
    _journey(account, rnd)
    _fill(account, world, rnd)
    account.name = account.bio = ""
    if platform in SHOW_PROFILES:
        account.name, account.bio = _name(account, names["people"], rnd), _bio(account, rnd)
    return account


def _name(account: Account, names: list[str], rnd: Dice) -> str:
    title = rnd.pick(("Dr ", "", "Nurse ", "")) if account.role == "clinician" else ""
    return f"{title}{rnd.pick(names)}{rnd.pick(('', f' {rnd.pick(INITIALS)}', ' 🌻', ''))}"


def _role(account: Account, rnd: Dice) -> None:
    account.cared = account.detail = None
    account.who = "own"
    if account.pool == "professionals":
        account.role = "clinician"
        account.detail, named = rnd.pick(PRO_DETAILS)
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
    noun = account.cared if account.who == "cared" else None
    kit = find_kit(world, account.condition_name, account.dialect, rnd.pick(KIT_NUMBERS))
    noun = CARED_NOUNS[account.dialect].get(noun, noun) if noun else None
    account.drug, account.lists, account.numbers = kit.drug, kit.lists, kit.numbers
    account.slots = kit.slots_of(noun)
    account.own_slots = {
        "countryname": COUNTRY_NAMES[account.country],
        "agenow": str(account.age + rnd.pick(YEARS_AFTER)),
    }
    if account.role == "clinician":
        account.own_slots["prorole"] = (account.cared or "").replace(
            "{spec}", account.slots["spec"]
        )
        account.cared = None


def _bio(account: Account, rnd: Dice) -> str:
    cond = account.slots["cond"]
    if account.role == "clinician":
        return f"{account.own_slots['prorole']}, views my own, not medical advice".capitalize()
    if account.role == "organisation":
        return (
            f"Shop for people with {cond}"
            if account.detail == "company"
            else f"A {account.detail}, {cond}"
        )
    if account.role == "patient":
        return rnd.pick(("", "", "", f"{cond} since {rnd.pick(range(2004, 2025))}", *PLAIN_BIOS))
    return rnd.pick(("", "", "carer", "parent of two"))
