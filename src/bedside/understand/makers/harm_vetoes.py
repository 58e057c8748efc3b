"""What speaks against a harm: an illness's own symptom, a warning, a fear, a question, a reason to take the drug."""

import re

from bedside.understand.book import Hit
from bedside.understand.context import assertion, scope
from bedside.understand.doc import Doc
from bedside.understand.lexicon import Term

__all__ = ["GOOD", "cue_of", "is_illness", "is_reason", "is_vetoed"]

WARNED = 9  # words in which "said", "might" or "read" reaches a reaction
NEAR = 5  # words in which "helped with" or "gone" belongs to a reaction
_INDICATION = re.compile(
    r" (?:for|treat|treating|treats|against|called) (?:my |the |severe |chronic |an? |his |her |bad |their |some |this )*$"
)
_ASKS = re.compile(
    r"(?:(?:so|but|and|also|hi|hello|please|,) ){0,2}(?:can|could|does|do|did|would|will|is|are|has|have|what|how|which|should|any|anyone) "
)
_ELSE = re.compile(
    r" (?:else|normal|i'm|i've|i|my|me|just me|she|he|her|his|been on|is it normal|am i) "
)
_GLAD = re.compile(
    r"(?:feel )?(?:so |much |really )?(?:life|hope|energy|relief|better|calm\w*|happ\w*|human|well|good|great|comfort\w*|confiden\w*|peace|"
    r"alive|strong\w*|smile|laugh|appointment|leaflet|information|advice|prescription|choice|my life back) "
)
GOOD = re.compile(
    r"(?:(?:my |his |her |our )?life|hope|energy|relief|better|calm|happy|human|well|good|back|confidence|peace|ability|smile|great|a chance|time|"
    r"freedom|strength|laugh|option|choice|appointment|leaflet|information|advice|prescription|more|feel (?:better|great|good|"
    r"human|normal|calm|alive|amazing|like myself)|wait|realis|think|wonder|glad|want|go|stay|save|promise|sign|choose|able|it|the|this|some|up|for|to|lots) "
)
_EARLIER = ("before", "beforehand", "first", "already", "came first")
_BECAUSE = re.compile(r"because|due|thanks|down|caus|from|related|linked|attribut")
_GIVEN = re.compile(
    r" (?:gave|given|giving|prescribed|put|started|start|starting|took|take|taking|needed|used|use|tried|had|on|with|got|ordered|offered) (?:\w+ ){0,3}$"
)
_SO = re.compile(
    r" (?:so|that|therefore|hence|why|; they|; he|; she|, they|and they|and he|and she|then they) "
)
_WHY = re.compile(
    r" (?:because|cos|as|for|since) (?:my|his|her|the|i|i'd|i've|of|it|a|he|she|their) "
)
_SINCE = re.compile(r" (?:since|after|when|from|off|on|within|following|once|during|by|while) ")
_SOMEONE = re.compile(
    r"(?<!i'm)(?<!i am)(?<!as)(?<!was)(?<! me)(?<!i've) (?:a|this|one|some|another|the) (?:\w+ )?(?:woman|man|girl|guy|lady|bloke|friend|colleague|neighbou?r|lad|person|mate|chap|nurse|pal) (?:\w+ ){0,6}$"
)
_DISEASE = re.compile(
    r" (?:is|it's|its|that's|'s|was|from|of|because of|due to|down to|blame|by) (?:just |all |probably |always been )?(?:the|my|his|her|this|having) "
    r"(?:disease|illness|condition|cancer|virus|infection|tumou?r|age|flare|old age|weather|menopause)"
)
_NAMED = re.compile(
    r" (?:is|it's|that's|was|from|because of|due to|down to|blame) (?:just |all |probably )?(?:the|my|his|her|this) $"
)
_TAKES = re.compile(
    r" (?:i|i'm|i've|i am|have|she|he|she's|he's|has) (?:been |am |was |also |now |currently |just )*(?:taking|take|takes|took|on|started|given|prescribed|using) "
)
_STILL = re.compile(r" (?:still|always been|always had|already|the same|same old) (?:\w+ ){0,2}$")
_OTHER_CAUSE = re.compile(
    r" ?(?:\w+ )?(?:because of|due to|down to|on account of) (?:my|his|her|the|their|our|all the) (?P<cause>\w+(?: \w+){0,2})"
)
_NONE_OF = re.compile(
    r" (?:no more|(?:never|not|nothing|without|nobody|none|no one|\w+n't) (?:\S+ ){0,6}so much as|an end to|goodbye to|farewell to|gone (?:is|are)) (?:an? |the |my |all |that |those ){0,2}(?:\w+ )?$"
)
_NOT_FROM = re.compile(
    r" (?:not|isn't|wasn't|nothing to do with|rather than) (?:from|because of|due to|down to|caused by|by|with|to do with)? ?(?:the |my |this |his |her |that )?$"
)
_NO_EFFECT = re.compile(
    r" (?:just |still |really )?(?:hasn't|haven't|isn't|didn't|doesn't|don't|not|never|barely|hardly) (?:\S+ )?(?:touch\w*|help\w*|work\w*|shift\w*|clear\w*|made a dent|done (?:a thing|anything|much))(?= )"
)
_TAKEN = re.compile(
    r" (?:take|takes|taking|took|takin|given|prescribed|use|uses|using|put on|i'm on) (?!off)"
)
_A_DRUG = re.compile(
    r"\b(?:drug|tablet|pill|med|medication|medicine|dose|side|injection|jab|shot|vaccine|treatment|patch|cream|steroid|chemo|radiation|"
    r"change|switch|increase|stuff|combination|interaction)s?\b"
)
_NOT_THE_DRUG = re.compile(
    r" (?:not|isn't|wasn't|nothing to do with) (?:from |because of |due to |down to )?(?:the|my|this|these|his|her) "
    r"(?:drugs?|tablets?|pills?|meds|medication|medicine|jab|vaccine|dose) "
)
_ITEM = 5  # words of an item of a list; all its items are warned of
_NO_LIST = re.compile(
    r" (?:i|i'm|i've|i'd|he|she|we|they|my|but|so|then|because|had|got|was|were|is|has) |[.!?¶§]"
)


