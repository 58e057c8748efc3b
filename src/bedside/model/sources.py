"""The source register: what a study may do with each source, and on which basis (requirements R21-R24)."""

from typing import Any, Literal

import msgspec

__all__ = ["PRESETS", "Source"]


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One source as registered at `bedside add`; every answer is enforced, none is decoration.

    Attributes
    ----------
    name : str
        Short name, letters, digits, `-` and `_`.
    access_basis : str
        How the posts came here: own_data, open_licence, platform_terms, consent, research_access, simulated.
    lawful_basis : str
        Legal basis of the processing, such as `Art. 9(2)(j) research`.
    dpia_ref : str
        Reference of the data-protection impact assessment.
    login_needed, default_settings_changed, told_public : bool
        The three questions behind "manifestly made public" (EDPB 08/2020).
    operator_consent : str
        Recorded consent of the operator; without it a source that needs a login is blocked (R24).
    store : str
        text | precis_only | metrics_only.
    quotes : str
        none | paraphrase | verbatim.
    llm_allowed, under_mah_responsibility, one_post_one_person : bool
        Whether a language model may see it; whether the product's company runs it; whether each record of it
        is one person (survey comments).
    solicited : bool
        Whether providers asked for its reviews (surveys, review invitations): they are counted apart.
    known_bias : str
        Who is heard too much or too little there, in a sentence (R32); printed beside the source.
    retention_days : int
        Days after collection when the text must go; 0 = no limit stated.
    recheck_days : int
        Days within which every text collected live must have been looked at again where it stands
        (`bedside recheck`), or it goes; 0 = what the platform's terms ask (docs/LIVE.md).
    live : dict
        How `bedside collect` reads it: `kind` and the settings of that kind (docs/LIVE.md). A key or token is
        named by its environment variable, never written here.
    """

    name: str
    access_basis: str
    lawful_basis: str = ""
    dpia_ref: str = ""
    login_needed: bool = False
    operator_consent: str = ""
    default_settings_changed: bool = False
    told_public: bool = False
    store: Literal["text", "precis_only", "metrics_only"] = "text"
    quotes: Literal["none", "paraphrase", "verbatim"] = "none"
    llm_allowed: bool = False
    under_mah_responsibility: bool = False
    one_post_one_person: bool = False
    solicited: bool = False
    known_bias: str = ""
    retention_days: int = 0
    recheck_days: int = 0
    simulated: bool = False
    live: dict[str, Any] = {}


PRESETS: dict[str, dict[str, object]] = {
    "simulated": {
        "access_basis": "simulated",
        "lawful_basis": "no personal data: written by a program",
        "dpia_ref": "not needed",
        "told_public": True,
        "quotes": "verbatim",
        "known_bias": "no people: what is common here is what the program was told to write",
        "llm_allowed": True,
        "simulated": True,
    },
}
