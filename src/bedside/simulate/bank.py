"""The phrase bank: whole sentences with slots, each tagged with the codes that it says.

A group of a phrase file has attributes that hold for all its lines; a line may add its own after `||`:

    [[group]]
    use = "event"
    stage = "diagnosis"
    lines = '''
    {I} finally got {my} {cond} diagnosis after {delay}. || diag=confirmed from=first_symptoms feel=relief
    '''
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from bedside.errors import FormatError

__all__ = ["Bank", "BankName", "Phrase", "load_bank", "phrase_files", "read_phrases"]

BankName = Literal["main", "held_out", "all"]
HELD_OUT_OF = 5  # every fifth phrase, by its hash, is kept from the main bank
PERSON_SLOTS = ("I", "me", "my", "Im", "Ive", "Id")
FIXED_SLOTS = frozenset(
    (
        *(
            "I",
            "me",
            "my",
            "Im",
            "Ive",
            "Id",
            "myself",
            "am",
            "have",
            "do",
            "s",
            "es",
            "dont",
            "has",
        ),
        *(
            "cond",
            "condtag",
            "drug",
            "drug2",
            "reaction",
            "reaction2",
            "spec",
            "prorole",
            "provider",
        ),
        *(
            "gp",
            "surgery",
            "mum",
            "chemist",
            "ae",
            "consultant",
            "countryname",
            "agenow",
            "carednoun",
        ),
        *("claim", "fact", "fallacy"),
    )
)
"""Slots that are filled once for an account or a post; all others are drawn when a sentence is said."""
ENTANGLED = frozenset(("reaction", "drug2", "symptom2", "option2", "cond"))
"""Slots whose word depends on that of another slot, or leaves a trace of its own."""
MOMENT_TAGS = ("think", "feel", "do", "care")
LIST_TAGS = {
    "info": "info_source",
    "mode": "mode",
    "need": "support_needed",
    "give": "support_given",
    "content": "content",
    "special": "special_situation",
    "act": "professional_act",
    "part": "correction_parts",
    "ack": "acknowledgement",
    "not": "not_counted",
}
SINGLE_TAGS = {
    "first": "first_turned_to",
    "worry": "search_worry",
    "fig": "figurative",
    "crisis": "crisis",
    "role": "role",
    "detail": "role_detail",
    "exp": "experiencer",
}
RECORD_TAGS = ("diag", "treat", "treat2", "harm", "scale", "stance")
OTHER_TAGS = ("use", "key", "stage", "who", "v", "from", "lines", "years", "country")
KNOWN_TAGS = frozenset((*MOMENT_TAGS, *LIST_TAGS, *SINGLE_TAGS, *RECORD_TAGS, *OTHER_TAGS))

_DRUG_STAGES = frozenset(
    (
        "choosing_treatment",
        "starting_treatment",
        "living_with",
        "change_or_flare",
        "remission_or_relapse",
    )
)
STAGES_OF_SLOT = {
    "drug": _DRUG_STAGES,
    "drug2": _DRUG_STAGES,
    "option": _DRUG_STAGES | {"diagnosis"},
    "habit": _DRUG_STAGES,
    "procedure": _DRUG_STAGES,
    "test": frozenset(
        [
            "searching",
            "first_consultation",
            "tests_referral",
            "diagnosis",
            "choosing_treatment",
            "change_or_flare",
        ]
    ),
}
"""Stages at which it makes sense to speak of a medicine, an option or a test, unless the phrase says others."""
SELF_USES = frozenset(("review", "review_open", "survey"))
_SELF = re.compile(r"\b(I|me|my|we|us|our|My|We|Our)\b")

_SLOT = re.compile(r"\{(\w+)\}")
_PERSON = re.compile(r"\{(" + "|".join(PERSON_SLOTS) + r")\}")
_INNER_START = re.compile(r"[.!?]\s+\{")
_ARTICLE = re.compile(r"\b[Aa] \{")


class Phrase:
    """One sentence template, ready to be said, with the codes that it carries."""

    __slots__ = (
        "coded",
        "draw",
        "entangled",
        "follow",
        "intro",
        "keys",
        "lists",
        "mend",
        "moment",
        "name",
        "person",
        "records",
        "self_told",
        "singles",
        "slots",
        "stages",
        "text",
        "use",
        "valence",
        "who",
        "years",
    )

    def __init__(self, text: str, tags: dict[str, str]) -> None:
        text = _number_symptoms(text)
        self.text = text
        self.name = hashlib.blake2b(text.encode(), digest_size=5).hexdigest()
        self.slots = frozenset(_SLOT.findall(text))
        self.draw = tuple(sorted(self.slots - FIXED_SLOTS))
        self.person = bool(_PERSON.search(text)) or tags.get("who") in ("own", "cared")
        self.intro = _PERSON.sub(r"{\g<1>0}", text, count=1)
        self.mend = bool(_INNER_START.search(text) or _ARTICLE.search(text))
        self.follow = text[:1].isalpha() or text.startswith("{")
        self.use = tags["use"]
        # in these uses the writer's "I" or "we" shows that the care was the writer's own
        self.self_told = self.use == "event" or (self.use in SELF_USES and bool(_SELF.search(text)))
        self.keys = _several(tags.get("key"))
        self.stages = frozenset(_several(tags.get("stage"))) or _stages_of(self.slots)
        self.who = tags.get("who", "any")
        self.valence = tags.get("v", "any")
        self.years = tags.get("years", "any")
        self.moment = tuple((t, _several(tags[t])) for t in MOMENT_TAGS if t in tags)
        self.lists = tuple((f, _several(tags[t])) for t, f in LIST_TAGS.items() if t in tags)
        self.singles = tuple((f, tags[t]) for t, f in SINGLE_TAGS.items() if t in tags)
        self.entangled = bool(self.slots & ENTANGLED)
        self.records = tuple((t, tags[t], tags.get("from")) for t in RECORD_TAGS if t in tags)

        self.coded = bool(self.moment or self.lists or self.singles or self.records)

    @property
    def held_out(self) -> bool:
        """Whether the phrase belongs to the fifth that only tests may use."""
        return int(self.name, 16) % HELD_OUT_OF == 0


def _number_symptoms(text: str) -> str:
    """A sentence that names a symptom twice names two: {symptom}, then {symptom2}, {symptom3}."""
    head, *tails = text.split("{symptom}")
    for number, tail in enumerate(tails, 1):
        head += ("{symptom}" if number == 1 else f"{{symptom{number}}}") + tail
    return head


def _stages_of(slots: frozenset[str]) -> frozenset[str]:
    found = [STAGES_OF_SLOT[s] for s in slots if s in STAGES_OF_SLOT]
    return frozenset.intersection(*found) if found else frozenset()


def _several(value: str | None) -> tuple[str, ...]:
    return tuple(value.replace(",", " ").split()) if value else ()


def phrase_files() -> list[str]:
    """Names of the phrase files, sorted: those that hold groups of lines."""
    folder = files("bedside.simulate") / "phrases"
    names = (entry.name for entry in folder.iterdir())
    return sorted(n for n in names if n.endswith(".toml") and not n.startswith("data_"))


def read_phrases(name: str, text: str) -> list[Phrase]:
    """Phrases of one file.

    Raises
    ------
    FormatError
        If a tag is unknown, so that a slip of the pen does not lose a code.
    """
    return [
        phrase
        for group in tomllib.loads(text)["group"]
        for line in str(group["lines"]).strip().splitlines()
        if (phrase := _read_line(name, line.strip(), group))
    ]


def _read_line(name: str, line: str, group: dict[str, Any]) -> Phrase | None:
    if not line or line.startswith("#"):
        return None
    text, _, extra = line.partition("||")
    tags = {k: str(v) for k, v in group.items() if k != "lines"}
    for pair in extra.split():
        key, _, value = pair.partition("=")
        several = key in tags and (key in MOMENT_TAGS or key in LIST_TAGS)
        tags[key] = f"{tags[key]},{value}" if several else value
    unknown = set(tags) - KNOWN_TAGS
    if unknown:
        raise FormatError(
            f"phrase file {name}: unknown tags {sorted(unknown)}; use those of bank.KNOWN_TAGS"
        )
    return Phrase(text.strip(), tags)


class Bank:
    """Phrases indexed by what is asked for; answers are remembered."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.phrases: Sequence[Phrase] = tuple(phrases)
        self._by_use: dict[tuple[str, str | None], list[Phrase]] = {}
        for phrase in self.phrases:
            for key in (None, *phrase.keys):
                self._by_use.setdefault((phrase.use, key), []).append(phrase)
        self._found: dict[tuple[str, str | None, str, str, str | None], tuple[Phrase, ...]] = {}

    def find(
        self,
        use: str,
        key: str | None = None,
        who: str = "own",
        v: str = "any",
        stage: str | None = None,
    ) -> tuple[Phrase, ...]:
        """Phrases of a use (and key) that fit the person told of, the mood and the stage; may be empty."""
        asked = (use, key, who, v, stage)
        found = self._found.get(asked)
        if found is None:
            found = self._found[asked] = tuple(
                p for p in self._by_use.get((use, key), ()) if _fits(p, who, v, stage)
            )
        return found


def _fits(phrase: Phrase, who: str, v: str, stage: str | None) -> bool:
    return (
        phrase.who in ("any", who)
        and (
            who == "own" or phrase.use != "event" or phrase.person
        )  # a carer says first who is ill
        and (v == "any" or phrase.valence in ("any", v))
        and (not phrase.stages or stage is None or stage in phrase.stages)
    )


@cache
def load_bank(which: BankName = "main") -> Bank:
    """Read the bank: `main` for use, `held_out` for tests of what was never seen, `all` for both.

    Examples
    --------
    >>> len(load_bank("main").phrases) > len(load_bank("held_out").phrases)
    True
    """
    folder = files("bedside.simulate") / "phrases"
    phrases = [p for n in phrase_files() for p in read_phrases(n, (folder / n).read_text("utf-8"))]
    if which != "all":
        phrases = [p for p in phrases if p.held_out == (which == "held_out")]
    return Bank(phrases)