def is_illness(doc: Doc, term: Term) -> bool:
    """Whether a term names an illness, which a drug is mostly taken for; some symptoms stand in the list of illnesses."""
    entry = term.entry
    return (
        entry.kind == "condition"
        and not entry.concept_id.startswith("ICD10CM:R")
        and entry.concept.lower() not in doc.symptoms
    )


def cue_of(doc: Doc, sentence: int) -> Hit | None:
    """Words in a sentence that lay something at a drug's door; "they gave me morphine" lays nothing there."""
    for hit in doc.found_in("harm.cue", sentence):
        if scope(doc, hit.start, hit.end) == "negated":
            continue
        if _GLAD.match(doc.text, hit.end + 1):
            continue
        given = _followed(doc, hit, ("drug", "procedure"))
        if doc.text.startswith("g", hit.start) and given:
            continue
        if doc.text.startswith("ma", hit.start) and _after_illness(doc, hit):
            continue
        if (
            _BECAUSE.match(doc.text, hit.start)
            and not given
            and (_followed(doc, hit, ("condition",)) or _taken_for(doc, hit))
        ):
            continue
        return hit
    return None


def _after_illness(doc: Doc, hit: Hit) -> bool:
    """Whether an illness or a symptom is what "makes" something: "her asthma makes her tired"."""
    return any(
        term.entry.kind in ("condition", "symptom") and 0 <= hit.start - term.end <= 1
        for term in doc.terms_in(doc.sentence_at(hit.start))
    )


def _taken_for(doc: Doc, because: Hit) -> bool:
    """Whether a symptom is why a drug is taken: "i take propranolol because of my palpitations"."""
    start = max(doc.sentence(because.start)[0] - 1, because.start - 50)
    told = doc.text[start : because.start]
    return bool(_TAKEN.search(told)) and _followed(doc, because, ("symptom",))


def _followed(doc: Doc, hit: Hit, kinds: tuple[str, ...]) -> bool:
    """Whether a term of these kinds stands within three words after a hit."""
    return any(
        term.entry.kind in kinds
        and hit.end <= term.start + 1
        and doc.between(hit.end, term.start) <= 3
        for term in doc.terms_in(doc.sentence_at(hit.start))
    )


def is_vetoed(doc: Doc, reaction: Term) -> bool:
    """Whether what is told around a reaction says that nobody had it from a drug."""
    start, end = reaction.start, reaction.end
    sentence = doc.sentence(start)
    return (
        assertion(doc, start, end) not in ("asserted", "past")
        or bool(_INDICATION.search(doc.text[max(0, start - 30) : start]))
        or bool(_STILL.search(doc.text, max(0, start - 30), start))
        or bool(_SOMEONE.search(doc.text, sentence[0] - 1, start))
        or _illness_to_blame(doc, sentence)
        or bool(_NONE_OF.search(doc.text, max(0, start - 40), start))
        or _untouched(doc, end)
        or bool(_NOT_THE_DRUG.search(doc.text, start, sentence[1] + 1))
        or _not_from_a_drug(doc, end)
        or _caused_otherwise(doc, end)
        or _eased(doc, start, end)
        or _told_of(doc, sentence, start, end)
        or _only_asked(doc, sentence)
    )


