"""`bedside themes`: list, merge, split, rename, forget, count."""

from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, say, there

__all__ = ["themes"]

themes = typer.Typer(add_completion=False, rich_markup_mode=None)


@themes.command("themes")
def themes_(
    study: StudyFolder,
    merge: Annotated[
        tuple[str, str] | None,
        typer.Option(help="THEME TAKER: the second takes the first's posts."),
    ] = None,
    split: Annotated[
        tuple[str, int] | None, typer.Option(help="THEME PARTS: part a theme in 2 to 9.")
    ] = None,
    rename: Annotated[tuple[str, str] | None, typer.Option(help="THEME NAME.")] = None,
    forget: Annotated[
        str | None, typer.Option(help="Forget what was decided about a theme.")
    ] = None,
    count: Annotated[int | None, typer.Option(help="Themes to look for, 2 to 200.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the themes found in a study, or decide about one."""
    there(study)
    from bedside.cli.theming import change_themes, list_themes

    if merge or split or rename or forget or count is not None:
        told = change_themes(
            study, merge=merge, split=split, rename=rename, undo=forget, count=count
        )
        say({"kept": True}, told, as_json=as_json)
        return
    value, text = list_themes(study)
    say(value, text, as_json=as_json)
