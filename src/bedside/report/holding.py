"""What a study holds on one person, as the paper that the person is given."""

from datetime import datetime

import msgspec

from bedside.report.markup import Markup, join, tag
from bedside.report.page import Column, paragraph, table
from bedside.report.paper import facts, listing, paper, section

__all__ = ["HeldPost", "Holding", "erasure_paper", "holding_paper"]

RIGHTS = (
    "You may ask for all of it to be erased; it then goes from every file of the study, and a keyed fingerprint that opens "
    "nothing stops it from being taken in again.",
    "You may ask for what is wrong to be corrected, and for the use of your posts to be restricted.",
    "You may object, and you may complain to a supervisory authority.",
)


class HeldPost(msgspec.Struct, frozen=True, kw_only=True):
    """One post of the person as it is held: where and when, its text, and what it was taken to say."""

    source: str
    platform: str
    url: str
    published: str
    collected: str
    state: str
    text: str
    goes_by: str
    marks: tuple[str, ...] = ()
    judged: int = 0


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is held on one person.

    Attributes
    ----------
    study, purpose, controller, contact, officer : str
    asked : str
        Day of the answer.
    sources : tuple of (source, how it came, lawful basis, impact assessment, kept for)
    posts : tuple of HeldPost
    profile : tuple of (what, value)
        What the platform said of the account: handle, name, bio.
    named_in : int
        Posts of others that name the account.
    snapshots, quotes, cases : int
        Whether the latest frozen set holds posts of the person (1 or 0); texts that left the house; safety cases.
    paraphrases : tuple of (state, text)
        Posts of the person told in other words.
    crises : tuple of (when, what was done, words)
        Steps of people who looked at a post that might have been a cry for help.
    """

    study: str
    purpose: str
    controller: str
    contact: str
    officer: str
    asked: str
    sources: tuple[tuple[str, str, str, str, str], ...]
    posts: tuple[HeldPost, ...]
    profile: tuple[tuple[str, str], ...]
    named_in: int = 0
    snapshots: int = 0
    quotes: int = 0
    cases: int = 0
    paraphrases: tuple[tuple[str, str], ...] = ()
    crises: tuple[tuple[str, str, str], ...] = ()


def holding_paper(held: Holding) -> str:
    """The paper.

    Parameters
    ----------
    held : Holding

    Returns
    -------
    str
        One HTML file. It holds personal data of the person it is about: it goes to that person only.
    """
    return paper(
        "What we hold on you",
        f"{_posts(len(held.posts))}, as of {held.asked}. This paper is about one person and goes to that person only.",
        section("Who answers for it, and why", facts("Controller and purpose", _who(held))),
        section("Where it came from", _sources(held)),
        section(
            "Your account, as the platform showed it",
            facts("Profile", held.profile) if held.profile else "",
        ),
        section("Your posts", *(_post(post) for post in held.posts)),
        section("What was made of them", _uses(held)),
        section("Your rights", listing(RIGHTS)),
    )


def erasure_paper(study: str, kind: str, posts: int, masked: int, at: datetime) -> str:
    """The paper that says what was erased; it names nobody.

    Parameters
    ----------
    study : str
        Its title.
    kind : str
        post | account | source: what was asked for.
    posts, masked : int
        Records that went, and records of others in which they were named.
    at : datetime
    """
    done = (
        f"{_posts(posts)} went from every file of the study: the encrypted vault, tables, indexes, decisions, samples, "
        "releases and reports.",
        f"In {_posts(masked)[0].lower()}{_posts(masked)[1:]} of others what named them was masked.",
        "A keyed fingerprint stays. It opens nothing, and stops the same from being taken in again.",
        "Figures made before are marked as stale until they are measured anew.",
        "Documents that had left the house before hold counts and approved wordings only; copies of them are not in our hands.",
    )
    lead = f"Study “{study}”, on {at:%Y-%m-%d}, asked for by {kind}."
    return paper("What was erased", lead, section("Done", listing(done)))


def _posts(number: int) -> str:
    return "One post" if number == 1 else f"{number:,} posts"


def _who(held: Holding) -> list[tuple[str, str]]:
    unsaid = "not recorded in study.toml"
    return [
        ("Study", held.study),
        ("Purpose", held.purpose or unsaid),
        ("Controller", held.controller or unsaid),
        ("Write to", held.contact or unsaid),
        ("Data-protection officer", held.officer or unsaid),
    ]


def _sources(held: Holding) -> Markup:
    heads = ("source", "how it came", "lawful basis", "impact assessment", "kept for")
    return table(
        "Sources", [Column(head) for head in heads], [list(row) for row in held.sources], "stack"
    )


def _post(post: HeldPost) -> Markup:
    about = f"{post.source}, {post.platform}, published {post.published}, collected {post.collected}; {post.state}; {post.goes_by}"
    said = listing(post.marks) or paragraph("The machine proposes nothing about it.", kind="small")
    judged = (
        f"People have judged it {post.judged} times." if post.judged else "Nobody has judged it."
    )
    return tag(
        "article",
        paragraph(about, kind="small soft"),
        paragraph(post.url, kind="small") if post.url else "",
        tag("blockquote", post.text or "No text is kept."),
        tag(
            "details",
            tag("summary", "What it was taken to say"),
            said,
            paragraph(judged, kind="small"),
        ),
    )


def _uses(held: Holding) -> Markup:
    lines = [
        "The latest frozen set of posts holds posts of yours; figures count accounts and never name them."
        if held.snapshots
        else "No frozen set of posts holds posts of yours now.",
        f"{held.quotes} texts drawn from your posts have left the house.",
        f"{held.cases} safety cases rest on posts of yours; what was handed over is logged with them.",
        f"{held.named_in} posts of other people name your account.",
        "Your name, handle and ids stand in an encrypted vault; everything else knows you by a key made under a secret.",
    ]
    return join([listing(lines), _paraphrases(held), _crises(held)])


def _paraphrases(held: Holding) -> Markup:
    """Posts in other words, as they stand."""
    if not held.paraphrases:
        return paragraph("None of your posts was told in other words.")
    told = [f"{state}: “{text}”" for state, text in held.paraphrases]
    return join([paragraph("Your posts told in other words:"), listing(told)])


def _crises(held: Holding) -> Markup:
    """What people did where a post might have been a cry for help."""
    if not held.crises:
        return paragraph("None of your posts was looked at as a possible cry for help.")
    told = [
        f"{when}: {step}" + (f" – {words}" if words else "") for when, step, words in held.crises
    ]
    return join(
        [paragraph("A post of yours was looked at as a possible cry for help:"), listing(told)]
    )
