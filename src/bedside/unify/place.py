"""Place: where the author or the care is, only where somebody said so, with the basis of it."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick

__all__ = ["Place", "find_place", "stated_place"]


class Place(NamedTuple):
    """Country (ISO 3166 alpha-2), name as known here, and basis; all None when nobody said."""

    country: str | None = None
    name: str | None = None
    basis: str | None = None


_NOWHERE = Place()
_COLLECTED = (
    "post",
    "author_declared",
    "account_registration",
)  # where a query looked says nothing
_SELF = re.compile(
    r"(?:\b(?:i['’]?m|i am|im|we['’]?re|we are)(?: (?:currently|now|still|also|actually|originally|living|based|here|over|"
    r"located|writing|posting|back|a patient|a nurse|a doctor|a mum|a mom)){0,3} (?:in|from)"
    r"|\b(?:i|we)(?: (?:currently|now|still|also|actually|do|both|all))? live(?: \w{4,10})? in"
    r"|\b(?:writing|posting|speaking|greetings|hello|hi) (?:to you )?from|\b(?:living|based|located) (?:here )?in|\b(?:over |back |out )?here in|\bmy (?:gp|doctor|hospital) (?:is )?(?:here )?in"
    r"|\bin my (?:country|state|city),)[ \u00a0](?:the )?(?=[A-Za-z])",
    re.IGNORECASE,
)
_BIO = re.compile(
    r"(?:📍|🏠|\b(?:from|in|living in|based in|location:?)|(?:^|[|•·,/.\n]))[ \u00a0]*(?:the )?(?=[A-Za-z])",
    re.IGNORECASE,
)
_BIO_END = re.compile(r"[ \u00a0]*(?:$|[|•·,/.\n!(]|📍|[\U0001f1e6-\U0001f1ff]|and\b|-)")
_UNSAID = re.compile(
    r"\b(?:not|n['’]t|never|when|whenever|if|unless|while|wish|wished|once|until|used to|before|where)\W+(?:\w+\W+){0,1}$",
    re.IGNORECASE,
)
_WHERE = re.compile(r" (?:in|from|city,|state,|country,)[ \u00a0](?:the )?([^\W\d_]+)")
_NEXT = re.compile(r"[A-Za-z][A-Za-z.'’]{0,30}(?:[ ,]{1,2}[A-Za-z][A-Za-z.'’]{0,30}){0,4}")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_SERVICES = (
    (
        "GB",
        r"\bnhs\b(?!\.uk| (?:website|site|page|choices|online|app|leaflet))|\ba ?(?:&|&amp;) ?e\b|\bgp (?:surgery|practice|receptionist)\b|\bnice (?:guidelines?|guidance)\b|\bcamhs\b|\bcmht\b|"
        r"\biapt\b|\bmhra\b|\byellow card\b|\bpip (?:assessment|claim|form)\b|\bccg\b|\b(?:called|rang|phoned|ring|call) 111\b|"
        r"\bclinical commissioning\b|\bcqc\b",
    ),
    (
        "US",
        r"\bco-?pays?\b|\bco-?payments?\b|\bdeductible\b|\bkaiser(?: permanente)?\b|\bwalgreens\b|\bcvs\b|\bmedicaid\b|\baetna\b|\bcigna\b|"
        r"\bblue cross\b|\bbcbs\b|\bunited ?healthcare\b|\bin-network\b|\bout-of-network\b|\bprior auth(?:orization)?\b|\burgent care\b|"
        r"\bobamacare\b",
    ),
    ("AU", r"\bbulk[ -]bill\w*|\bcentrelink\b|\bndis\b|\bchemist warehouse\b|\bmedicare rebate\b"),
    (
        "CA",
        r"\bohip\b|\bramq\b|\bhealth canada\b|\bshoppers drug mart\b|\balberta health services\b",
    ),
    ("IE", r"\bthe hse in ireland\b|\bvhi\b|\blaya healthcare\b|\bdrugs payment scheme\b"),
    ("NZ", r"\bpharmac\b|\bacc (?:claim|cover)\b|\bwinz\b"),
)
_SERVICE = tuple((country, re.compile(pattern)) for country, pattern in _SERVICES)
# Together these say more than each alone.
_INSURED_ER = (re.compile(r"\b(?:the|an|er) er\b|\bemergency room\b"), re.compile(r"\binsurance\b"))
_HSE = (re.compile(r"\bhse\b"), re.compile(r"\bireland\b|\birish\b|\bdublin\b|\bmedical card\b"))
_UNSERVED = re.compile(r"\b(?:not|unlike|no|without|wish|like|if)\W+(?:\w+\W+){0,3}$")
# One of its country's stands in whatever a pattern above matches; looking for them, all in one pass, is much faster.
_CUES = {
    "GB": ("nhs", "a&e", "a&amp;e", "a & e", "gp ", "nice ", "camhs", "cmht", "iapt", "mhra", "yellow card", "pip ",
           "ccg", "111", "clinical", "cqc"),
    "US": ("copay", "co-pay", "deductible", "kaiser", "walgreens", "cvs", "medicaid", "aetna", "cigna", "blue cross",
           "bcbs", "healthcare", "network", "prior auth", "urgent care", "obamacare", "insurance"),
    "AU": ("bulk", "centrelink", "ndis", "chemist", "medicare"),
    "CA": ("ohip", "ramq", "health canada", "shoppers", "alberta"),
    "IE": ("hse", "vhi", "healthcare", "drugs payment"),
    "NZ": ("pharmac", "acc ", "winz"),
}  # fmt: skip
_CUED = tuple((cue, country) for country, cues in _CUES.items() for cue in cues)
_SERVICE_CUES = AhoCorasick([cue for cue, _ in _CUED])
_SCHEMES = {
    "ods": "GB",
    "nacs": "GB",
    "nhs": "GB",
    "cqc": "GB",
    "npi": "US",
    "ccn": "US",
    "cms": "US",
}


def find_place(
    *,
    collected: tuple[str | None, str | None, str | None],
    text: str,
    bio: str | None,
    about: Sequence[Mapping[str, Any]] | None,
) -> Place:
    """Place of a post from the strongest statement there is; never from its language.

    Parameters
    ----------
    collected : tuple of (country, name, basis)
        What the source gives; a basis of `query` is where somebody searched and says nothing.
    text, bio : str
        Masked text of the post, and the author's description.
    about : list of mappings or None
        What is reviewed; the scheme of its id may tell the country.

    Returns
    -------
    Place
        basis = post, author_declared, account_registration, post_text, bio, provider or service_words.

    Examples
    --------
    >>> find_place(collected=(None, None, None), text="I live in Leeds", bio=None, about=None)
    Place(country='GB', name='leeds', basis='post_text')
    >>> find_place(collected=(None, None, None), text="my copay went up", bio=None, about=None)
    Place(country='US', name=None, basis='service_words')
    """
    return (
        _collected(*collected)
        or _said(text)
        or (bio and _from_bio(bio))
        or _provider(about)
        or _service_words(text)
        or _NOWHERE
    )


def stated_place(phrase: str, *, after_the: bool = False) -> tuple[str, str] | None:
    """Country and known name of the place with which a phrase begins, or None.

    Parameters
    ----------
    phrase : str
        Words from the place on.
    after_the : bool, default False
        Whether "the" stands before it: "in the us" is a country, "in us" is not.

    Examples
    --------
    >>> stated_place("Cork, Ireland"), stated_place("cork board"), stated_place("us all")
    (('IE', 'cork'), None, None)
    """
    bare = phrase.replace("’s", "").replace("'s", "")
    words = [word.strip(",.'’") for word in re.split(r"[ ,]+", bare)][:5]
    for size in range(min(4, len(words)), 0, -1):
        written = " ".join(words[:size])
        country, mark = _gazetteer().get(written.lower(), ("", ""))
        capitals = {"": True, "*": written[:1].isupper(), "!": written.isupper() or after_the}
        if country and capitals[mark]:
            return _qualified(words[size:], country), written.lower()
    return None


def _qualified(rest: Sequence[str], country: str) -> str:
    """The country behind a city: Boston, Lincolnshire, UK."""
    for size in (2, 1):
        found = _gazetteer().get(" ".join(rest[:size]).lower())
        if found and found[1] != "!" and len(rest) >= size and rest[0][:1].isupper():
            return found[0]
    return country


@cache
def _gazetteer() -> dict[str, tuple[str, str]]:
    """Place name in lower case to (country, "" or "*" capitalised or "!" all capitals)."""
    text = files("bedside.unify.words").joinpath("places.txt").read_text(encoding="utf-8")
    known: dict[str, tuple[str, str]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            country, names = line.lstrip("*").split(" ", 1)
            for name in names.split(", "):
                mark = (
                    "!"
                    if name.endswith("!")
                    else "*"
                    if name.startswith("*") or line[0] == "*"
                    else ""
                )
                bare = name.strip("*!")
                known[bare] = (country, mark)
    return known


@cache
def _first_words() -> frozenset[str]:
    return frozenset(re.split(r"[ .]", name)[0] for name in _gazetteer())


def _collected(country: str | None, name: str | None, basis: str | None) -> Place | None:
    if not (country or name) or (basis is not None and basis not in _COLLECTED):
        return None
    code = (country or "").strip().upper()
    code = "GB" if code == "UK" else code
    if not re.fullmatch("[A-Z]{2}", code):
        code = ""
    if not code and name:
        parts = [part for part in re.split(r"[,/|]", name) if part.strip()]
        stated = [
            found for part in reversed(parts) if (found := stated_place(part.strip().title()))
        ]
        found = stated[0] if stated else stated_place(name.strip().upper())
        code = found[0] if found else ""
    if not code and not name:
        return None
    return Place(code or None, name, basis or "post")


def _said(text: str) -> Place | None:
    if _first_words().isdisjoint(_WHERE.findall(text.lower())):
        return None
    for hit in _SELF.finditer(text):
        phrase = _NEXT.match(text, hit.end())
        after_the = hit.group().lower().endswith("the ")
        found = stated_place(phrase.group(), after_the=after_the) if phrase else None
        if found and not _UNSAID.search(text, max(0, hit.start() - 24), hit.start()):
            return Place(found[0], found[1], "post_text")
    return None


def _from_bio(bio: str) -> Place | None:
    """A place that stands alone in the bio, or behind "from" or a pin; else a single flag."""
    for hit in _BIO.finditer(bio):
        phrase = _NEXT.match(bio, hit.end())
        found = stated_place(phrase.group()) if phrase else None
        if found and _BIO_END.match(bio, hit.end() + len(found[1])):
            return Place(found[0], found[1], "bio")
    flags = {"".join(chr(ord(half) - 0x1F1E6 + 65) for half in flag) for flag in _FLAG.findall(bio)}
    return Place(flags.pop(), None, "bio") if len(flags) == 1 else None


def _provider(about: Sequence[Mapping[str, Any]] | None) -> Place | None:
    for thing in about or ():
        country = _SCHEMES.get((thing.get("scheme") or "").lower())
        if country or re.search(r"\bNHS\b", thing.get("name") or ""):
            return Place(country or "GB", None, "provider")
    return None


def _service_words(text: str) -> Place | None:
    """Country whose health service the words belong to; None when two countries are named."""
    lower = text.lower()
    found = _SERVICE_CUES.find_matches_as_indexes(lower, overlapping=True)
    if not found:
        return None
    cued = {_CUED[cue][1] for cue, _, _ in found}
    said = {
        country for country, pattern in _SERVICE if country in cued and _is_used(lower, pattern)
    }
    if "US" in cued and all(part.search(lower) for part in _INSURED_ER):
        said.add("US")
    if "IE" in cued and all(part.search(lower) for part in _HSE):
        said.add("IE")
    return Place(said.pop(), None, "service_words") if len(said) == 1 else None


def _is_used(lower: str, pattern: re.Pattern[str]) -> bool:
    return any(
        not _UNSERVED.search(lower, max(0, hit.start() - 24), hit.start())
        for hit in pattern.finditer(lower)
    )
