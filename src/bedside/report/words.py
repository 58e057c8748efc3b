"""Plain words for the codes that figures carry; a code that is not here is printed with spaces."""

from bedside.report.printing import NARROW

__all__ = [
    "ACCESS",
    "ACTS_DONE",
    "BADGES",
    "CODES",
    "COMPLAINTS",
    "GROUPS",
    "GROUP_PHRASES",
    "KINDS",
    "LAYERS",
    "NAMED",
    "PRAISES",
    "QUOTING",
    "ROLES",
    "SAMPLING_ONLY",
    "TOLD",
    "TOPICS",
    "TURNED",
    "plain",
]

GROUPS = ("before", "searching", "diagnosis", "treatment", "living_with", "end")
LAYERS = ("think", "feel", "do")

GROUP_PHRASES = {
    "before": "before looking for help",
    "searching": "while searching",
    "diagnosis": "at diagnosis",
    "treatment": "in treatment",
    "living_with": "living with it",
    "end": "at the end of life",
    "all": "at any stage",
}

_LABELS = {
    "fear_anxiety": "fear or anxiety",
    "anger_frustration": "anger or frustration",
    "saw_professional": "saw a professional",
    "sought_test_or_referral": "sought a test or referral",
    "challenged_professional": "challenged a professional",
    "second_opinion": "asked for a second opinion",
    "recommended_provider": "recommended a provider",
    "forum_or_social": "forum or social media",
    "study_or_paper": "study or paper",
    "ai_assistant": "AI assistant",
    "family_friends": "family and friends",
    "family_or_carer": "family or carer",
}

TOLD = {
    "question": "a question",
    "belief": "a belief about the cause",
    "expectation": "an expectation",
    "preference": "a preference",
    "doubt": "doubt",
    "trust": "trust",
    "searched_online": "searching online",
    "asked_online": "asking online",
    "saw_professional": "seeing a professional",
    "sought_test_or_referral": "seeking a test or referral",
    "prepared": "preparing for a visit",
    "challenged_professional": "challenging a professional",
    "second_opinion": "asking for a second opinion",
    "self_treated": "treating themselves",
    "started_treatment": "starting a treatment",
    "stopped_treatment": "stopping a treatment",
    "switched_treatment": "switching treatment",
    "complained": "complaining to the service",
    "recommended_provider": "recommending a provider",
    "advised_others": "advising others",
}
"""Codes as they stand after "tell"; feelings stand there as they are."""

_FEELINGS = (
    "fear_anxiety", "sadness", "anger_frustration", "relief", "gratitude",
    "hope", "confusion", "shame", "loneliness", "joy",
)  # fmt: skip
CODES = (*TOLD, *_FEELINGS)
"""Codes of the map in the order of the codebook."""

COMPLAINTS = {
    "listening": "not being listened to or believed",
    "manner": "the manner of staff",
    "waiting": "waiting",
    "waiting_room": "the waiting room",
    "access": "getting an appointment or reaching anyone",
    "information": "not being told or having things explained",
    "coordination": "services not working together",
    "environment": "the building, food, noise or parking",
    "dignity": "a lack of respect or privacy",
    "treatment": "how something was done",
    "outcome": "how it turned out",
    "cost": "what it cost",
    "safety": "safety",
    "overall": "the care in general",
}
"""Aspects as they stand after "complain of"."""

PRAISES = {
    "listening": "being listened to and believed",
    "manner": "the manner of staff",
    "waiting": "a short wait",
    "access": "getting an appointment or reaching someone",
    "information": "being told and having things explained",
    "coordination": "services working together",
    "dignity": "respect and privacy",
    "treatment": "how something was done",
    "overall": "the care in general",
}
"""Aspects as they stand after "praise"; those that are not here read as in COMPLAINTS."""

NAMED = {
    "search_engine": "a search engine",
    "forum_or_social": "forums or social media",
    "social_video": "videos",
    "health_website": "a health website",
    "doctor": "a doctor",
    "nurse": "a nurse",
    "pharmacist": "a pharmacist",
    "family_friends": "family or friends",
    "leaflet": "a leaflet",
    "study_or_paper": "a study or paper",
    "news_media": "the news",
    "ai_assistant": "an AI assistant",
}
"""Sources of information as they stand after "name"."""

TURNED = {
    "internet": "the internet",
    "doctor": "a doctor",
    "pharmacist": "a pharmacist",
    "other_professional": "another professional",
    "family_friends": "family or friends",
}

ROLES = {
    "patient": "patients",
    "family_or_carer": "family or carers",
    "clinician": "clinicians",
    "organisation": "organisations",
    "other": "someone else",
    "unclear": "someone unclear",
}

KINDS = {
    "gp": "GPs",
    "nurse": "nurses",
    "pharmacist": "pharmacists",
    "specialist": "specialists",
    "other_clinician": "other professionals",
    "medical_influencer": "medical influencers",
}
"""Health professionals by kind."""

TOPICS = {
    "symptom": "a symptom",
    "drug": "a medicine",
    "procedure": "a test or procedure",
    "side_effect": "a side effect",
    "diagnosis": "a diagnosis",
    "treatment": "a treatment",
    "care": "care received",
    "claim": "a claim about health",
}
"""What posts are about, as they stand after "about"."""

ACTS_DONE = {
    "referral": "a referral",
    "safety_net": "what to do if it worsens",
    "lifestyle": "lifestyle advice",
    "prevention": "prevention",
    "correction": "a correction",
    "reassurance": "reassurance",
    "empathy": "empathy",
    "medication_advice": "advice on a medicine",
    "asks_back": "a question back",
    "diagnosis_opinion": "an opinion on what it may be",
}
"""Acts of professionals, as they stand after "with"."""

ACCESS = {
    "own_data": "the study's own data",
    "open_licence": "open licence",
    "platform_terms": "under the platform's terms",
    "consent": "consent recorded",
    "research_access": "research access",
    "simulated": "simulated",
}

QUOTING = {"none": "nothing", "paraphrase": "paraphrase only", "verbatim": "verbatim"}

BADGES = {
    "machine": ("machine count, not checked", "badge mc"),
    "judged": ("judged", "badge"),
    "counted": ("counted", "badge cn"),
}

SAMPLING_ONLY = f"95{NARROW}% interval: sampling only; machine error not included"


def plain(code: str) -> str:
    """A code in plain words.

    Examples
    --------
    >>> plain("fear_anxiety"), plain("hope"), plain("living_with")
    ('fear or anxiety', 'hope', 'living with')
    """
    return _LABELS.get(code, code.replace("_", " "))
