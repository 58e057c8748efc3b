"""`disproportionality`: pairs of product and event in a plain table of cases."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from bedside.errors import InputError

__all__ = ["disproportionality", "screen_files"]

WIDTH = 44  # characters of a name on the screen


def screen_files(
    paths: Sequence[Path],
    *,
    columns: Any,
    likelihood: str = "mixture",
    draws: int = 0,
    seed: int = 1,
    find: str = "",
) -> tuple[Any, tuple[str, ...]]:
    """Read tables of cases and work out every measure.

    Parameters
    ----------
    paths : sequence of Path
    columns : bedside.collect.case_tables.Columns
    likelihood : {"mixture", "components"}
        Of EBGM.
    draws, seed : int
        Monte-Carlo draws of the likelihood-ratio test; 0 leaves it out.
    find : str
        Only pairs whose product or event holds these words; the others are counted all the same.

    Returns
    -------
    Screened, tuple of str
        The pairs; what was read, in words.

    Raises
    ------
    InputError
        If an option has no meaning, or the tables name no pairs.
    """
    from bedside.collect.case_tables import read_case_tables
    from bedside.measure.disproportionality.counting import (
        Case,
        count_cases,
        count_rows,
        count_totals,
    )
    from bedside.measure.disproportionality.screening import screen_cells, screen_pairs

    if likelihood not in ("mixture", "components"):
        raise InputError(f"--likelihood is mixture or components, got '{likelihood}'")
    if draws and draws < 99:
        raise InputError(f"--draws {draws} is too few to tell 5 in 100; give at least 99, or 0")
    if any((path / "study.toml").exists() for path in paths):
        counts, notes = _of_study(paths, columns)
        found = screen_pairs(counts, likelihood=likelihood, draws=draws, seed=seed)  # type: ignore[arg-type]
        return (_only(found, find) if find else found), notes
    table = read_case_tables(paths, columns)
    if table.kind == "cells":
        names, *four = zip(*table.rows, strict=True) if table.rows else ((),) * 5
        return screen_cells([str(name) for name in names], *four), table.notes
    if table.kind == "cases":
        cases = [Case(key, *told) for key, told in table.cases.items()]
        counts = count_cases(cases)
    else:
        parts = [list(part) for part in zip(*table.rows, strict=True)] or [[], [], [], []]
        counts = count_totals(*parts[:3]) if table.kind == "counts" else count_rows(*parts)
    found = screen_pairs(counts, likelihood=likelihood, draws=draws, seed=seed)  # type: ignore[arg-type]
    return (_only(found, find) if find else found), table.notes


def _of_study(paths: Sequence[Path], columns: Any) -> tuple[Any, tuple[str, ...]]:
    """Pairs of a study's own cases: one case is one account, product and episode, copies folded."""
    from bedside.cli.casework import at_desk
    from bedside.cli.saying import now
    from bedside.measure.disproportionality.counting import Case, count_cases

    if len(paths) > 1 or any((columns.id, columns.products, columns.events, columns.count)):
        raise InputError("a study is screened alone, and its cases have no columns to name")
    if columns.stratum not in ("", "source"):
        raise InputError(
            f"cases of a study can be stratified by source, not by '{columns.stratum}'"
        )
    with at_desk(paths[0], now()) as desk:
        told = desk.reactions()
    cases = [
        Case(case_id, [product], reactions, source if columns.stratum else "")
        for case_id, product, reactions, source in told
    ]
    note = f"read {len(cases)} cases of {paths[0].name}: one account, product and episode each; rejected and duplicate ones left out"
    return count_cases(cases), (note,)


def _only(found: Any, words: str) -> Any:
    """The pairs that hold the words."""
    import pyarrow.compute as pc

    hits = pc.or_(
        *(pc.match_substring(found.pairs[c], words, ignore_case=True) for c in ("product", "event"))
    )
    return found._replace(pairs=found.pairs.filter(hits))