def _not_from_a_drug(doc: Doc, end: int) -> bool:
    """Whether a drug named after it is said not to be its cause: "he coughs because he smokes, not because of ramipril"."""
    return any(
        term.entry.kind == "drug"
        and term.start > end
        and _NOT_FROM.search(doc.text, max(0, term.start - 40), term.start)
        for term in doc.terms_in(doc.sentence_at(end - 1))
    )


def _untouched(doc: Doc, end: int) -> bool:
    """Whether a drug named after it is said not to touch it: "the anxiety is mine, the fluoxetine hasn't helped it"."""
    return any(
        term.entry.kind == "drug" and term.start > end and _NO_EFFECT.match(doc.text, term.end)
        for term in doc.terms_in(doc.sentence_at(end - 1))
    )


def _caused_otherwise(doc: Doc, end: int) -> bool:
    """Whether something else than a drug is named as its cause right behind it: "depressed because of my face"."""
    told = _OTHER_CAUSE.match(doc.text, end)
    if told is None or _A_DRUG.search(told["cause"]):
        return False
    place = told.span("cause")
    return not any(
        term.entry.kind in ("drug", "procedure") and term.start < place[1] and place[0] < term.end
        for term in doc.terms_in(doc.sentence_at(place[0]))
    )


def _eased(doc: Doc, start: int, end: int) -> bool:
    """Whether it is what got better, or was there before: "stopped my headaches", "headaches before I took it"."""
    low, high = doc.clause(start, end)
    if any(
        low - 1 <= hit.start < start and doc.between(hit.end, start) <= NEAR - 2
        for hit in doc.found_in("harm.eased", doc.sentence_at(start))
    ):
        return True
    for hit in doc.found_in("harm.eased_after", doc.sentence_at(start)):
        reach = NEAR + 1 if doc.text.startswith(_EARLIER, hit.start) else NEAR - 2
        if end <= hit.start + 1 <= high + 1 and doc.between(end, hit.start) <= reach:
            return True
    return False


def _told_of(doc: Doc, sentence: tuple[int, int], start: int, end: int) -> bool:
    """Whether it is warned of, read of or expected."""
    return any(
        sentence[0] - 1 <= hit.start < end
        and (doc.between(hit.end, start) <= WARNED or _lists(doc.text[hit.end : start]))
        for hit in doc.found_in("harm.told_of", doc.sentence_at(start))
    )


def _lists(between: str) -> bool:
    """Whether only items of a list stand between: "can cause nausea, hair loss, a dry cough and ..."."""
    items = re.split(r"[,:;–-]| and | or ", between)
    return (
        len(items) > 2
        and _NO_LIST.search(f" {between} ") is None
        and all(len(item.split()) <= _ITEM for item in items)
    )


def is_reason(doc: Doc, reaction: Term, drug: Term) -> bool:
    """Whether the drug was taken for what is felt: "my back was killing me so I took", "took it because my head"."""
    text = doc.text
    if doc.sentence_at(reaction.start) != doc.sentence_at(drug.start):
        return False
    if reaction.start < drug.start:
        between = text[reaction.end : drug.start]
        given = _GIVEN.search(text, max(0, drug.start - 40), drug.start)
        return bool(given and (_SO.search(between) or not _SINCE.search(between)))
    between = text[drug.end : reaction.start]
    return bool(_WHY.search(between)) and not _SINCE.search(between.replace(" since ", " "))


def _illness_to_blame(doc: Doc, sentence: tuple[int, int]) -> bool:
    """Whether the sentence says that it is the illness: "the itching is the eczema", "that's the disease"."""
    start, end = sentence
    if _DISEASE.search(doc.text, start - 1, end + 1):
        return True
    return any(
        is_illness(doc, term) and _NAMED.search(doc.text, max(0, term.start - 24), term.start)
        for term in doc.terms_in(doc.sentence_at(start))
    )


def _only_asked(doc: Doc, sentence: tuple[int, int]) -> bool:
    """Whether the sentence asks about a possibility and tells nothing: "Can it cause", "Has anyone had"."""
    start, end = sentence
    if "?" not in doc.text[start : end + 2] or not _ASKS.match(doc.text, start):
        return False
    if _ELSE.search(doc.text, start - 1, end + 1):
        return False
    return not (cue_of(doc, doc.sentence_at(start)) and _TAKES.search(doc.text))
