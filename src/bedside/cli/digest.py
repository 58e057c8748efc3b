"""The verb `digest`. Nothing heavy is imported before it runs."""

from pathlib import Path
from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, now, say, there

__all__ = ["digest"]


def digest(
    study: StudyFolder,
    since: Annotated[
        str, typer.Option(help="Id of a release to compare with; the last digest's if not given.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; documents/ of the study if not given.")
    ] = None,
    mail_to: Annotated[
        list[str] | None, typer.Option(help="Address for the e-mail file; may be given again.")
    ] = None,
    mail_from: Annotated[str, typer.Option(help="Sender of the e-mail file.")] = "",
    webhook: Annotated[str, typer.Option(help="Also POST it as JSON to this address.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say what changed since last time: a page, an e-mail file, JSON, and a webhook if one is named."""
    there(study)
    from bedside.cli.digesting import digest_told

    value, text = digest_told(
        study, since=since, out=out, to=mail_to or [], sender=mail_from, webhook=webhook, now=now()
    )
    say(value, text, as_json=as_json)
