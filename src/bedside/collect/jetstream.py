"""Bluesky's streams: Jetstream (both versions) and readable dumps of the firehose; deletions are tombstones."""

from collections.abc import Iterator
from typing import Any

from bedside.collect.bluesky import POST, map_record
from bedside.collect.containers import Document
from bedside.collect.fields import tombstone
from bedside.collect.jsonfiles import Around, Piece, each, read_json
from bedside.collect.reading import NoPost, Outcome, Reading, Sample
from bedside.collect.times import from_unix, iso
from bedside.model.posts import CollectedPost

__all__ = [
    "map_commit",
    "read",
    "read_firehose",
    "recognise",
    "recognise_firehose",
    "split_firehose",
]


def recognise(sample: Sample) -> bool:
    """Events with a did and a time of the stream."""
    for value in sample.values[:5]:
        if isinstance(value, dict) and str(value.get("did", "")).startswith("did:"):
            if "time_us" in value or "jetstream" in str(value.get("$type", "")):
                return True
            if {"operation", "collection", "rkey"} <= value.keys():
                return True
    return False


def recognise_firehose(sample: Sample) -> bool:
    """Decoded events of the firehose: a type, a sequence number and, for commits, operations."""
    return any(
        isinstance(value, dict)
        and {"seq", "type", "did"} <= value.keys()
        and "subscribe" in str(value["type"]).lower()
        for value in sample.values[:5]
    )


def read(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read Jetstream lines."""
    return read_json(document, reading, each, _map)


def read_firehose(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read a firehose dump; each operation of a commit is a record."""
    return read_json(document, reading, split_firehose, _map)


def split_firehose(value: Any, around: Around) -> Iterator[Piece]:
    """Cut a commit into its operations, in Jetstream's shape."""
    ops = value.get("ops") if isinstance(value, dict) else None
    if not isinstance(ops, list) or not ops:
        yield "", value, around
        return
    for number, op in enumerate(ops):
        collection, _, key = str(op.get("path", "")).partition("/")
        event = {
            "did": value.get("did"), "time": value.get("time"), "operation": op.get("action"),
            "collection": collection, "rkey": key, "record": op.get("record"), "cid": op.get("cid"),
        }  # fmt: skip
        yield f"/ops/{number}", event, around


def _map(record: Any, around: Around) -> CollectedPost | NoPost:
    """A commit of a post, or the name of the event."""
    if not isinstance(record, dict):
        return NoPost("a value that is no event")
    commit = record.get("commit")
    if isinstance(commit, dict):
        seen = from_unix(record.get("time_us"))
        return map_commit({**commit, "did": record.get("did")}, seen)
    if "operation" in record:
        return map_commit(record, iso(record.get("time")))
    kind = str(record.get("kind") or record.get("$type") or record.get("type") or "")
    for word in ("identity", "account", "sync", "handle", "tombstone", "info"):
        if word in kind.rpartition(".")[2].rpartition("#")[2].lower():
            return NoPost(f"{word} event")
    return NoPost("event without operations")


def map_commit(event: dict[str, Any], seen: int | None) -> CollectedPost | NoPost:
    """Map one operation: create and update give posts, delete a tombstone that has neither text nor CID."""
    collection, operation = event.get("collection"), event.get("operation")
    uri = f"at://{event['did']}/{collection}/{event['rkey']}"
    if operation == "delete":
        if collection != POST:
            return NoPost("deletion of another record")
        bare: CollectedPost = {
            "post_id": f"bluesky:{uri}",
            "platform": "bluesky",
            "native_id": uri,
            "kind": "post",
            "author_id": event["did"],
            "state_observed_at": seen,
        }
        return tombstone(bare, "deleted_by_author")
    record = event.get("record")
    post = map_record(uri, record if isinstance(record, dict) else {})
    if isinstance(post, NoPost):
        return post
    if operation == "update":
        post["edited"], post["edited_at"] = True, seen
    return post
