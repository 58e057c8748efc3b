"""How each kind of post is put together: which sentences, in which order, at which rates."""

from collections.abc import Callable

from bedside.simulate.draft import Draft, weighted
from bedside.simulate.truth import Moment, Truth

__all__ = [
    "MEDICATED",
    "mark_complaint",
    "say_medicine",
    "tell_moment",
    "write_advert",
    "write_crisis",
    "write_figurative",
    "write_foreign",
    "write_off_topic",
    "write_organisation",
    "write_question",
    "write_story",
]  # fmt: skip

CONTACT = {
    "first_consultation",
    "tests_referral",
    "diagnosis",
    "starting_treatment",
    "change_or_flare",
    "end_of_life",
}
UNSEEN = {"at_risk", "first_symptoms", "searching"}
TREATED = {"choosing_treatment", "starting_treatment", "living_with", "change_or_flare"}
MEDICATED = {"starting_treatment", "living_with", "change_or_flare", "remission_or_relapse"}
NAMED = {"diagnosis", "choosing_treatment", "starting_treatment", "living_with"}
GLAD = {
    "at_risk": 0.05,
    "first_symptoms": 0.06,
    "searching": 0.06,
    "diagnosis": 0.35,
    "remission_or_relapse": 0.6,
    "starting_treatment": 0.45,
    "living_with": 0.4,
    "end_of_life": 0.02,
}
FEELINGS = {
    "neg": weighted(
        fear_anxiety=6, anger_frustration=7, sadness=5, confusion=3, loneliness=3, shame=2
    ),
    "pos": weighted(relief=5, gratitude=5, hope=4, joy=4),
}
THOUGHTS = weighted(belief=5, doubt=4, expectation=3, preference=3, trust=2)
DEEDS = weighted(
    searched_online=2,
    saw_professional=2,
    sought_test_or_referral=2,
    prepared=2,
    challenged_professional=2,
    second_opinion=1,
    self_treated=2,
    complained=2,
    recommended_provider=2,
)
ASPECTS = {
    "neg": weighted(
        listening=7, waiting=5, access=4, information=4, manner=3, coordination=3, treatment=2,
        dignity=1, cost=2, safety=1, outcome=1,
    ),
    "pos": weighted(
        listening=5, manner=5, information=3, treatment=4, outcome=3, waiting=1, access=1,
        coordination=1, overall=2,
    ),
}  # fmt: skip
SOURCES = weighted(
    search_engine=5, forum_or_social=5, social_video=2, health_website=2, doctor=3, nurse=1,
    pharmacist=1, family_friends=2, leaflet=1, study_or_paper=1, news_media=1,
)  # fmt: skip
TURNED = weighted(internet=5, doctor=3, pharmacist=1, family_friends=2, other_professional=1)
MODES = weighted(in_person=4, phone=4, video=2, message=2)
CONTENTS = weighted(
    daily_struggle=2, disease_progression=2, unmet_need=2, suggestion=2, resource_wanted=1,
    workaround=1, turning_point=1, complaint=1,
)  # fmt: skip
NEEDS = weighted(informational=12, emotional=4, network=3, practical=1, esteem=1)
STATUSES = weighted(wanted=1, tried=2, on=2, stopped=1, switched=1, refused=1)
LENGTHS = {"terse": 0.4, "teen": 0.7, "long": 1.7, "chatty": 1.2}


LEADS_NOW = (
    "And now: ",
    "Fast forward to today: ",
    "Where things stand now: ",
    "Today: ",
    "These days: ",
    "",
)
LEADS_NEXT = ("Next chapter: ", "Then came this: ", "A while later: ", "After that: ", "")
NAMING = 0.4  # stories that begin with the name of the condition
HARM_KINDS = weighted(  # nobody knows in which parts people use them
    plain=4,
    after=2,
    across=2,
    on_and_off=2,
    unsure=2,
    lay_words=2,
    short=2,
    by_the_way=2,
    serious=2,
)
HARM_PLACES = 2.4  # posts that name a medicine, for each that could tell of a reaction (measured)


def write_story(draft: Draft, position: float) -> None:
    """Tell of the account's own journey, or of that of the person it cares for: one to three moments."""
    account = draft.account
    if draft.room > 500 and draft.chance(0.3):
        draft.say("open")
    if draft.chance(draft.world.rates.demography):
        _say_where(draft)
    now = account.stage_at(position)
    stages = _stages(draft, now)
    if draft.chance(NAMING):
        draft.say("naming", stage=stages[-1])
    for n, stage in enumerate(stages):
        lead = draft.pick(LEADS_NOW if n == len(stages) - 1 else LEADS_NEXT) if n else ""
        tell_moment(draft, stage, position, lead)
    if len(draft.parts) >= 6 and len(stages) > 1 and "story" not in draft.truth.content:
        draft.truth.content.append("story")
    mark_complaint(draft.truth)
    last = draft.truth.moments[-1]
    if draft.chance(0.5):
        ask(draft, last)
    elif draft.chance(0.25):
        draft.say("close", "story", v=draft.mood)


