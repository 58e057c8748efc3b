"""Cards: how a post is shown in a list and alone."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bedside.explore.marked import hits_in, marked, spans_of
from bedside.explore.text import excerpt
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.printing import day
from bedside.report.words import plain

__all__ = ["BRIEF", "CRISIS", "card", "header", "whole_text"]

_GAPS = re.compile(r"\n\s*\n")  # a list shows paragraphs without blank lines between them
BRIEF = 700  # code points of a post in a list
LONG = 20_000  # of a post alone; what is longer is read in parts
CRISIS = "This post may be a cry for help. It is worked in the crisis queue and not shown in lists."


def card(
    post: Mapping[str, Any],
    marks: Sequence[Mapping[str, Any]],
    words: Sequence[str] = (),
    *,
    crisis: bool = False,
    tells: Sequence[str] = (),
) -> Markup:
    """A post in a list: where and when, the beginning of its masked text, where to read on."""
    address = f"/post/{post['post_key']}"
    if crisis:
        body = tag("p", CRISIS, class_="soft")
    else:
        text, cut = excerpt(post["body"] or "", BRIEF)
        spans = [*spans_of(marks, "body"), *hits_in(text, words)]
        more = tag("a", "read on", href=address, class_="more") if cut else NOTHING
        title = tag("h3", _title(post, marks, words)) if post["title"] else NOTHING
        packed = Markup(_GAPS.sub("\n", marked(text, spans, most=len(text))))  # escaped already
        shown = join([packed, " … " if cut else "", more])
        body = join([title, tag("p", shown, class_="text", dir="auto")])
    links = [tag("a", "post and thread", href=address)]
    if post["account_key"]:
        links.append(tag("a", "all posts of this account", href=f"/account/{post['account_key']}"))
    foot = [tag("span", link) for link in links]
    if tells:
        foot.insert(0, tag("span", f"tells {', '.join(plain(t) for t in tells)}"))
    return tag(
        "article",
        header(post),
        body,
        tag("footer", *foot),
        class_="post",
        aria_label="Post",
        data_post=post["post_key"],
    )


def _title(
    post: Mapping[str, Any], marks: Sequence[Mapping[str, Any]], words: Sequence[str]
) -> Markup:
    text, cut = excerpt(post["title"], 200)
    spans = [*spans_of(marks, "title"), *hits_in(text, words)]
    return tag("span", marked(text, spans), "…" if cut else "", class_="text", dir="auto")


def header(post: Mapping[str, Any]) -> Markup:
    """Where and when: source, platform, day, what can be said of rating and language."""
    said = [post["source"], plain(post["kind"]), day(post["day"]) if post["day"] else "no date"]
    if post["source"] != post["platform"]:
        said.insert(1, post["platform"])
    if post["rating"] is not None:
        of = f" of {post['rating_max']:g}" if post["rating_max"] else ""
        said.append(f"rated {post['rating']:g}{of}")
    if post["lang"] and post["lang"] != "en":
        said.append(f"language {post['lang']}")
    return tag("header", *(tag("span", part) for part in said))


def whole_text(
    post: Mapping[str, Any], marks: Sequence[Mapping[str, Any]], part: int
) -> tuple[Markup, int]:
    """A post's whole masked text, or one part of a very long one, and how many parts there are."""
    body = post["body"] or ""
    parts = max(1, -(-len(body) // LONG))
    start = LONG * (part - 1)
    spans = [
        span._replace(start=span.start - start, end=span.end - start)
        for span in spans_of(marks, "body")
        if span.start >= start
    ]
    text = tag("p", marked(body[start : start + LONG], spans), class_="text", dir="auto")
    segments = [
        tag(
            "p",
            tag("span", f"{segment['origin']}: ", class_="soft"),
            marked(segment["text"] or "", []),
            class_="text",
            dir="auto",
        )
        for segment in post["segments"] or ()
    ]
    return join([text, *(segments if part == parts else [])]), parts
