"""The kernel of the room: pages of what was collected, to pages of posts with keys and masked text."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa

from bedside.errors import InputError, suggest
from bedside.model.posts import POSTS
from bedside.store.keys import StudyKeys, load_keys, text_key
from bedside.store.stages import Stage
from bedside.unify.accounts import account_kind
from bedside.unify.clean import clean
from bedside.unify.fingerprints import LEAST_WORDS, content_hash, sketch_texts, tokens_of
from bedside.unify.language import detect_language
from bedside.unify.mask import FILL, mask_places, mask_text
from bedside.unify.names import find_known, known_names
from bedside.unify.place import find_place
from bedside.unify.towns import is_town

__all__ = ["Settings", "unify_batch", "unify_stage"]

VERSION = "5"
Row = dict[str, Any]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the stage may be told.

    Attributes
    ----------
    study_id : str
        Whose key makes the pseudonyms.
    one_post_one_person : tuple of str
        Sources of which each record is one person, such as survey comments.
    mask_names : bool
        Whether personal names are masked too; identifiers always are.
    mask_places : bool
        Whether places below a state are masked too.
    always, never : tuple of str
        What a person said is a name (or place), and what is none.
    """

    study_id: str
    one_post_one_person: tuple[str, ...] = ()
    mask_names: bool = True
    mask_places: bool = True
    always: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


_PLAIN = Settings("", mask_names=False)


def unify_stage(settings: Mapping[str, Any]) -> Stage:
    """The stage that makes `POSTS` from `COLLECTED`.

    Parameters
    ----------
    settings : mapping
        Fields of `Settings`; `study_id` is needed.

    Raises
    ------
    InputError
        If a setting is unknown, missing or of the wrong type.
    """
    known = _read_settings(settings)
    return Stage(
        name="unify",
        version=VERSION,
        kernel="bedside.unify.posts:unify_batch",
        schema=POSTS,
        settings=msgspec.json.decode(msgspec.json.encode(known)),
    )


def _read_settings(settings: Mapping[str, Any]) -> Settings:
    fields = Settings.__struct_fields__
    for name in settings:
        if name not in fields:
            raise InputError(f"the stage unify has no setting '{name}'; {suggest(name, fields)}")
    try:
        return msgspec.convert(dict(settings), Settings)
    except msgspec.ValidationError as error:
        raise InputError(
            f"settings of the stage unify: {error}; need {', '.join(fields)}"
        ) from error


# Columns that the work on a row needs; all others pass as they are.
_READ = [
    "post_id",
    "platform",
    "title",
    "body",
    "segments",
    "thread_id",
    "in_reply_to",
    "in_reply_to_author",
    "relations",
    "community_id",
    "community_name",
    "about",
    "author_id",
    "author_handle",
    "author_name",
    "author_bio",
    "author_role_declared",
    "author_verified_type",
    "author_is_bot",
    "place_name",
    "place_country",
    "place_basis",
    "mentions",
    "text_state",
    "source",
]
_PASSED = {"is_op": "author_is_op", "followers": "author_followers"} | {
    name: name
    for name in (
        "source",
        "platform",
        "kind",
        "published_at",
        "published_precision",
        "edited_at",
        "hashtags",
        "rating",
        "rating_max",
        "ratings",
        "engagement",
        "body_complete",
        "text_state",
        "state",
        "state_observed_at",
        "visibility",
        "collected_at",
        "record_no",
    )
}


