"""`digest` in words."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bedside.report.delivering import deliver, send
from bedside.report.digest import digest_rows, digest_text
from bedside.store.study import open_study

__all__ = ["digest_told"]


def digest_told(
    folder: Path,
    *,
    since: str,
    out: Path | None,
    to: Sequence[str],
    sender: str,
    webhook: str,
    now: datetime,
) -> tuple[dict[str, Any], str]:
    """Write the digest, and send it where an address is given."""
    study = open_study(folder)
    with study.locked():
        done = deliver(study, since=since, out=out, to=to, sender=sender, now=now)
    paths = [str(path) for path in done.paths]
    lines = [digest_text(done.made).rstrip(), "", *(f"  {path}" for path in paths)]
    told: dict[str, Any] = dict(digest_rows(done.made)) | {"documents": paths}
    if webhook:
        told["webhook"] = send(done.made, webhook)
        lines.append(f"  sent to the webhook, which answered {told['webhook']}")
    return told, "\n".join(lines)
