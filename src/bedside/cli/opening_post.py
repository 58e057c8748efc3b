"""`open STUDY POST`: one post, masked, with every mark the machine proposes and the words that say so."""

from collections.abc import Mapping
from shlex import quote
from typing import Any

from bedside.errors import NotFoundError
from bedside.measure.bound import bind_study, is_whole
from bedside.store.engine import EmbeddedEngine
from bedside.store.keys import load_keys
from bedside.store.manifest import read_manifest
from bedside.store.snapshots import latest_snapshot
from bedside.store.stages import Aggregate
from bedside.store.study import Study

__all__ = ["open_post_text"]

POST = Aggregate(
    name="open a post",
    needs=("posts", "folds"),
    sql="""
SELECT p.post_key, p.text_key, p.source, p.platform, CAST(CAST(p.published_at AS DATE) AS VARCHAR) AS day, p.lang,
  p.text_state, f.how, p.title, p.body, p.segments
FROM posts p JOIN folds f ON f.record_no = p.record_no
WHERE p.post_key = $key OR ($start <> '' AND p.post_key LIKE $start || '%')
ORDER BY f.keep DESC, p.record_no
""",
)
MARKS = Aggregate(
    name="marks of a post",
    needs=("proposals",),
    sql="""
SELECT layer, code, concept, value, unit, assertion, moment, "group", slot, spans, score, maker, maker_version
FROM proposals WHERE post_key = $key
ORDER BY layer, "group" NULLS FIRST, slot NULLS FIRST, code NULLS FIRST, maker, CAST(spans AS VARCHAR)
""",
)
LEAST = 6  # digits of a key that stand for the whole


def open_post_text(study: Study, name: str) -> tuple[dict[str, Any], str]:
    """Open one post by its key, the beginning of its key, or its id.

    Returns
    -------
    tuple of dict and str
        For programs, and for people.

    Raises
    ------
    NotFoundError
        If the study was not run since posts came or went, or has no such post, or several.
    """
    if not is_whole(study):
        raise NotFoundError(
            f"{study.folder.name} has not been run since posts came or went; give: bedside run {quote(str(study.folder))}"
        )
    key = load_keys(study.config.id).post_key(name)
    start = (
        name.lower() if len(name) >= LEAST and set(name.lower()) <= set("0123456789abcdef") else ""
    )
    with EmbeddedEngine(study) as engine:
        snapshot = latest_snapshot(study)
        if snapshot is None:
            engine.bind(read_manifest(study.folder).datasets)
        else:
            bind_study(study, engine, snapshot)
        found = engine.ask(POST, {"key": key, "start": start}).to_pylist()
        if len({row["post_key"] for row in found}) != 1:
            raise NotFoundError(
                f"{len(found) or 'no'} posts answer to that; give an evidence id (ev-...), a post key as `bedside open` "
                "shows it, or the post's id, such as platform:id"
            )
        marks = engine.ask(MARKS, {"key": found[0]["post_key"]}).to_pylist()
    told = found[0] | {"marks": [_told(mark, found[0]) for mark in marks]}
    return told, _text(told)


def _told(mark: Mapping[str, Any], post: Mapping[str, Any]) -> dict[str, Any]:
    """A mark with the words that its spans name."""
    return {**mark, "words": [_words(span, post) for span in mark["spans"] or ()]}


def _words(span: Mapping[str, Any], post: Mapping[str, Any]) -> str:
    part, _, number = span["part"].partition(":")
    text = post["segments"][int(number)]["text"] if number else post[part]
    return (text or "")[span["start"] : span["end"]]


def _text(post: Mapping[str, Any]) -> str:
    lines = [
        f"{post['post_key']} · {post['source']} ({post['platform']}) · {post['day'] or 'no date'} · "
        f"language {post['lang'] or 'unknown'} · {post['how']}",
        "Masked text, for people of this study only; nothing here may leave the house.",
        "",
    ]
    lines += [f"  {text}" for text in (post["title"], post["body"]) if text]
    lines += [f"  [{segment['origin']}] {segment['text']}" for segment in post["segments"] or ()]
    if post["text_state"] != "kept":
        lines.append(f"  no text is kept: {post['text_state']}")
    lines += ["", f"{len(post['marks'])} marks, as the machine proposes them"]
    return "\n".join([*lines, *(_line(mark) for mark in post["marks"])])


def _line(mark: Mapping[str, Any]) -> str:
    what = " ".join(
        str(part)
        for part in (
            mark["slot"] and f"{mark['slot']}:",
            mark["code"],
            mark["concept"],
            _value(mark),
        )
        if part
    )
    statement = "" if mark["group"] is None else f" #{mark['group']}"
    moment = f", {mark['moment'].rpartition(':')[2]}" if mark["moment"] else ""
    words = " … ".join(f'"{words}"' for words in mark["words"])
    return (
        f"  {mark['layer']}{statement}  {what}  ({mark['assertion']}{moment})  {words}  "
        f"[{mark['maker']} {mark['maker_version']}]"
    )


def _value(mark: Mapping[str, Any]) -> str:
    if mark["value"] is None:
        return ""
    return f"{mark['value']:g} {mark['unit'] or ''}".strip()
