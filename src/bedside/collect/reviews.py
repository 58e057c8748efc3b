"""Reviews of providers: NHS.uk, Care Opinion (version 2), Google Places (New); none tried on a real file."""

from collections.abc import Iterator
from typing import Any

from bedside.collect.containers import Document
from bedside.collect.fields import dig, post_id, text_or_none, tombstone
from bedside.collect.jsonfiles import Around, Piece, each, read_json
from bedside.collect.markup import html_text
from bedside.collect.reading import NoPost, Outcome, Reading, RecordProblem, Sample
from bedside.collect.times import from_text, iso
from bedside.model.posts import CollectedPost

__all__ = [
    "map_google", "map_nhs", "map_opinion", "read_care_opinion", "read_google", "read_nhs", "recognise_care_opinion",
    "recognise_google", "recognise_nhs",
]  # fmt: skip

Record = dict[str, Any]
NHS_MARKS = {
    "odsCode",
    "odscode",
    "ODSCode",
    "orgType",
    "organisationCode",
    "screenName",
    "dateOfVisit",
    "visitDate",
}
OPINION_MARKS = {
    "healthServices",
    "healthservices",
    "authorAgeGroup",
    "submissionRoute",
    "changeInt",
}


def _rows(sample: Sample, *keys: str) -> list[Record]:
    """Objects at the beginning: of lists, lines, or of the named list of an answer."""
    rows: list[Any] = []
    for value in sample.values[:5]:
        inner = next(
            (value[k] for k in keys if isinstance(value, dict) and isinstance(value.get(k), list)),
            value,
        )
        rows += inner if isinstance(inner, list) else [inner]
    return [row for row in rows[:20] if isinstance(row, dict)]


def _splitter(*keys: str) -> Any:
    """Cut an answer into reviews and their responses."""

    def split(value: Any, around: Around) -> Iterator[Piece]:
        key = next(
            (k for k in keys if isinstance(value, dict) and isinstance(value.get(k), list)), ""
        )
        prefix = f"/{key}" if key else ""
        for pointer, item, near in each(value[key] if key else value, around):
            yield f"{prefix}{pointer}", item, near
            replies = (
                (item.get("responses") or item.get("replies")) if isinstance(item, dict) else None
            )
            for number, reply in enumerate(replies if isinstance(replies, list) else []):
                yield f"{prefix}{pointer}/responses/{number}", reply, {**near, "review": item}

    return split


def _first(record: Record, *names: str) -> Any:
    """Value of the first of these fields that is there: field names of unseen files are taken tolerantly."""
    return next((record[name] for name in names if record.get(name) not in (None, "")), None)


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) or value is None else float(value)
    except (TypeError, ValueError):
        return None


def _id(record: Record, *names: str) -> str:
    native = text_or_none(_first(record, *names))
    if native is None:
        raise RecordProblem("no id")
    return native


# --- NHS.uk ---


def recognise_nhs(sample: Sample) -> bool:
    """Comments with an organisation's code or a date of visit."""
    rows = _rows(sample, "comments", "Comments")
    return any(
        (NHS_MARKS & row.keys() or dig(row, "about", "ods")) and _first(row, *NHS_TEXT)
        for row in rows
    )


NHS_TEXT = ("commentText", "comment", "text", "body", "reviewBody")


