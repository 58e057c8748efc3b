"""The command line: one verb per room. Nothing heavy is imported before a verb needs it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bedside.cli.actions import actions
from bedside.cli.answers import read_answers
from bedside.cli.cases import cases
from bedside.cli.codebook import codebook
from bedside.cli.digest import digest
from bedside.cli.disproportionality import disproportionality
from bedside.cli.exchange import exchange
from bedside.cli.export import export
from bedside.cli.interventions import interventions
from bedside.cli.judge import judging
from bedside.cli.learn import learning
from bedside.cli.live_commands import collect, recheck
from bedside.cli.llm import asking
from bedside.cli.network_verbs import networks
from bedside.cli.notice import crisis, phrases
from bedside.cli.paraphrase import paraphrase
from bedside.cli.person_commands import access, masks, register
from bedside.cli.plan import plan
from bedside.cli.relevance import relevance
from bedside.cli.sample import sample
from bedside.cli.saying import AsJson, StudyFolder
from bedside.cli.saying import now as _now
from bedside.cli.saying import say as _say
from bedside.cli.saying import there as _there
from bedside.cli.team import team
from bedside.cli.theming_verbs import themes
from bedside.cli.vocabulary import vocabulary

__all__ = ["app"]

app = typer.Typer(
    name="bedside",
    help="Listen to what patients say online, and show the posts behind every number.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(actions, name="actions")
app.add_typer(interventions, name="interventions")
app.add_typer(sample, name="sample")
app.add_typer(vocabulary, name="vocabulary")
app.add_typer(codebook, name="codebook")
app.add_typer(judging)
app.add_typer(asking)
app.add_typer(exchange, name="exchange")
app.add_typer(plan, name="plan")
app.add_typer(team, name="team")
app.add_typer(learning)
app.add_typer(themes)
app.add_typer(networks)


@app.command()
def new(
    study: StudyFolder,
    title: Annotated[str, typer.Option(help="What the report will be called.")] = "",
    question: Annotated[str, typer.Option(help="What the study asks, in a sentence.")] = "",
    condition: Annotated[
        list[str] | None, typer.Option(help="A condition; may be given again.")
    ] = None,
    product: Annotated[
        list[str] | None, typer.Option(help="A product; may be given again.")
    ] = None,
    query: Annotated[str, typer.Option(help="Boolean query that says what is relevant.")] = "",
    place: Annotated[str, typer.Option(help="Only posts from this country (such as GB).")] = "",
    language: Annotated[
        list[str] | None, typer.Option(help="A language to read; may be given again.")
    ] = None,
) -> None:
    """Make a study."""
    from bedside.cli.making import make

    typer.echo(
        make(
            study,
            title=title or study.name,
            question=question,
            conditions=condition or [],
            products=product or [],
            query=query,
            place=place,
            languages=language or ["en"],
        )
    )


@app.command()
def add(
    study: StudyFolder,
    paths: Annotated[
        list[Path], typer.Argument(help="Files or folders to take in.", show_default=False)
    ],
    source: Annotated[str, typer.Option(help="Name of the source in the register.")] = "",
    preset: Annotated[str | None, typer.Option(help="Answers ready made: simulated.")] = None,
    answers: Annotated[
        list[str] | None, typer.Option("--set", help="An answer: KEY=VALUE; may be given again.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--format", help="Format, where the guess is wrong.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="Column mapping (TOML) for a table.")] = None,
    as_json: AsJson = False,
) -> None:
    """Register a source and take its files in."""
    _there(study)
    from bedside.cli.making import add_files
    from bedside.cli.telling import Teller

    with Teller(quiet=as_json) as tell:
        value, text = add_files(
            study,
            paths,
            source=source,
            preset=preset,
            answers=read_answers(answers or []),
            format_name=kind,
            mapping=mapping,
            now=_now(),
            ask=_ask_person if sys.stdin.isatty() and not as_json else None,
            progress=tell,
        )
    _say(value, text, as_json=as_json)


def _ask_person(question: str, default: str) -> str:
    return str(typer.prompt(question, default=default))


@app.command()
def run(
    study: StudyFolder,
    workers: Annotated[
        int | None, typer.Option(help="Processes; as many as cores if not given.")
    ] = None,
    engine: Annotated[
        str, typer.Option(help="embedded or spark; as study.toml says if not given.")
    ] = "",
    master: Annotated[str, typer.Option(help="Spark's master, such as spark://host:7077.")] = "",
    as_json: AsJson = False,
) -> None:
    """Derive what changed and write the report."""
    _there(study)
    from bedside.cli.reporting import run_to_report
    from bedside.cli.telling import Teller

    with Teller(quiet=as_json) as tell:
        value, text = run_to_report(
            study, now=_now(), workers=workers, progress=tell, engine=engine, master=master
        )
    _say(value, text, as_json=as_json)


@app.command()
def report(
    study: StudyFolder,
    planned: Annotated[
        bool, typer.Option("--plan", help="As planned, into documents/ (see `bedside plan`).")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the report of the latest snapshot again."""
    _there(study)
    from bedside.cli.exporting import export_text
    from bedside.cli.reporting import report_again

    value, text = (
        export_text(study, ["report"], now=_now()) if planned else report_again(study, now=_now())
    )
    _say(value, text, as_json=as_json)


