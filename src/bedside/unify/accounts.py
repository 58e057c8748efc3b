"""Kind of account, from what the source or the account itself declares; nothing is inferred from behaviour."""

import re

__all__ = ["ACCOUNT_KINDS", "account_kind"]

ACCOUNT_KINDS = ("bot", "organisation", "news", "brand")

_ORGANISATION_TYPES = frozenset(
    ("business", "government", "organization", "organisation", "company")
)
_SAYS_BOT = re.compile(
    r"\bi(?:['’]?m| am) an? (?:\w+ )?bot\b|\bautomated account\b|\bthis (?:account )?is (?:an? )?(?:\w+ )?bot\b|"
    r"\bthis action was performed automatically\b|^\W*(?:bot|automated)\b[ .:,|]",
    re.IGNORECASE,
)
_SAYS = (
    (
        "news",
        r"\b(?:breaking|latest|local|daily|world) news\b|\bnews (?:site|outlet|channel|agency|service|organi[sz]ation|"
        r"website|desk|team|from|and views|& views)\b|\byour source for\b.{0,20}\bnews\b|\b(?:daily|weekly) newspaper\b|"
        r"\bofficial news\b",
    ),
    (
        "brand",
        r"\bfree (?:uk |us |worldwide )?(?:shipping|delivery)\b|\bofficial (?:store|shop)\b|\bshop (?:now|online|our)\b|"
        r"\border (?:now|online)\b|^\W*(?:the |an? )?(?:online )?(?:shop|store) for\b|\bour products\b|\bour range of\b",
    ),
    (
        "organisation",
        r"\bofficial (?:\w+ )?(?:account|page|channel|feed|profile)\b|\bregistered charity\b|^\W*(?:an? |the |your )?(?:\w+ )?(?:charity|helpline|support group|foundation|hospital|"
        r"clinic|company|organi[sz]ation) (?:for|in|of|based|that|supporting|helping)\b|\bcharity (?:no|number|reg)\b|"
        r"\bnon-?profit\b|\bnot-for-profit\b|\b501\s?\(?c\)?|\bwe(?: are|['’]re) (?:an?|the|your)\b|"
        r"\bour (?:services|mission|members|patients|customers|clinics?|helpline|charity)\b|\bcustomer (?:service|care|support)\b|"
        r"\baccount (?:is )?(?:run|managed|monitored) by\b|\b(?:nhs|hospitals?) (?:foundation )?trust\b.{0,20}\b(?:account|tweets)\b",
    ),
)
_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _SAYS)


def account_kind(
    *,
    is_bot: bool | None = None,
    verified_type: str | None = None,
    bio: str | None = None,
    text: str = "",
) -> tuple[str | None, str | None]:
    """What the account says it is, if not a person.

    Parameters
    ----------
    is_bot : bool or None
        The platform's own flag.
    verified_type : str or None
        The platform's kind of verification, such as `business` or `government`.
    bio : str or None
        The account's description of itself.
    text : str
        The post: a bot may say so at the end of it.

    Returns
    -------
    tuple of (str or None, str or None)
        One of `ACCOUNT_KINDS` and its basis (bot_flag, verified_type, bio, post_text); (None, None) when
        nothing contradicts a person. That is not proof of one.

    Examples
    --------
    >>> account_kind(bio="Official account of the Hillview clinic")
    ('organisation', 'bio')
    >>> account_kind(bio="mum of two, endo warrior")
    (None, None)
    """
    if is_bot:
        return "bot", "bot_flag"
    if verified_type and verified_type.lower() in _ORGANISATION_TYPES:
        return "organisation", "verified_type"
    if bio:
        if _SAYS_BOT.search(bio):
            return "bot", "bio"
        for kind, pattern in _PATTERNS:
            if pattern.search(bio):
                return kind, "bio"
    if "bot" in text and "automatically" in text and _SAYS_BOT.search(text):
        return "bot", "post_text"
    return None, None
