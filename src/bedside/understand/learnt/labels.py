"""How the labels of public sets translate into our codes; what has no counterpart is left out."""

__all__ = [
    "ASPECT_OF_CODE",
    "ASPECT_OF_THEME",
    "FEEL_OF_EMOTION",
    "SIDES",
    "SPEAKER_OF_ROLE",
    "UNLABELLED",
]

SIDES = ("praise", "complaint")

UNLABELLED = frozenset({"Did not answer", "Labelling not possible", "Not assigned"})
"""Labels that say that nobody labelled: such records are dropped, as the sets' protocol asks."""

_CODES = {
    "access": "aa al ap",
    "waiting": "wa wb",
    "manner": "sa ss ce",
    "listening": "ml dp dc",
    "information": "mi mm",
    "coordination": "tc ti tt tx",
    "environment": "ee ec ef ep eq",
    "dignity": "da dd",
    "safety": "ds",
    "treatment": "cc cf cm co cp cr cs ct ca sp",
    "outcome": "cl",
    "overall": "xe xg",
}
ASPECT_OF_CODE: dict[str, str] = {
    code: aspect for aspect, codes in _CODES.items() for code in codes.split()
}
"""Two-letter codes of NHS comments (pxtextmining phase 1, Care Opinion stories) -> aspect of care.

`ss` (staff in general) and `ce` (emotional care) are read as manner; everything under "care received" that
names no outcome as treatment. Left out: `sl` staffing levels, `xf` funding, `xl` leave, `xm` miscellaneous,
`xn` nothing to improve, `xs` surveying, and codes that are slips of the pen.
"""

_THEMES = {
    "access": (
        "Appointment arrangements",
        "Appointment method",
        "Contacting services",
        "Service location",
        "Staff responsiveness",
        "Transport to/ from services",
    ),
    "waiting": ("Timeliness of care",),
    "manner": ("Staff manner & personal attributes",),
    "listening": (
        "Interaction with family/ carers",
        "Staff listening, understanding & involving patients",
    ),
    "information": (
        "Being kept informed, clarity & consistency of information",
        "Information directly from staff during care",
        "Information provision & guidance",
        "Unspecified communication",
    ),
    "coordination": (
        "Admission",
        "Discharge",
        "Organisation & efficiency",
        "Patient records",
        "Referals & continuity of care",
        "Staff continuity",
    ),
    "environment": (
        "Activities & access to fresh air",
        "Cleanliness, tidiness & infection control",
        "Electronic entertainment",
        "Environment & Facilities",
        "Food & drink provision & facilities",
        "Parking",
        "Sensory experience",
    ),
    "dignity": ("Equality, Diversity & Inclusion", "Patient appearance & grooming"),
    "safety": ("Feeling safe", "Safeguarding concerns?"),
    "treatment": (
        "Care plans",
        "Competence & training",
        "Diagnosis & triage",
        "Pain management",
        "Provision of medical equipment",
        "Supplying & understanding medication",
    ),
    "outcome": ("Impact of treatment/ care",),
    "overall": ("Negative experience & dissatisfaction", "Positive experience & gratitude"),
}
ASPECT_OF_THEME: dict[str, str] = {
    theme: aspect for aspect, themes in _THEMES.items() for theme in themes
}
"""Themes of pxtextmining phase 2 -> aspect of care. Left out: staffing numbers, funding, Mental Health Act."""

FEEL_OF_EMOTION: dict[str, str] = {
    "fear": "fear_anxiety",
    "nervousness": "fear_anxiety",
    "sadness": "sadness",
    "grief": "sadness",
    "disappointment": "sadness",
    "anger": "anger_frustration",
    "annoyance": "anger_frustration",
    "relief": "relief",
    "gratitude": "gratitude",
    "optimism": "hope",
    "confusion": "confusion",
    "embarrassment": "shame",
    "remorse": "shame",
    "joy": "joy",
    "excitement": "joy",
    "pride": "joy",
}
"""Emotions of GoEmotions -> feelings. Left out: attitudes (admiration, approval, caring, ...), amusement, love,
desire, surprise, disgust; loneliness has no counterpart there."""

SPEAKER_OF_ROLE: dict[str, str] = {"patient": "patient", "doctor": "clinician"}
"""Roles of online_doctor_qa. "patient" is whoever asks, also a carer: score the layer `speaker`, not `role`."""
