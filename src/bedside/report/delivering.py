"""Delivering the digest: a page, an e-mail file, a file for programs, and a webhook that the user names."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx
import msgspec

from bedside.errors import InputError, SourceError
from bedside.release.ledger import Ledger
from bedside.release.records import Release
from bedside.report.digest import Digest, Last, digest, digest_html, digest_rows, digest_text
from bedside.report.figures import shown
from bedside.report.leaving import DOCUMENTS, Leaving, leaving_now
from bedside.store.files import read_json, replace_file, write_json
from bedside.store.study import Study

__all__ = ["Delivered", "deliver", "digest_of", "email_bytes", "last_of", "make_digest", "send"]

_SECONDS = 20.0
_KEPT = "records/digest.json"  # which release the last digest was of


class Delivered(NamedTuple):
    """A digest and the files it was written to."""

    made: Digest
    paths: Sequence[Path]


def make_digest(study: Study, *, since: str = "", now: datetime) -> tuple[Digest, Leaving]:
    """The digest of a study that is locked: since a release, or since the last digest, or the last other snapshot.

    Raises
    ------
    NotFoundError
        If the study never released `since`.
    """
    ready = leaving_now(study, now)
    name = ready.stamp.partition("/")[0]
    earlier = _earlier(study, name, since)
    return digest(ready.material, last_of(earlier), stamp=ready.stamp), ready


def digest_of(study: Study, ready: Leaving, earlier: str) -> Digest:
    """The digest of what was kept, since a release that is named; empty: since nothing."""
    last = last_of(Ledger(study.folder).read(earlier)) if earlier else None
    return digest(ready.material, last, stamp=ready.stamp)


def _earlier(study: Study, name: str, since: str) -> Release | None:
    ledger = Ledger(study.folder)
    if since:
        return ledger.read(since)
    made = [entry.release for entry in ledger.entries()]
    now = next(r for r in made if r.id == name)
    kept = study.folder / DOCUMENTS / _KEPT
    told = read_json(kept, dict[str, str]).get("release", "") if kept.exists() else ""
    if told and told != name:
        return next((r for r in made if r.id == told), None)
    others = [r for r in made[: made.index(now)] if r.snapshot != now.snapshot]
    return others[-1] if others else None


def last_of(release: Release | None) -> Last | None:
    """A release as a digest compares with it."""
    if release is None:
        return None
    books = {f.evidence.codebook for f in release.figures if f.evidence.codebook}
    return Last(
        figures=[shown(f, small=release.small_count) for f in release.figures],
        quotes=release.quotes,
        id=release.id,
        on=f"{release.at:%Y-%m-%d}",
        small_count=release.small_count,
        codebook=min(books, default=""),
        makers=sorted({maker for f in release.figures for maker in f.evidence.makers}),
    )


def deliver(
    study: Study,
    *,
    since: str = "",
    out: Path | None = None,
    to: Sequence[str] = (),
    sender: str = "",
    now: datetime,
) -> Delivered:
    """Write the digest of a study that is locked as page, e-mail file and JSON; the next one begins where it ends."""
    made, ready = make_digest(study, since=since, now=now)
    target = out or study.folder / DOCUMENTS
    files = {
        "digest.html": digest_html(made).encode(),
        "digest.eml": email_bytes(made, to=to, sender=sender, at=now),
        "digest.json": msgspec.json.format(msgspec.json.encode(digest_rows(made)), indent=1),
    }
    for name, data in files.items():
        replace_file(target / name, lambda file, data=data: file.write(data))  # type: ignore[misc]
    write_json(study.folder / DOCUMENTS / _KEPT, {"release": ready.stamp.partition("/")[0]})
    return Delivered(made, [target / name for name in files])


def email_bytes(made: Digest, *, to: Sequence[str], sender: str, at: datetime) -> bytes:
    """The digest as an e-mail file that a mail program opens as a draft, in plain text and HTML.

    Raises
    ------
    InputError
        If an address holds a line break or no `@`.
    """
    for address in (*to, *([sender] if sender else [])):
        if "@" not in address or any(sign in address for sign in "\r\n"):
            raise InputError(
                "an address needs one @ and no line break; give it as name@example.org"
            )
    mail = EmailMessage()
    mail["Subject"] = f"What changed: {' '.join(made.title.split())}"
    if to:
        mail["To"] = ", ".join(to)
    if sender:
        mail["From"] = sender
    mail["Date"] = at
    mail["X-Unsent"] = "1"
    mail.set_content(digest_text(made))
    mail.add_alternative(digest_html(made), subtype="html")
    return mail.as_bytes()


def send(made: Digest, address: str) -> int:
    """POST the digest as JSON to an address that the user gives; gives the status of the answer.

    Raises
    ------
    InputError
        If it is no http or https address.
    SourceError
        If it cannot be reached or refuses; only its host is named.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError("--webhook needs an address that begins with http:// or https://")
    try:
        answer = httpx.post(
            address,
            json=digest_rows(made),
            timeout=_SECONDS,
            follow_redirects=False,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        raise SourceError(
            f"the webhook at {parts.hostname} could not be reached ({type(error).__name__}); the digest is written, send it again with the same command"
        ) from error
    if not answer.is_success:
        raise SourceError(
            f"the webhook at {parts.hostname} answered {answer.status_code}; the digest is written, nothing else was sent"
        )
    return answer.status_code
