"""How often each thing is planted: natural rates by default, raised by whoever needs more of it."""

import msgspec

from bedside.errors import InputError

__all__ = ["FORMAT_SHARES", "Rates", "check_rates"]

FORMAT_SHARES = {
    "reddit": 0.55,
    "x": 0.12,
    "discourse": 0.08,
    "youtube": 0.06,
    "reviews": 0.05,
    "bluesky": 0.04,
    "survey": 0.04,
    "mastodon": 0.03,
    "tiktok": 0.02,
    "blog": 0.01,
}
"""Share of the posts that each format carries."""


class Rates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shares in 0..1; the defaults are what a study of a few conditions would meet.

    Attributes
    ----------
    drug : float
        Told moments that speak of a medicine being taken.
    harm : float
        Share of the posts that name a medicine which report a reaction: about 7 % of posts about a drug do
        (requirement R12). Above .4 every told medicine has a reaction.
    special : float
        Told medicines with a special situation (no effect, overdose, pregnancy ...).
    treatment, diagnosis, info, turned, worry, mode, scale, demography : float
        Told moments with such a statement.
    claim : float
        Opening posts that are about a health claim.
    crisis : float
        Opening posts of a person who is not safe; 0.0008 = 8 in 10,000.
    figurative, negative : float
        Opening posts with a health word as a figure of speech; moments with a negated, hoped, feared,
        hypothetical or hearsay statement that must not be counted.
    off_topic, advert, organisation, language : float
        Opening posts of that kind.
    exact, near : float
        Posts that are an exact, a lightly edited copy of an earlier post of the same block.
    deleted, anonymous : float
        Posts that are gone; live posts whose author is gone.
    professional : float
        Replies written by a health professional.
    returns : float
        Replies to a professional's answer that are written by whoever was answered, saying what came of it.
    """

    drug: float = 0.2
    harm: float = 0.07
    special: float = 0.05
    treatment: float = 0.12
    diagnosis: float = 0.1
    info: float = 0.1
    turned: float = 0.03
    worry: float = 0.02
    mode: float = 0.06
    scale: float = 0.04
    demography: float = 0.08
    claim: float = 0.05
    crisis: float = 0.0008
    figurative: float = 0.01
    negative: float = 0.05
    off_topic: float = 0.06
    advert: float = 0.02
    organisation: float = 0.025
    language: float = 0.03
    exact: float = 0.008
    near: float = 0.01
    deleted: float = 0.03
    anonymous: float = 0.015
    professional: float = 0.1
    returns: float = 0.5


def check_rates(rates: Rates) -> Rates:
    """Refuse a rate that is no share.

    Raises
    ------
    InputError
        If a rate lies outside 0..1.

    Examples
    --------
    >>> check_rates(Rates(harm=0.5)).harm
    0.5
    """
    for name, value in msgspec.structs.asdict(rates).items():
        if not 0 <= value <= 1:
            raise InputError(
                f"rate {name} is {value}; a rate is a share from 0 to 1: give one of those"
            )
    return rates
