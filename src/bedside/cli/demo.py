"""`demo`: the main job on a simulated study, from nothing to a report."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from shlex import quote

from bedside.cli.adding import add, make_source
from bedside.cli.reporting import run_to_report
from bedside.cli.simulating import step_progress
from bedside.simulate.corpus import simulate
from bedside.store.engine import Progress
from bedside.store.study import create_study

__all__ = ["run_demo", "simulated_sources"]

TITLE = "Living with endometriosis, PCOS and type 2 diabetes"
QUESTION = (
    "How do people come to a diagnosis, where do they look for answers, and what breaks on the way?"
)
CONDITIONS = ["endometriosis", "PCOS", "type 2 diabetes"]
SOURCES = {  # what stands in the name of a simulated file, and the source it is registered as
    "reddit": "reddit",
    "x_v2": "x",
    "youtube": "youtube",
    "tiktok": "tiktok",
    "bluesky": "bluesky",
    "mastodon": "mastodon",
    "discourse": "patient-forum",
    "reviews": "provider-reviews",
    "survey": "survey",
    "blog": "blog",
}
CRISIS = {"who": "the duty nurse (invented)", "within_hours": 4}
QUERY = (
    "endo OR endometrio* OR adenomyosis OR pcos OR polycystic OR diabet* OR t2d OR type2 OR metformin OR insulin "
    'OR hba1c OR laparoscopy OR "pelvic pain" OR "period pain" OR "blood sugar" OR "insulin resistance"'
)


def run_demo(
    folder: Path,
    *,
    posts: int,
    seed: int,
    now: datetime,
    say: Callable[[str], None],
    progress: Progress | None = None,
) -> str:
    """Make, fill and run the demo study; a second call finds it made and changes nothing.

    Returns
    -------
    str
        What to open next.
    """
    corpus = folder / "simulated-posts"
    if not (corpus / "TRUTH_SUMMARY.json").exists():
        say(f"simulating {posts:,} posts of people with endometriosis, PCOS and type 2 diabetes")
        _clear_half_made(corpus)
        simulate(corpus, posts=posts, seed=seed, progress=step_progress(progress))
    study = folder / "study"
    if not (study / "study.toml").exists():
        create_study(
            study,
            title=TITLE,
            question=QUESTION,
            conditions=CONDITIONS,
            query=QUERY,
            whole_threads=True,
            crisis=CRISIS,
        )
    say("taking the files in")
    for source, files in simulated_sources(corpus).items():
        answers = {"one_post_one_person": True} if source == "survey" else {}
        add(
            study,
            files,
            source=make_source(source, "simulated", answers),
            now=now,
            progress=progress,
        )
    say("reading, measuring, writing")
    _, text = run_to_report(study, now=now, progress=progress)
    return (
        f"{text}\n\nExplore it:  bedside open {quote(str(study))} --as YOUR-NAME\nOpen this page:  {(study / 'report.html').resolve()}\n"
        f"A figure's posts:  bedside open {quote(str(study))} EVIDENCE-ID   ·   does it still hold:  bedside check {quote(str(study))}"
    )


def simulated_sources(corpus: Path) -> dict[str, list[Path]]:
    """Files of a simulated corpus by the source they belong to, such as `reddit` or `survey`."""
    found: dict[str, list[Path]] = {}
    for path in sorted(corpus.iterdir()):
        if path.is_file() and not path.name.startswith("TRUTH"):
            name = next((source for mark, source in SOURCES.items() if mark in path.name), "other")
            found.setdefault(name, []).append(path)
    return found


def _clear_half_made(corpus: Path) -> None:
    """Remove what an interrupted simulation left."""
    for path in corpus.glob("*") if corpus.exists() else []:
        if path.is_file():
            path.unlink()