def unify_batch(batch: pa.RecordBatch, settings: Mapping[str, Any]) -> pa.RecordBatch:
    """Posts with keys, masked text, language, place, kind of account and fingerprints.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
        Of the schema `COLLECTED`; one row per record read.
    settings : mapping
        Fields of `Settings`.

    Returns
    -------
    pyarrow.RecordBatch
        Of the schema `POSTS`; one row for each row given, in the same order, `record_no` kept.

    Raises
    ------
    InputError
        If a setting has no meaning here.
    NotFoundError
        If this user has no key for the study.
    """
    known = _read_settings(settings)
    keys = load_keys(known.study_id)
    rows = batch.select(_READ).to_pylist()
    made = [_unify_row(row, keys, known) for row in rows]
    _add_sketches(made)
    columns = [
        batch.column(_PASSED[field.name]).cast(field.type)
        if field.name in _PASSED
        else pa.array([row[field.name] for row in made], type=field.type)
        for field in POSTS
    ]
    return pa.RecordBatch.from_arrays(columns, schema=POSTS)


def _unify_row(row: Row, keys: StudyKeys, settings: Settings) -> Row:
    phrases, given = known_names(_names_of(row))
    known = ((*phrases, *settings.always), given)
    text = _mask_parts(row, known, settings)
    bio, role = (
        _mask_note(row[note], known, settings) if row["text_state"] == "kept" else None
        for note in ("author_bio", "author_role_declared")
    )
    about = _mask_about(row["about"])
    whole = text.whole()
    lang, score = detect_language(whole)
    place = find_place(
        collected=(
            row["place_country"],
            _mask_note(row["place_name"], known, _PLAIN),
            row["place_basis"],
        ),
        text=whole,
        bio=bio,
        about=about,
    )
    kind, basis = account_kind(
        is_bot=row["author_is_bot"], verified_type=row["author_verified_type"], bio=bio, text=whole
    )
    if settings.mask_places:
        text = text.without_places(settings.never)
        bio, role = (note and mask_places(note, settings.never)[0] for note in (bio, role))
    words = tokens_of(text.title, text.body, *(segment["text"] for segment in text.segments or ()))
    return {
        "post_key": keys.post_key(row["post_id"]),
        "account_key": _account_key(row, keys, settings),
        "text_key": text_key(text.parts()),
        "title": text.title,
        "body": text.body,
        "segments": text.segments,
        "masks": text.masks,
        "offsets": text.offsets,
        "lang": lang,
        "lang_score": score,
        "thread_ref": _key_of(row["thread_id"], keys),
        "parent_ref": _key_of(row["in_reply_to"], keys),
        "relations": _relations(row, keys),
        "community": _community(row, known, keys),
        "about": about,
        "author_bio": bio,
        "role_declared": role,
        "account_kind": kind,
        "account_kind_basis": basis,
        "place_country": place.country,
        "place_name": None if settings.mask_places and is_town(place.name or "") else place.name,
        "place_basis": place.basis,
        "content_hash": content_hash(words),
        "words": words,
    }


class _Text(NamedTuple):
    """The masked parts of one post."""

    title: str | None
    body: str
    segments: list[Row] | None
    masks: list[Row]
    offsets: list[Row]

    def parts(self) -> tuple[str, ...]:
        """Title, body, segments: what text_key names."""
        return (self.title or "", self.body, *(segment["text"] for segment in self.segments or ()))

    def whole(self) -> str:
        """All parts as one text, for language and place."""
        return "\n".join(part for part in self.parts() if part)

    def without_places(self, never: Sequence[str]) -> "_Text":
        """The text with places below a state masked too."""
        masks = list(self.masks)

        def mask(part: str, text: str) -> str:
            masked, found = mask_places(text, never)
            masks.extend({"part": part, "start": s, "end": e, "kind": kind} for s, e, kind in found)
            return masked

        return _Text(
            self.title and mask("title", self.title),
            mask("body", self.body),
            self.segments
            and [
                {**segment, "text": mask(f"segment:{number}", segment["text"])}
                for number, segment in enumerate(self.segments)
            ],
            masks,
            self.offsets,
        )


_NO_TEXT = _Text(None, "", None, [], [])


