"""A real personal data server: what is written, edited, deleted and deactivated there is so in the study."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bedside.cli.collecting import collect, recheck
from bedside.cli.running import run
from bedside.store.study import Study
from tests.decoding import found_in
from tests.live.conftest import later, rows, standing

pytestmark = pytest.mark.e2e


class Person:
    """An account on the server."""

    def __init__(self, url: str, handle: str) -> None:
        self.url = url
        answer = self.post(
            "com.atproto.server.createAccount",
            {"handle": handle, "email": f"{handle}@example.com", "password": "pass-word-1"},
        )
        self.did, self.token = answer["did"], answer["accessJwt"]

    token = ""

    def post(self, name: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Call a procedure as this account."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = httpx.post(f"{self.url}/xrpc/{name}", json=body, headers=headers, trust_env=False)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def write(self, text: str, reply: dict[str, Any] | None = None) -> dict[str, Any]:
        """Write a post."""
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-02-01T10:00:00Z"}
        body = {"repo": self.did, "collection": "app.bsky.feed.post", "record": record}
        if reply:
            record["reply"] = {"root": reply, "parent": reply}  # type: ignore[assignment]
        made = self.post("com.atproto.repo.createRecord", body)
        return {"uri": made["uri"], "cid": made["cid"]}

    def edit(self, post: dict[str, Any], text: str) -> None:
        """Put other words in its place."""
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-02-01T10:00:00Z"}
        key = post["uri"].rsplit("/", 1)[-1]
        self.post(
            "com.atproto.repo.putRecord",
            {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": key, "record": record},
        )

    def delete(self, post: dict[str, Any]) -> None:
        """Delete a post."""
        key = post["uri"].rsplit("/", 1)[-1]
        self.post(
            "com.atproto.repo.deleteRecord",
            {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": key},
        )


def test_the_study_ends_as_the_server_is(
    loopback: None, pds_url: str, make_study: Callable[..., Study]
) -> None:
    anna, carer = Person(pds_url, "anna.test"), Person(pds_url, "carer-b.test")
    first = anna.write("Third month without sleep since the new tablets, quokka number one.")
    second = anna.write("My knees hurt in the morning, quokka number two, and I asked the nurse.")
    third = carer.write("Mum went through the same last year, quokka number three.", reply=first)
    study = make_study("bluesky_repo", url=pds_url, actors=[anna.did, "carer-b.test"])

    done = collect(study.folder, now=later(0))[0]
    assert (done.new, done.tombstoned, done.rejected) == (3, 0, 0)
    by_id = {row["post_id"]: row for row in rows(study)}
    assert by_id[f"bluesky:{third['uri']}"]["in_reply_to"] == f"bluesky:{first['uri']}"
    run(study.folder, now=later(0), workers=1)
    assert found_in(study.folder, "quokka number two")

    again = collect(study.folder, now=later(1))[0]
    assert (again.new, again.unchanged) == (0, 0), "no commit since: not even read"

    anna.edit(first, "Third month without sleep since the new tablets, wombat instead.")
    anna.delete(second)
    carer.post("com.atproto.server.deactivateAccount", {})
    followed = recheck(study.folder, now=later(2))[0]
    assert (followed.new, followed.tombstoned) == (1, 2)
    assert standing(study) == {
        f"bluesky:{first['uri']}": "Third month without sleep since the new tablets, wombat instead."
    }
    states = {row["post_id"]: row["state"] for row in rows(study)}
    assert states[f"bluesky:{second['uri']}"] == "deleted_by_author"
    assert states[f"bluesky:{third['uri']}"] == "account_gone"
    run(study.folder, now=later(2), workers=1)
    assert found_in(study.folder, "quokka") == [], "deleted, edited and deactivated text is nowhere"
    assert found_in(study.folder, "wombat")

    carer.post("com.atproto.server.activateAccount")
    back = recheck(study.folder, now=later(3))[0]
    assert back.new == 1
    assert standing(study)[f"bluesky:{third['uri']}"].endswith("quokka number three.")
    carer.post("com.atproto.identity.updateHandle", {"handle": "carer-renamed.test"})
    carer.write("Another name, the same person, quokka number four.")
    assert collect(study.folder, now=later(4))[0].new == 1
    authors = {
        row["author_id"] for row in rows(study, "author_id", "body") if "quokka" in row["body"]
    }
    assert authors == {carer.did}
    ran = run(study.folder, now=later(4), workers=1)
    assert ran.snapshot.posts == 3
