"""What a simulated corpus is about: conditions, words, claims, providers, and the plan of one run."""

import hashlib
import itertools
import math
import random
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from bedside.errors import InputError, suggest
from bedside.simulate.bank import Bank, BankName, load_bank
from bedside.simulate.rates import FORMAT_SHARES, Rates, check_rates

__all__ = [
    "BLOCK_POSTS",
    "DEFAULT",
    "END",
    "START",
    "Claim",
    "Condition",
    "Drug",
    "Plan",
    "Provider",
    "World",
    "block_pattern",
    "known_conditions",
    "read_data",
    "seed_of",
]

DEFAULT = ("endometriosis", "pcos", "type 2 diabetes")
BLOCK_POSTS = 1000  # posts made from one seed; the unit of parallel work
START = 1672531200  # 2023-01-01 00:00 UTC
END = 1782864000  # 2026-07-01 00:00 UTC
PROVIDERS = 36
LOCAL_TIME = 0.15  # an ordinary account is active for this share of the corpus's time
POOLS = ("people", "professionals", "organisations", "advertisers")
POOL_SIZES = {"professionals": 0.02, "organisations": 0.004, "advertisers": 0.004}


class Drug(msgspec.Struct):
    """One medicine: the names people write, and the reactions that they may report."""

    names: list[str]
    reactions: list[str]


class Condition(msgspec.Struct):
    """One condition as the phrase slots need it."""

    names: list[str]
    tag: str
    icd: str
    woman: bool
    wait: str
    ages: tuple[int, int]
    carers: list[str]
    communities: list[str]
    specialist_uk: list[str]
    specialist_us: list[str]
    symptoms: list[str]
    tests: list[str]
    misdiagnoses: list[str]
    ruled_out: list[str]
    habits: list[str]
    procedures: list[str]
    drugs: list[Drug]


class Claim(msgspec.Struct):
    """A checkable statement that goes round, and what answers it."""

    id: str
    condition: str
    says: list[str]
    facts: list[str]
    why: list[str]
    false: bool


class Provider(msgspec.Struct):
    """A place of care with a planted quality: `quality` shifts the log odds of praise."""

    code: str
    name: str
    quality: float


class Plan(msgspec.Struct, frozen=True):
    """All that decides the bytes of a corpus; sent to the worker processes as JSON."""

    posts: int
    seed: int
    conditions: tuple[str, ...]
    rates: Rates
    bank: BankName
    formats: tuple[str, ...]


@cache
def read_data(name: str) -> dict[str, Any]:
    """One of the data files beside the phrases: conditions, words or claims."""
    return tomllib.loads(
        (files("bedside.simulate") / "phrases" / f"data_{name}.toml").read_text("utf-8")
    )


def known_conditions() -> list[str]:
    """Names of the conditions that can be simulated."""
    return list(read_data("conditions"))


def seed_of(*parts: object) -> int:
    """Whole number below 2**64 that depends on all parts, the same on every machine.

    Examples
    --------
    >>> seed_of(1, "block", 2) == seed_of(1, "block", 2) != seed_of(1, "block", 3)
    True
    """
    text = "\0".join(map(str, parts))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


@cache
def block_pattern(formats: tuple[str, ...]) -> tuple[str, ...]:
    """Format of each post of a block, in shares of `FORMAT_SHARES`, shuffled once and for all."""
    total = sum(FORMAT_SHARES[f] for f in formats)
    counts = {f: int(BLOCK_POSTS * FORMAT_SHARES[f] / total) for f in formats}
    largest = max(formats, key=lambda f: FORMAT_SHARES[f])
    counts[largest] += BLOCK_POSTS - sum(counts.values())
    pattern = [f for f in formats for _ in range(counts[f])]
    random.Random(20230101).shuffle(pattern)  # noqa: S311 - a fixed order, nothing secret
    return tuple(pattern)