def _length(draft: Draft) -> float:
    """How much this person tells here, as a factor of the usual."""
    return LENGTHS.get(draft.account.voice, 1.0)


def mark_complaint(truth: Truth) -> None:
    """A post that finds fault with care in two respects is a complaint as a whole."""
    faults = {code for m in truth.moments for code in m.care if code.endswith(":complaint")}
    if len(faults) > 1 and "complaint" not in truth.content:
        truth.content.append("complaint")


def _stages(draft: Draft, now: int) -> list[str]:
    path = draft.account.path
    roll = draft.rnd.random() / _length(draft)
    wanted = 3 if roll < 0.1 and now > 1 else 2 if roll < 0.38 and now else 1
    if draft.room < 400:
        wanted = 1
    before = sorted({int(draft.rnd.random() * now) for _ in range(wanted - 1)}) if now else []
    return [path[n] for n in before] + [path[now]]


def tell_moment(draft: Draft, stage: str, position: float, lead: str) -> None:
    """Tell what happened at a stage, and around it what was felt, thought, done, taken and complained of."""
    glad = draft.chance(GLAD.get(stage, 0.22))
    v = "pos" if glad else "neg"
    draft.mood = v
    moment = draft.new_moment(stage)
    if not draft.say("event", v=v, stage=stage, moment=moment, lead=lead):
        draft.truth.moments.pop()
        moment = draft.new_moment(None)
        draft.say("chat", v=v, moment=moment)
        return
    more = _length(draft)
    for step in draft.pick(ORDERS):
        step(draft, moment, stage, v, more, position)


def _feel(draft: Draft, moment: Moment, stage: str, v: str, more: float, position: float) -> None:
    if draft.chance(0.55 * more):
        draft.say("feel", draft.pick(FEELINGS[v]), moment=moment, stage=stage)


def _think(draft: Draft, moment: Moment, stage: str, v: str, more: float, position: float) -> None:
    if draft.chance(0.34 * more):
        draft.say("think", draft.pick(THOUGHTS), v=v, moment=moment, stage=stage)


def _care(draft: Draft, moment: Moment, stage: str, v: str, more: float, position: float) -> None:
    share = 0.5 if stage in CONTACT else 0.02 if stage in UNSEEN else 0.2
    if draft.chance(share * more):
        lead = draft.pick(("", "", "", "And ", "Plus, "))
        draft.say("care", draft.pick(ASPECTS[v]), v=v, moment=moment, stage=stage, lead=lead)


def _do(draft: Draft, moment: Moment, stage: str, v: str, more: float, position: float) -> None:
    if draft.chance(0.26 * more):
        draft.say("do", draft.pick(DEEDS), v=v, moment=moment, stage=stage)


def _detail(draft: Draft, moment: Moment, stage: str, v: str, more: float, position: float) -> None:
    rates = draft.world.rates
    for share in (0.5, 0.2):
        if draft.chance(share * more):
            draft.say("detail", v=v, stage=stage)
    if draft.chance(0.08 * more):
        draft.say("aside", stage=stage)
    if draft.chance(rates.scale):
        draft.say("scale", stage=stage)
    if draft.chance(rates.negative):
        draft.say("negative", stage=stage)


def _inform(draft: Draft, moment: Moment, stage: str, v: str, more: float, position: float) -> None:
    rates = draft.world.rates
    searching = stage in ("first_symptoms", "searching")
    if draft.chance(rates.info * more):
        chatbot = draft.chance(
            0.02 + 0.2 * position
        )  # planted trend: people turn to chatbots more and more
        draft.say(
            "info", "ai_assistant" if chatbot else draft.pick(SOURCES), moment=moment, stage=stage
        )
    if draft.chance(rates.turned * (4 if searching else 1)):
        draft.say("turned", draft.pick(TURNED), moment=moment, stage=stage)
    if draft.chance(rates.worry * (3 if searching else 1)):
        draft.say("worry", moment=moment, stage=stage)
    if stage in CONTACT and draft.chance(rates.mode * 2):
        draft.say("mode", draft.pick(MODES), moment=moment, stage=stage)