@app.command(name="open")
def open_(
    study: StudyFolder,
    what: Annotated[
        str,
        typer.Argument(
            help="Evidence id of a figure, or key or id of a post; nothing opens the explorer."
        ),
    ] = "",
    limit: Annotated[int, typer.Option(help="At most so many posts.", min=0)] = 20,
    who: Annotated[str, typer.Option("--as", help="Who you are; stands with decisions.")] = "",
    raw: Annotated[
        bool, typer.Option("--raw", help="Raw text on request; looks are logged.")
    ] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address.")] = False,
    port: Annotated[int, typer.Option(help="0: any that is free.", min=0, max=65535)] = 0,
    team_of: Annotated[bool, typer.Option("--team", help="For a team that logs in.")] = False,
    listen: Annotated[str, typer.Option(help="Of a team: HOST:PORT.")] = "",
    cert: Annotated[Path | None, typer.Option(help="Of a team: TLS certificate (PEM).")] = None,
    key: Annotated[Path | None, typer.Option(help="Of a team: its key (PEM).")] = None,
    host: Annotated[
        list[str] | None, typer.Option(help="Of a team: a name this server may be called by.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Open the explorer in the browser, the posts behind a figure, or one post with its marks."""
    _there(study)
    if team_of or listen:
        from bedside.cli.teaming import open_team

        return open_team(study, team=team_of, listen=listen, cert=cert, key=key, hosts=host or [])
    if not (what or as_json):
        from bedside.cli.exploring import explore

        return explore(study, who=who, raw=raw, browser=not no_browser, port=port)
    from bedside.cli.opening import open_any

    value, text = open_any(study, what, limit=limit)
    return _say(value, text, as_json=as_json)


@app.command()
def stories(
    study: StudyFolder,
    most: Annotated[int, typer.Option(help="At most so many posts.", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """List the posts worth reading whole, ranked by how much of a journey they tell."""
    _there(study)
    from bedside.cli.stories import stories_text

    value, text = stories_text(study, most=most)
    _say(value, text, as_json=as_json)


@app.command()
def timeline(
    study: StudyFolder,
    account: Annotated[str, typer.Argument(help="Key of the account.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Show one account's posts in order, and why each follows the last."""
    _there(study)
    from bedside.cli.stories import timeline_text

    value, text = timeline_text(study, account)
    _say(value, text, as_json=as_json)


@app.command()
def leaflet(
    study: StudyFolder,
    file: Annotated[Path, typer.Argument(help="Text, HTML, PDF or DOCX.", show_default=False)],
    to: Annotated[
        Path | None, typer.Option(help="Write it as a page with its words marked.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a leaflet against how the patients of the study speak."""
    _there(study)
    from bedside.cli.leaflets import leaflet_text

    value, text = leaflet_text(study, file, to=to)
    _say(value, text, as_json=as_json)


@app.command()
def check(
    study: StudyFolder,
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Documents; those in documents/ of the study if none is given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Walk the report, and documents that were carried away, back to their posts."""
    _there(study)
    from bedside.cli.checking import check_report

    value, text, holds = check_report(study, files or [])
    _say(value, text, as_json=as_json)
    if not holds:
        raise typer.Exit(6)


@app.command()
def erase(
    study: StudyFolder,
    post: Annotated[str, typer.Option(help="Post id, key or address.")] = "",
    account: Annotated[str, typer.Option(help="Author id, handle or key.")] = "",
    source: Annotated[str, typer.Option(help="Name of a source.")] = "",
    receipt: Annotated[
        Path | None, typer.Option(help="Write a paper for the person that says what was erased.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Erase a post, an account or a source from every file of the study."""
    _there(study)
    from bedside.cli.erasing import erase_from

    value, text = erase_from(
        study, post=post, account=account, source=source, now=_now(), receipt=receipt
    )
    _say(value, text, as_json=as_json)


@app.command()
def simulate(
    out: Annotated[Path, typer.Argument(help="Folder to write to.", show_default=False)],
    posts: Annotated[int, typer.Option(help="Number of posts.", min=1)] = 20_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    condition: Annotated[
        list[str] | None, typer.Option(help="A condition; may be given again.")
    ] = None,
    harms: Annotated[
        float, typer.Option(help="Raise the natural rate of harms by this factor.", min=0)
    ] = 1.0,
    as_json: AsJson = False,
) -> None:
    """Write a corpus of invented posts with planted truth."""
    from bedside.cli.simulating import simulate_to
    from bedside.cli.telling import Teller

    with Teller(quiet=as_json) as tell:
        value, text = simulate_to(
            out, posts=posts, seed=seed, conditions=condition, harms=harms, progress=tell
        )
    _say(value, text, as_json=as_json)


@app.command()
def evaluate(
    what: Annotated[
        str,
        typer.Argument(
            help="A labelled set (such as judged), a cross-validation (nhs, emotions, stories), "
            "a folder of labelled sets, or a study's folder."
        ),
    ] = "judged",
    data: Annotated[
        Path | None, typer.Option(envvar="BEDSIDE_DATA", help="Folder of labelled data.")
    ] = None,
    truth: Annotated[Path | None, typer.Option(help="TRUTH file of a simulated study.")] = None,
    half: Annotated[str | None, typer.Option(help="odd or even lines of the judged posts.")] = None,
    least: Annotated[
        int | None,
        typer.Option(help="Score codes on at least so many posts (6; 20 for a folder)."),
    ] = None,
    kept: Annotated[
        Path | None, typer.Option(help="Folder of texts kept back: train on --data, test on these.")
    ] = None,
    characters: Annotated[
        bool | None,
        typer.Option("--characters/--words", help="Cross-validate with character n-grams, or not."),
    ] = None,
    write: Annotated[
        Path | None, typer.Option(help="Write the machine's codes here, as JSON lines.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score the makers against labels, or a simulated study against its truth."""
    from bedside.cli.evaluating import evaluate_text

    value, text = evaluate_text(
        what,
        data=data,
        truth=truth,
        half=half,
        least=least,
        kept=kept,
        characters=characters,
        write=write,
    )
    _say(value, text, as_json=as_json)


@app.command()
def demo(
    study: Annotated[Path, typer.Argument(help="Folder for the demo study.")] = Path("demo"),
    posts: Annotated[int, typer.Option(help="Number of simulated posts.", min=100)] = 20_000,
    seed: Annotated[int, typer.Option(help="Seed of the simulated posts.")] = 7,
) -> None:
    """Run the main job on a simulated study and say which page to open."""
    from bedside.cli.demo import run_demo
    from bedside.cli.telling import Teller

    with Teller() as tell:
        typer.echo(
            run_demo(study, posts=posts, seed=seed, now=_now(), say=typer.echo, progress=tell)
        )


app.command()(disproportionality)
app.add_typer(cases, name="cases")
app.add_typer(paraphrase, name="paraphrase")
app.add_typer(relevance, name="relevance")
app.command()(access)
app.command()(collect)
app.command()(crisis)
app.command()(digest)
app.command()(export)
app.command()(masks)
app.command()(phrases)
app.command()(recheck)
app.command()(register)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(version("bedside"))
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Listen to what patients say online, and show the posts behind every number."""
