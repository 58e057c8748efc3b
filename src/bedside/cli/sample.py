"""The verb `sample` and its actions."""

from enum import Enum
from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, now, say, there

__all__ = ["sample"]

sample = typer.Typer(
    help="Draw posts for people to judge, with known probability.", no_args_is_help=True
)
Name = Annotated[
    str, typer.Argument(help="Name of the sample, such as round-1.", show_default=False)
]
Size = Annotated[int, typer.Option(help="How many, about.", min=1)]
By = Annotated[
    list[str] | None,
    typer.Option(help="Strata: a column of posts, LAYER or LAYER/CODE; may be given again."),
]
Pilot = Annotated[str, typer.Option(help="LAYER/CODE judged before, for neyman's allocation.")]
Accounts = Annotated[bool, typer.Option("--accounts", help="Draw accounts instead of posts.")]
Query = Annotated[str, typer.Option(help="Only posts that this Boolean query finds.")]


class Allocation(str, Enum):  # noqa: UP042  typer shows the values of this kind
    """How strata share a sample."""

    proportional = "proportional"
    equal = "equal"
    neyman = "neyman"


@sample.command()
def draw(
    study: StudyFolder,
    name: Name,
    size: Size = 400,
    layer: Annotated[
        list[str] | None, typer.Option(help="Layer to judge; may be given again; else any.")
    ] = None,
    by: By = None,
    allocation: Annotated[Allocation, typer.Option(help="How strata share the sample.")] = (
        Allocation.proportional
    ),
    pilot: Pilot = "",
    accounts: Accounts = False,
    query: Query = "",
    seed: Annotated[
        str, typer.Option(help="Hexadecimal seed; made from the name if not given.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Draw a random sample; with --by a stratified one."""
    there(study)
    from bedside.cli import sampling

    value, text = sampling.draw(
        study,
        name,
        size=size,
        layers=layer or [],
        by=by or [],
        way=allocation.value,
        pilot=pilot,
        unit="accounts" if accounts else "posts",
        query=query,
        seed=seed,
        now=now(),
    )
    say(value, text, as_json=as_json)


@sample.command()
def extend(
    study: StudyFolder,
    name: Name,
    size: Annotated[int | None, typer.Option(help="A larger size; else the same rule.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw from posts that came since; those drawn before stay."""
    there(study)
    from bedside.cli import sampling

    value, text = sampling.extend(study, name, size=size)
    say(value, text, as_json=as_json)


@sample.command()
def learn(
    study: StudyFolder,
    name: Name,
    code: Annotated[str, typer.Option(help="LAYER/CODE to learn.", show_default=False)],
    size: Size = 100,
    as_json: AsJson = False,
) -> None:
    """Choose posts to learn a code from, the least certain first; never an estimate's."""
    there(study)
    from bedside.cli import sampling

    value, text = sampling.learn(study, name, code=code, size=size, now=now())
    say(value, text, as_json=as_json)


@sample.command()
def advise(
    study: StudyFolder,
    by: By = None,
    size: Size = 400,
    pilot: Pilot = "",
    accounts: Accounts = False,
    query: Query = "",
    as_json: AsJson = False,
) -> None:
    """Show how strata could share a sample."""
    there(study)
    from bedside.cli import sampling

    value, text = sampling.advise(
        study,
        size=size,
        by=by or [],
        pilot=pilot,
        unit="accounts" if accounts else "posts",
        query=query,
    )
    say(value, text, as_json=as_json)


@sample.command(name="list")
def list_(study: StudyFolder, as_json: AsJson = False) -> None:
    """List the samples, and the layers for which one no longer serves."""
    there(study)
    from bedside.cli import sampling

    value, text = sampling.list_text(study)
    say(value, text, as_json=as_json)