def _mask_parts(
    row: Row, known: tuple[tuple[str, ...], tuple[str, ...]], settings: Settings
) -> _Text:
    """Clean and mask title, body and segments."""
    if row["text_state"] != "kept":  # a tombstone has no text, whatever the source still sends
        return _NO_TEXT
    masks: list[Row] = []
    offsets: list[Row] = []

    def mask(part: str, text: str) -> str:
        cleaned, shifts = clean(text)
        masked, found = mask_text(cleaned, known, names=settings.mask_names, never=settings.never)
        masks.extend({"part": part, "start": s, "end": e, "kind": kind} for s, e, kind in found)
        offsets.extend({"part": part, "at": at, "shift": shift} for at, shift in shifts)
        return masked

    title = None if row["title"] is None else mask("title", row["title"])
    body = mask("body", row["body"])
    segments = row["segments"] and [
        {"origin": segment["origin"], "text": mask(f"segment:{number}", segment["text"] or "")}
        for number, segment in enumerate(row["segments"])
    ]
    return _Text(title, body, segments, masks, offsets)


def _mask_note(
    text: str | None, known: tuple[tuple[str, ...], tuple[str, ...]], settings: Settings
) -> str | None:
    """A bio or a declared role, masked like a post."""
    if not text:
        return text
    return mask_text(clean(text)[0], known, names=settings.mask_names, never=settings.never)[0]


def _names_of(row: Row) -> list[str | None]:
    targets = [relation["target_author"] for relation in row["relations"] or ()]
    own = [row["author_handle"], row["author_name"], row["in_reply_to_author"]]
    return [*own, *(row["mentions"] or ()), *targets]


def _community(
    row: Row, known: tuple[tuple[str, ...], tuple[str, ...]], keys: StudyKeys
) -> str | None:
    """Name of the community; a key where the name points at a person, such as a channel of one's own."""
    name: str | None = row["community_name"] or row["community_id"]
    if not name or not (_holds_identifier(name) or any(find_known(clean(name)[0], known))):
        return name
    return keys.account_key(row["platform"], f"community:{row['community_id'] or name}")


@lru_cache(maxsize=4096)  # a page has many posts of few communities
def _holds_identifier(name: str) -> bool:
    """Whether anything in a name would be masked, whoever writes there."""
    return FILL in mask_text(clean(name)[0])[0]


def _mask_about(about: Sequence[Row] | None) -> list[Row] | None:
    """What is reviewed; a practitioner loses name and id: a clinician is never a unit of comparison."""
    if not about:
        return None if about is None else []
    return [
        {**thing, "id": None, "name": FILL * len(thing["name"] or "")}
        if (thing["kind"] or "").lower() in ("practitioner", "clinician", "doctor", "staff")
        else thing
        for thing in about
    ]


def _key_of(post_id: str | None, keys: StudyKeys) -> str | None:
    return keys.post_key(post_id) if post_id else None


def _account_key(row: Row, keys: StudyKeys, settings: Settings) -> str | None:
    if row["author_id"]:
        return keys.account_key(row["platform"], row["author_id"])
    if row["source"] in settings.one_post_one_person:
        return keys.account_key(row["platform"], f"respondent:{row['post_id']}")
    return None


def _relations(row: Row, keys: StudyKeys) -> list[Row] | None:
    if row["relations"] is None:
        return None
    return [
        {
            "rel": relation["rel"],
            "target_key": _key_of(relation["target_id"], keys),
            "target_account": keys.account_key(row["platform"], relation["target_author"])
            if relation["target_author"]
            else None,
            "evidence": relation["evidence"],
        }
        for relation in row["relations"]
    ]


def _add_sketches(made: list[Row]) -> None:
    """Bands and sketch of every text that is long enough, all in one go."""
    long = [row for row in made if len(row["words"]) >= LEAST_WORDS]
    bands, sketches = sketch_texts([row["words"] for row in long])
    for row in made:
        row["bands"] = row["sketch"] = []
    for row, band, sketch in zip(long, bands.tolist(), sketches.tolist(), strict=True):
        row["bands"], row["sketch"] = band, sketch
