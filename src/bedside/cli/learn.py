"""The verbs `learn` and `advise`."""

from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, now, say, there

__all__ = ["learning"]

learning = typer.Typer()
Layers = Annotated[
    list[str] | None, typer.Option("--layer", help="Layer; may be given again; else all judged.")
]


@learning.command()
def learn(study: StudyFolder, layer: Layers = None, as_json: AsJson = False) -> None:
    """Learn the study's own classifiers from what people judged, and score them on accounts not learnt from."""
    there(study)
    from bedside.cli.learning import learn_text

    value, text = learn_text(study, layers=layer or [], now=now())
    say(value, text, as_json=as_json)


@learning.command()
def advise(
    study: StudyFolder,
    layer: Layers = None,
    within: Annotated[
        float | None, typer.Option(help="Wanted: an interval of plus or minus so many points.")
    ] = None,
    curve: Annotated[
        bool, typer.Option("--curve", help="Work out the learning curve too; takes a while.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tell what more judging would buy: narrower intervals, new codes, a better classifier."""
    there(study)
    from bedside.cli.learning import advise_text

    value, text = advise_text(study, layers=layer or [], within=within, curve=curve)
    say(value, text, as_json=as_json)