def read_nhs(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read comments of NHS.uk and the organisations' responses."""
    return read_json(document, reading, _splitter("comments", "Comments"), map_nhs)


def map_nhs(record: Any, around: Around) -> CollectedPost | NoPost:
    """Map a comment or response; the date of the visit is not the date of the post."""
    if not isinstance(record, dict) or (
        _first(record, *NHS_TEXT) is None and "title" not in record
    ):
        return NoPost("answer without comments")
    review = around.get("review")
    native = _id(record, "id", "commentId", "commentRef", "identifier", "responseId")
    ods = text_or_none(
        _first(record, "odsCode", "odscode", "ODSCode", "organisationCode")
        or dig(record, "about", "ods")
    )
    name = text_or_none(
        _first(record, "organisationName", "orgName") or dig(record, "about", "name")
    )
    when = from_text(
        _first(record, "publishedDate", "datePublished", "dateSubmitted", "submittedDate", "date")
    )
    post: CollectedPost = {
        "post_id": post_id("nhs_uk", native),
        "platform": "nhs_uk",
        "native_id": native,
        "kind": "response" if review else "review",
        "title": text_or_none(record.get("title")),
        "body": html_text(str(_first(record, *NHS_TEXT) or "")),
        "about": [{"kind": "provider", "scheme": "ods" if ods else None, "id": ods, "name": name}]
        if ods or name
        else None,
        "author_name": text_or_none(_first(record, "screenName", "displayName", "author")),
        "published_at": when[0] if when else None,
        "published_precision": when[1] if when else None,
        "visibility": "public",
        **_ratings(record),
    }
    _answer(post, review, "nhs_uk", "id", "commentId", "commentRef", "identifier")
    removed = str(record.get("status", "")).lower() == "removed"
    return tombstone(post, "removed_by_platform") if removed else post


def _ratings(record: Record) -> CollectedPost:
    """Stars in all and by question."""
    value = _first(record, "overallRating", "rating", "starRating")
    stars = _number(value.get("ratingValue") if isinstance(value, dict) else value)
    found = []
    for item in record.get("ratings") or []:
        answer = _number(_first(item, "value", "rating", "answer"))
        if answer is not None:
            question = text_or_none(_first(item, "question", "name", "ratingQuestion"))
            found.append(
                {
                    "question": question,
                    "value": answer,
                    "max": _number(_first(item, "max", "bestRating")),
                }
            )
    return {
        "rating": stars,
        "rating_max": 5.0 if stars is not None else None,
        "ratings": found or None,
    }


def _answer(post: CollectedPost, review: Record | None, platform: str, *names: str) -> None:
    """Where a response belongs; a review opens its own thread."""
    if review is None:
        post["thread_id"] = post["post_id"]
        return
    target = post_id(platform, _id(review, *names))
    post["thread_id"] = post["in_reply_to"] = target
    post["relations"] = [
        {
            "rel": "response",
            "target_id": target,
            "target_url": None,
            "target_author": None,
            "evidence": "field",
        }
    ]


# --- Care Opinion ---


def recognise_care_opinion(sample: Sample) -> bool:
    """Opinions with health services or the marks of a submission."""
    return any(
        OPINION_MARKS & row.keys() and "body" in row
        for row in _rows(sample, "items", "opinions", "results")
    )


def read_care_opinion(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read opinions and the responses of services."""
    return read_json(document, reading, _splitter("items", "opinions", "results"), map_opinion)


def map_opinion(record: Any, around: Around) -> CollectedPost | NoPost:
    """Map an opinion or response; tags keep their polarity as `name (positive)`."""
    if not isinstance(record, dict) or "body" not in record:
        return NoPost("answer without opinions")
    review = around.get("review")
    native = _id(record, "id")
    when = from_text(
        _first(record, "dateOfPublication", "publicationDate", "published", "dateOfSubmission")
    )
    services = _first(record, "healthServices", "healthservices") or []
    prefix = "response-" if review else ""
    post: CollectedPost = {
        "post_id": post_id("care_opinion", f"{prefix}{native}"),
        "platform": "care_opinion",
        "native_id": f"{prefix}{native}",
        "url": text_or_none(_first(record, "url", "link")),
        "kind": "response" if review else "review",
        "title": text_or_none(record.get("title")),
        "body": html_text(str(record.get("body") or "")),
        "about": [_service(item) for item in services if isinstance(item, dict)] or None,
        "author_role_declared": text_or_none(_role(record)),
        "published_at": when[0] if when else None,
        "published_precision": when[1] if when else None,
        "hashtags": [_tag(tag) for tag in record.get("tags") or []] or None,
        "visibility": "public",
        **_ratings(record),
    }
    _answer(post, review, "care_opinion", "id")
    return post


def _service(item: Record) -> dict[str, Any]:
    code = text_or_none(_first(item, "nacs", "ods", "odsCode", "code"))
    return {
        "kind": "provider",
        "scheme": "ods" if code else "care_opinion",
        "id": code or text_or_none(item.get("id")),
        "name": text_or_none(item.get("name")),
    }


def _role(record: Record) -> Any:
    author = record.get("author")
    return _first(record, "authorRole", "authorRelationship") or (
        dig(author, "role") if author else None
    )


def _tag(tag: Any) -> str:
    if not isinstance(tag, dict):
        return str(tag)
    polarity = _first(tag, "polarity", "tagPolarity")
    return f"{tag.get('name')} ({polarity})" if polarity else str(tag.get("name"))


# --- Google Places (New) ---


def recognise_google(sample: Sample) -> bool:
    """Reviews named places/…/reviews/…."""
    return any("/reviews/" in str(row.get("name", "")) for row in _rows(sample, "reviews")) or any(
        isinstance(v, dict) and any(_google_reviews(p) for p in v.get("places") or [])
        for v in sample.values[:3]
    )


def _google_reviews(place: Any) -> bool:
    reviews = dig(place, "reviews")
    return (
        isinstance(reviews, list) and bool(reviews) and "/reviews/" in str(dig(reviews[0], "name"))
    )


def read_google(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read reviews of one place or of several."""
    return read_json(document, reading, _split_google, map_google)


def _split_google(value: Any, around: Around) -> Iterator[Piece]:
    places = value.get("places") if isinstance(value, dict) else None
    found = enumerate(places) if isinstance(places, list) else [(None, value)]
    for number, place in found:
        near = {**around, "place": place if isinstance(place, dict) else {}}
        prefix = "" if number is None else f"/places/{number}"
        for pointer, item, _ in _splitter("reviews")(place, near):
            yield f"{prefix}{pointer}", item, near


def map_google(record: Any, around: Around) -> CollectedPost | NoPost:
    """Map a review: the text as written, not Google's translation of it."""
    if not isinstance(record, dict) or "/reviews/" not in str(record.get("name", "")):
        return NoPost("answer without reviews")
    name = record["name"]
    original = record.get("originalText") or {}
    author = record.get("authorAttribution") or {}
    place = name.split("/reviews/")[0].removeprefix("places/")
    stars, written = _number(record.get("rating")), iso(record.get("publishTime"))
    body = original.get("text") or (dig(record, "text", "text") if not original else "") or ""
    return {
        "post_id": post_id("google_places", name),
        "platform": "google_places",
        "native_id": name,
        "url": record.get("googleMapsUri"),
        "kind": "review",
        "body": body,
        "thread_id": post_id("google_places", name),
        "about": [{"kind": "provider", "scheme": "place_id", "id": place, "name": dig(around.get("place"), "displayName", "text")}],
        "author_id": author.get("uri"),
        "author_name": author.get("displayName"),
        "lang_declared": original.get("languageCode") or dig(record, "text", "languageCode"),
        "published_at": written,
        "published_precision": "s" if written is not None else "relative",
        "rating": stars,
        "rating_max": 5.0 if stars is not None else None,
        "visibility": "public",
    }  # fmt: skip
