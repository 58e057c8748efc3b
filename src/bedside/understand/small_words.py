"""The words that carry no subject: articles, pronouns, auxiliaries, prepositions; and those that name none."""

__all__ = ["NAMELESS", "SMALL_WORDS"]

SMALL_WORDS = frozenset(
    [
        "a",
        "all",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "do",
        "for",
        "from",
        "get",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "i",
        "if",
        "in",
        "is",
        "it",
        "just",
        "me",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "she",
        "so",
        "that",
        "the",
        "them",
        "there",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "who",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
_FUNCTION = """
about above across after again against ago almost along already also although always am among another anybody
anyone anything anyway anywhere around away back because become before behind being below beside besides between
beyond both came come comes coming could did didnt does doing done dont down during each either else enough
especially even ever every everybody everyone everything everywhere few five found four gave getting gets give given
gives go goes going gone gonna got gotten hadnt half hasnt havent having herself him himself hers hence here how however
indeed inside instead into isnt its itself ive keep keeps kept knew know knows last least less let lets like likely
look looked looking lot lots made make makes making many matter may maybe mean means might mine more most much must
myself near need needed needs neither never next nobody none nor nothing now nowhere off often okay once one ones only
onto other others otherwise ought ours ourselves out outside over own perhaps please put puts quite rather really
said same saw say saying says see seem seemed seems seen several shall should since so some somebody someone something
sometimes somewhere still such sure take taken takes taking tell than thank thanks thats their theirs themselves then
therefore these thing things think this those though thought through thus til till together told too took toward
towards tried tries try trying under unless until upon upto use used uses using very via want wanted wants wasnt way
ways well went werent whatever whenever where wherever whether which while whoever whole whom whose why wish within
without wont wondering would wouldnt yeah yes yet yours yourself
"""
_CLOCK = """
january february march april may june july august september october november december monday tuesday wednesday
thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays today tomorrow tonight
yesterday morning mornings afternoon evening night day days daily week weeks weekend weekly month months monthly year
years yearly hour hours minute minutes second seconds moment time times early earlier late later lately long longer ago
past since soon recently noon midnight clock quarter
"""
_COUNTING = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million first second third
fourth fifth once twice couple dozen half double single number numbers
"""
NAMELESS = SMALL_WORDS | frozenset((_FUNCTION + _CLOCK + _COUNTING).split())
"""Words after which nobody would call a group of posts: what they are about is said by the others."""