def _record(draft: Draft, moment: Moment, stage: str, v: str, more: float, position: float) -> None:
    rates = draft.world.rates
    if draft.truth.diagnosis:
        return
    if stage in NAMED and draft.chance(rates.diagnosis * 1.6):
        draft.say("diag", v=v, moment=moment, stage=stage)
    elif stage in ("searching", "tests_referral", "first_consultation") and draft.chance(
        rates.diagnosis
    ):
        draft.say("suspect", v=v, moment=moment, stage=stage)
    if stage in TREATED and draft.chance(rates.treatment * 2):
        draft.say("treat", draft.pick(STATUSES), v=v, moment=moment, stage=stage)


def _medicine(
    draft: Draft, moment: Moment, stage: str, v: str, more: float, position: float
) -> None:
    rates = draft.world.rates
    told = any(record["option"] == draft.slots["drug"] for record in draft.truth.treatment)
    if told and draft.chance(0.6):
        return
    if stage not in MEDICATED or not draft.chance(rates.drug * 1.8):
        return
    say_medicine(draft, moment, stage, v)


def say_medicine(draft: Draft, moment: Moment, stage: str, v: str) -> None:
    """Speak of the medicine taken: a reaction, a special situation, or simply that it is taken."""
    rates = draft.world.rates
    if draft.chance(rates.harm * HARM_PLACES):
        draft.say("harm", draft.pick(HARM_KINDS), moment=moment, stage=stage)
    elif draft.chance(rates.special):
        draft.say("special", moment=moment, stage=stage)
    else:
        draft.say("drug", v=v, moment=moment, stage=stage)


def _content(
    draft: Draft, moment: Moment, stage: str, v: str, more: float, position: float
) -> None:
    if stage != "end_of_life" and draft.chance(0.24 * more):
        draft.say("content", draft.pick(CONTENTS), v=v, moment=moment, stage=stage)


def _say_where(draft: Draft) -> None:
    if draft.chance(0.5) and draft.say("country"):
        draft.truth.country_stated = draft.account.country.upper()
    else:
        draft.say("about")


def ask(draft: Draft, moment: Moment) -> None:
    """End a post with what the writer needs from the others."""
    if draft.say("need", draft.pick(NEEDS), moment=moment, stage=moment.stage):
        draft.mood = "neg"


def write_question(draft: Draft, position: float) -> None:
    """Ask without a story: about symptoms (searching) or about a known condition (no stage)."""
    if draft.room > 500 and draft.chance(0.25):
        draft.say("open")
    searching = draft.chance(0.35)
    moment = draft.new_moment("searching" if searching else None)
    if searching:
        draft.say("ask", "symptoms", moment=moment, stage="searching")
        if draft.chance(0.4):
            draft.say(
                "feel", draft.pick(("fear_anxiety", "confusion")), moment=moment, stage="searching"
            )
    else:
        draft.say("ask", "known", moment=moment)
        if draft.chance(0.3):
            draft.say("close", "question")


def write_figurative(draft: Draft) -> None:
    """Use a health word as a figure of speech."""
    draft.say("figurative")


def write_off_topic(draft: Draft) -> None:
    """Chat about something else."""
    moment = draft.new_moment(None)
    draft.say("off_topic", moment=moment)
    if draft.chance(0.3):
        draft.say("off_topic", moment=moment)


def write_advert(draft: Draft) -> None:
    """Sell something."""
    draft.say("advert")
    draft.say("advert_tail")


def write_organisation(draft: Draft) -> None:
    """Speak for a charity, a hospital, a company or a newspaper."""
    draft.say("organisation", draft.account.detail)
    if draft.chance(0.4):
        draft.say("organisation", "any")


def write_crisis(draft: Draft) -> None:
    """A person who is not safe, or was not once; sober, without any detail."""
    moment = draft.new_moment("living_with")
    draft.mood = "neg"
    draft.say("crisis", "now" if draft.chance(0.6) else "past", moment=moment)


def write_foreign(draft: Draft, lang: str) -> None:
    """A short post in another language."""
    draft.truth.lang = lang
    draft.slots["cond"] = draft.world.words["abroad"][lang][draft.account.condition_name]
    draft.say("language", lang)
    if draft.chance(0.35):
        draft.say("language", lang)


Step = Callable[[Draft, Moment, str, str, float, float], None]
ORDERS: tuple[tuple[Step, ...], ...] = (
    (_detail, _inform, _do, _record, _care, _medicine, _content, _think, _feel),
    (_feel, _record, _care, _inform, _do, _medicine, _detail, _think, _content),
    (_care, _feel, _detail, _record, _medicine, _think, _inform, _do, _content),
    (_record, _medicine, _detail, _content, _care, _think, _feel, _inform, _do),
)
"""Orders in which people tell things: the facts first, the feeling first, the care first, the history first."""