def _lines(found: Any, top: int) -> list[str]:
    """The first pairs, one line each."""
    if not found.pairs.num_rows:
        return ["no pair holds these words"]
    shown = found.pairs.slice(0, top).to_pylist()
    lines = [
        f"{'product':{WIDTH}} {'event':{WIDTH}} {'n':>7} {'expect.':>9} {'PRR':>8} {'IC025':>7} {'EB05':>7}"
    ]
    for row in shown:
        eb05 = f"{row['eb05']:7.2f}" if "eb05" in row else f"{'–':>7}"
        lines.append(
            f"{row['product'][:WIDTH]:{WIDTH}} {row['event'][:WIDTH]:{WIDTH}} {row['n']:7,} "
            f"{row['expected']:9.2f} {row['prr']:8.2f} {row['ic_low']:7.2f} {eb05}"
        )
    return lines


def disproportionality(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Table of cases (several files are joined by the id), or a study.",
            show_default=False,
        ),
    ],
    case_id: Annotated[str, typer.Option("--id", help="Column of the case id.")] = "",
    product: Annotated[
        list[str] | None, typer.Option(help="Column of products; may be given again.")
    ] = None,
    event: Annotated[
        list[str] | None, typer.Option(help="Column of events; may be given again.")
    ] = None,
    stratum: Annotated[str, typer.Option(help="Column to stratify expected counts by.")] = "",
    count: Annotated[str, typer.Option(help="Column of counts, in a table without ids.")] = "",
    where: Annotated[
        list[str] | None, typer.Option(help="Only rows with COLUMN=VALUE[,VALUE].")
    ] = None,
    find: Annotated[str, typer.Option(help="Show pairs whose product or event holds this.")] = "",
    likelihood: Annotated[
        str, typer.Option(help="Of EBGM: mixture, or components as the R packages.")
    ] = "mixture",
    draws: Annotated[
        int, typer.Option(help="Draws of the likelihood-ratio test; 0 leaves it out.", min=0)
    ] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 1,
    top: Annotated[int, typer.Option(help="Rows on the screen.", min=0)] = 20,
    out: Annotated[
        list[Path] | None, typer.Option(help="Write all pairs: .csv, .json or .html.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs.")] = False,
) -> None:
    """Find pairs of product and event reported together more often than apart."""
    from bedside.collect.case_tables import Columns
    from bedside.report.disproportionality import screened_values

    for path in out or []:
        if path.suffix not in (".csv", ".json", ".html"):
            raise InputError(f"{path.name}: files can be written as .csv, .json or .html")
    columns = Columns(
        id=case_id,
        products=tuple(product or ()),
        events=tuple(event or ()),
        stratum=stratum,
        count=count,
        where=dict(_condition(words) for words in where or []),
    )
    if out and any((path / "study.toml").exists() for path in files):
        raise InputError(
            "figures of a study leave it through its report only; look at them here, or with --json"
        )
    found, notes = screen_files(
        files, columns=columns, likelihood=likelihood, draws=draws, seed=seed, find=find
    )
    for path in out or []:
        _write(found, path, files[0].name)
    if as_json:
        value = screened_values(found, most=top) | {"notes": list(notes)}
        typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=1).decode())
        return
    told = [*notes, f"counted: {found.unit}", *([found.refused] if found.refused else [])]
    typer.echo("\n".join([*told, "", *_lines(found, top), "", found.caveat]))


def _condition(words: str) -> tuple[str, tuple[str, ...]]:
    column, mark, values = words.partition("=")
    if not mark:
        raise InputError(f"--where wants COLUMN=VALUE, got '{words}'")
    return column, tuple(value.strip() for value in values.split(","))


def _write(found: Any, path: Path, name: str) -> None:
    from bedside.report.disproportionality import screened_csv, screened_json, screened_page
    from bedside.report.document import sheet
    from bedside.store.files import write_text

    if path.suffix == ".csv":
        text = screened_csv(found)
    elif path.suffix == ".json":
        text = screened_json(found)
    else:
        text = screened_page(found, title=f"Reporting disproportionality in {name}", sheet=sheet())
    write_text(path, text)
