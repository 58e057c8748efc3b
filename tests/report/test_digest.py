"""The digest: what changed since last time, and nothing that may not be said."""

from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, ClassVar

import msgspec
import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from bedside.errors import InputError, SourceError
from bedside.model.actions import Action, Step
from bedside.model.figures import Quote
from bedside.report.community import community_page
from bedside.report.delivering import email_bytes, send
from bedside.report.digest import Digest, Last, digest, digest_html, digest_rows, digest_text
from bedside.report.figures import Shown
from tests.report.material import all_figures, counted, figure, material, share
from tests.report.test_export import STAMP

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
KEYS = {"aspect": "waiting", "valence": "complaint"}


def _digest(now: list[Shown], before: list[Shown], **more: Any) -> Digest:
    last = Last(figures=before, id="r-9999999999", on="2026-10-01", **more)
    return digest(material(now), last, stamp=STAMP)


def _posts(number: int) -> Shown:
    return counted("inclusion.flow", {"step": "relevant"}, number, "posts", None)


def _text(made: Digest) -> str:
    return digest_text(made)


@pytest.mark.parametrize("more", range(1, 8))
def test_a_difference_of_few_is_never_printed(more: int) -> None:
    said = _text(_digest([_posts(4000 + more)], [_posts(4000)]))
    assert "up to 7 more than last time" in said
    assert said.replace("up to 7 more", "").count(" more ") == 0 and "4,000" not in said


def test_a_difference_of_many_is_printed() -> None:
    assert "130 more than last time" in _text(_digest([_posts(4130)], [_posts(4000)]))
    assert "130 fewer than last time" in _text(_digest([_posts(4000)], [_posts(4130)]))


def test_a_share_has_moved_only_where_the_two_intervals_do_not_overlap() -> None:
    old = share("care.aspects", KEYS, 90, 244)
    near, far = share("care.aspects", KEYS, 100, 260), share("care.aspects", KEYS, 200, 300)
    assert "Shares that moved" not in {head for head, _ in _digest([near], [old]).parts}
    (item,) = dict(_digest([far], [old]).parts)["Shares that moved"]
    assert "67\u202f%" in item.words and "37\u202f%" in item.words and "last time" in item.words
    assert item.now[0].id and item.before[0].id


def test_shares_are_not_compared_when_codebook_or_program_changed() -> None:
    old, far = share("care.aspects", KEYS, 90, 244), share("care.aspects", KEYS, 200, 300)
    for more in ({"codebook": "another"}, {"makers": ["another 1"]}):
        (item,) = dict(_digest([far], [old], **more).parts)["Shares that moved"]
        assert item.words.startswith("Not compared")


def test_what_posts_that_joined_tell_is_said_with_its_accounts() -> None:
    new = figure(
        "trends.new",
        {"kind": "symptom", "what": "brain_fog"},
        estimate=12.0,
        hits_accounts=12,
        basis="counted",
    )
    assert "New symptom: brain fog, told by 12 accounts." in _text(_digest([new], []))


def test_an_alarm_is_told_once() -> None:
    alarm = figure(
        "trends.alarms",
        {"week": "2026-W40", "method": "C1"},
        estimate=40.0,
        hits_accounts=40,
        basis="counted",
    )
    assert "stands out" in _text(_digest([alarm], []))
    assert "stands out" not in _text(_digest([alarm], [alarm]))


def test_suppressed_numbers_change_nothing_in_the_digest() -> None:
    hidden = [
        msgspec.structs.replace(f, suppressed=True, estimate=0.73921, hits_accounts=73921)
        for f in all_figures()
    ]
    made = _digest(hidden, all_figures())
    assert made.empty and "7392" not in digest_html(made)


def test_only_approved_words_that_are_new_stand_in_it() -> None:
    quotes = [
        Quote(kind="paraphrase", text="Nobody looked until I asked.", about="care"),
        Quote(kind="paraphrase", text="Told before.", about="care"),
        Quote(kind="verbatim", text="A sentence of one person.", about="care"),
    ]
    held = msgspec.structs.replace(material(all_figures()), quotes=quotes)
    made = digest(held, Last(figures=[], quotes=quotes[1:2], on="2026-10-01"), stamp=STAMP)
    said = digest_html(made)
    assert "Nobody looked until I asked." in said
    assert "Told before." not in said and "A sentence of one person." not in said


def test_actions_that_moved_since_are_told() -> None:
    def action(name: str, on: date) -> Action:
        return Action(id="a1", what=name, owner="clinic", steps=[Step(on=on, status="made")])

    held = msgspec.structs.replace(
        material([]),
        actions=[action("New leaflet", date(2026, 10, 5)), action("Old one", date(2026, 9, 1))],
    )
    said = _text(digest(held, Last(figures=[], on="2026-10-01"), stamp=STAMP))
    assert "New leaflet" in said and "Old one" not in said


def test_nothing_changed_is_said() -> None:
    made = _digest([], [])
    assert "Nothing has changed." in digest_html(made) and "Nothing has changed." in digest_text(
        made
    )


def test_the_email_file_is_a_draft_in_text_and_html() -> None:
    made = _digest([_posts(4130)], [_posts(4000)])
    data = email_bytes(made, to=["team@example.org"], sender="bedside@example.org", at=AT)
    mail = message_from_bytes(data, policy=policy.default)
    assert mail["To"] == "team@example.org" and mail["X-Unsent"] == "1"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    page = mail.get_body(("html",))
    assert page is not None and "130 more" in page.get_content()
    with pytest.raises(InputError, match="address"):
        email_bytes(made, to=["x@example.org\nBcc: y@example.org"], sender="", at=AT)


class _Hook(BaseHTTPRequestHandler):
    got: ClassVar[list[bytes]] = []
    status: ClassVar[int] = 200

    def do_POST(self) -> None:
        self.got.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def hook() -> Any:
    enable_socket()
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    server = HTTPServer(("127.0.0.1", 0), _Hook)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    _Hook.got.clear()
    yield f"http://127.0.0.1:{server.server_port}/in?secret=s3cret"
    server.shutdown()
    server.server_close()


def test_the_webhook_gets_the_changes_with_their_evidence(hook: str) -> None:
    made = _digest([_posts(4130)], [_posts(4000)])
    assert send(made, hook) == 200
    sent = msgspec.json.decode(_Hook.got[0])
    assert sent == msgspec.json.decode(msgspec.json.encode(digest_rows(made)))
    assert sent["changes"][0]["evidence"] and sent["release"] == STAMP


def test_a_webhook_that_refuses_is_told_without_its_secret(
    hook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Hook, "status", 500)
    with pytest.raises(SourceError, match="answered 500") as told:
        send(_digest([], []), hook)
    assert "s3cret" not in str(told.value)
    with pytest.raises(InputError, match="http"):
        send(_digest([], []), "file:///etc/passwd")


def test_the_page_to_the_community_says_you_and_counts_nobody_alone() -> None:
    quotes = [
        Quote(kind="wording", text="not in my head", about="", accounts=12),
        Quote(kind="verbatim", text="A sentence of one person.", about="care"),
        Quote(kind="wording", text="said by few", about="", accounts=3),
    ]
    held = msgspec.structs.replace(material(all_figures()), quotes=quotes)
    page = community_page(held, stamp=STAMP)
    assert "You told us" in page and "To take your posts out" in page
    assert (
        "12 of you" in page
        and "said by few" not in page
        and "A sentence of one person." not in page
    )
    assert "<script" not in page and STAMP in page
