"""Verbs for people's rights: `masks`, `access`, `register`. Nothing heavy is imported before one of them runs."""

from pathlib import Path
from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, now, say, there

__all__ = ["access", "masks", "register"]

Words = Annotated[list[str] | None, typer.Option(help="A word or phrase; may be given again.")]
Who = Annotated[str, typer.Option("--as", help="Your name; looks at raw text are written down.")]


def masks(
    study: StudyFolder,
    always: Words = None,
    never: Words = None,
    forget: Words = None,
    who: Who = "",
    posts: Annotated[int, typer.Option(help="Posts to look at.", min=1)] = 2000,
    as_json: AsJson = False,
) -> None:
    """Show what masking hides and may have missed, or correct it for this study."""
    there(study)
    from bedside.cli.masking import correct, preview, preview_lines

    if always or never or forget:
        said = correct(study, always=always or [], never=never or [], forget=forget or [])
        told = {"always": len(said.always), "never": len(said.never)}
        text = f"{told['always']} always masked, {told['never']} never; mask anew with: bedside run"
        say(told, text, as_json=as_json)
        return
    shown = preview(study, who=who, now=now(), posts=posts)
    value = {"posts": shown.posts, "masked": shown.masked, "left": shown.left}
    say(value, "\n".join(preview_lines(shown)), as_json=as_json)


def access(
    study: StudyFolder,
    account: Annotated[str, typer.Option(help="Author id, handle, platform:handle or key.")],
    who: Who = "",
    out: Annotated[Path | None, typer.Option(help="Where the paper goes.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the paper for a person who asks what is held on them."""
    there(study)
    from bedside.cli.holding import access as write_paper

    held, place = write_paper(study, account, who=who, now=now(), out=out)
    told = {"posts": len(held.posts), "named_in": held.named_in, "paper": str(place)}
    text = (
        f"{len(held.posts)} posts held; the paper: {place}\n"
        "It goes to that person only: make sure who asks, send it, then delete it. To erase: bedside erase --account"
    )
    say(told, text, as_json=as_json)


def register(
    study: StudyFolder,
    out: Annotated[Path | None, typer.Option(help="Where the document goes.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the record of processing from the register and the study's own files."""
    there(study)
    from bedside.cli.holding import register_paper

    told, place = register_paper(study, now=now(), out=out)
    say(told, f"record of processing: {place}", as_json=as_json)