class World:
    """The plan with everything that it names, loaded once in each process."""

    def __init__(self, plan: Plan) -> None:
        _check_plan(plan)
        self.plan = plan
        self.rates = plan.rates
        self.seed = plan.seed
        self.bank: Bank = load_bank(plan.bank)
        table = read_data("conditions")
        self.conditions: dict[str, Condition] = {
            c: msgspec.convert(table[c], Condition) for c in plan.conditions
        }
        self.words = read_data("words")
        self.kits: dict[tuple[str, str, int], Any] = {}  # sets of words, made when first asked for
        self._offsets: dict[tuple[str, ...], int] = {}
        self._populations: dict[tuple[str, str], tuple[int, int]] = {}
        self.claims = {c: _claims_of(c) for c in plan.conditions}
        self.providers = _make_providers(plan.seed)
        self.salt = seed_of(plan.seed, "ids") % 1_000_000_007  # so that two corpora share no id
        self.blocks = math.ceil(plan.posts / BLOCK_POSTS)
        self.corrected_at = {
            claim.id: seed_of(plan.seed, "corrected", claim.id) % 500 / 1000 + 0.35
            for claims in self.claims.values()
            for claim in claims
        }

    def population(self, platform: str, pool: str) -> tuple[int, int]:
        """Regulars and other accounts of a pool on a platform, for each condition."""
        known = self._populations.get((platform, pool))
        if known is None:
            known = self._populations[platform, pool] = self._size_of_pool(platform, pool)
        return known

    def _size_of_pool(self, platform: str, pool: str) -> tuple[int, int]:
        share = FORMAT_SHARES[platform] / sum(FORMAT_SHARES[f] for f in self.plan.formats)
        posts = self.plan.posts * share / len(self.conditions)
        if pool != "people":
            return max(4, int(posts * POOL_SIZES[pool])), 0
        return max(2, int(posts * 0.012)), max(6, int(posts * 0.5))

    def draw_number(self, platform: str, pool: str, position: float, rnd: random.Random) -> int:
        """Number of an account that posts at a place of the time: heavy-tailed in posts an account."""
        regulars, others = self.population(platform, pool)
        if not others or rnd.random() < 0.22:
            return int(rnd.random() ** 1.8 * regulars)
        place = (position + LOCAL_TIME * (rnd.random() - 0.5)) % 1.0
        number = int(place * others)
        if rnd.random() < 0.35:
            number -= number % 7  # every seventh writes far more than the six after it
        return regulars + number

    def active_time(self, platform: str, pool: str, number: int) -> tuple[float, float]:
        """First place in time of an account, and how long it is active (shares of the corpus's time)."""
        regulars, others = self.population(platform, pool)
        if number < regulars:
            return 0.0, 1.0
        return (number - regulars) / others - LOCAL_TIME / 2, LOCAL_TIME

    def ordinal(self, key: tuple[str, str, str, int]) -> int:
        """Running number of an account over all platforms, pools and conditions."""
        if not self._offsets:
            total = 0
            for group in itertools.product(self.plan.formats, POOLS, self.conditions):
                self._offsets[group] = total
                total += sum(self.population(group[0], group[1]))
        return self._offsets[key[:3]] + key[3]

    def rows_before(self, block: int, name: str) -> int:
        """How many posts of a format stand in the blocks before this one."""
        return block * block_pattern(self.plan.formats).count(name)

    def size(self, block: int) -> int:
        """Posts of a block: `BLOCK_POSTS`, fewer in the last."""
        return min(BLOCK_POSTS, self.plan.posts - block * BLOCK_POSTS)

    def claim_weight(self, claim: Claim, position: float) -> float:
        """How much a claim is about at a place of the corpus's time (0..1): falls by 60 % once corrected."""
        return 0.4 if claim.false and position >= self.corrected_at[claim.id] else 1.0


def _claims_of(condition: str) -> list[Claim]:
    claims = msgspec.convert(read_data("claims")["claim"], list[Claim])
    return [c for c in claims if c.condition == condition]


def _make_providers(seed: int) -> list[Provider]:
    rnd = random.Random(seed_of(seed, "providers"))  # noqa: S311
    first = ("Ashford", "Brackenhill", "St Winifred's", "Northmoor", "Queen's Park", "Larchwood")
    second = (
        "General Hospital",
        "Medical Centre",
        "Women's Clinic",
        "Health Centre",
        "Infirmary",
        "Surgery",
    )
    names = [f"{a} {b}" for a in first for b in second]
    return [
        Provider(code=f"SIM{n:02d}", name=name, quality=round(rnd.gauss(0.0, 0.8), 3))
        for n, name in enumerate(names[:PROVIDERS])
    ]


def _check_plan(plan: Plan) -> None:
    if plan.posts < 1:
        raise InputError(f"posts is {plan.posts}; a corpus has at least 1 post")
    check_rates(plan.rates)
    if plan.bank not in ("main", "held_out", "all"):
        raise InputError(
            f"bank is '{plan.bank}'; {suggest(plan.bank, ('main', 'held_out', 'all'))}"
        )
    _check_names(plan.conditions, known_conditions(), "condition")
    _check_names(plan.formats, list(FORMAT_SHARES), "format")


def _check_names(given: Sequence[str], known: list[str], what: str) -> None:
    if not given:
        raise InputError(f"no {what} given; name at least one; known here: {', '.join(known)}")
    for name in given:
        if name not in known:
            raise InputError(f"{what} '{name}' cannot be simulated; {suggest(name, known)}")
    if len(set(given)) < len(given):
        raise InputError(f"a {what} is named twice; name each once")
