"""Options and outcomes: what people who tried a treatment say of it, side by side and never ranked (F66, R54)."""

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_rows
from bedside.measure.making import make_share
from bedside.measure.told import asserted
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["FEWEST", "MOST_OPTIONS", "measure_options"]

FEWEST = 8  # accounts that tell of an option; fewer could not be shown
MOST_OPTIONS = 24  # the options that most accounts tell of
OUTCOMES = ("helped", "no_help", "harmed", "mixed")
STATUSES = ("tried", "on", "stopped", "switched", "refused", "wanted")

_OPTION = f"""
SELECT m.post_key, m.account_key, m."group" AS grouped, LOWER(m.concept) AS opt
FROM corpus_marks m
WHERE m.layer = 'treatment' AND m.slot = 'option' AND m.concept IS NOT NULL AND {asserted("m")}"""  # noqa: S608
_TOLD = f"""
SELECT o.post_key, o.account_key, o.opt, m.slot AS what, m.code
FROM ({_OPTION}) o
JOIN corpus_marks m ON m.post_key = o.post_key AND m."group" = o.grouped
WHERE m.layer = 'treatment' AND m.slot IN ('status', 'outcome', 'reason', 'barrier') AND m.code IS NOT NULL
  AND {asserted("m")}"""  # noqa: S608
_SWITCH = f"""
SELECT a.post_key, a.account_key, a.opt AS opt, b.opt AS other
FROM ({_TOLD}) a JOIN ({_TOLD}) b ON b.post_key = a.post_key AND b.opt <> a.opt
WHERE a.what = 'status' AND a.code = 'switched' AND b.what = 'status' AND b.code IN ('on', 'tried')"""  # noqa: S608


def measure_options(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What is told of each option: `care.options`, keys {"option", "what", "code"}; `care.switches`, keys {"from", "to"}.

    what: status, outcome, reason or barrier. Accounts that tell it of the option, of accounts that tell of the option
    at all; outcomes of each are there also where nobody tells them, the others where 8 accounts do. A switch is from an
    option that a post says it switched from to another that it says it is on or tried; of accounts that tell of the
    first. People who write of a treatment are not all who took it, and chose it for reasons: no figure here compares
    treatments.
    """
    rows, of_rows = Rows(sql=_TOLD, keys=("opt", "what", "code")), Rows(sql=_OPTION, keys=("opt",))
    counts, of = count_rows(ask, rows, "options told"), count_rows(ask, of_rows, "options")
    most = sorted(of, key=lambda key: (-of[key].accounts, key))[:MOST_OPTIONS]
    kept = sorted(key[0] for key in most if of[key].accounts >= FEWEST)
    cells = [(option, what, code) for option in kept for what, code in _cells(option, counts)]
    return [
        make_share(
            context,
            "care.options",
            {"option": option, "what": what, "code": code},
            hits=counts.get((option, what, code), Count()),
            of=of[option,],
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"opt": option, "what": what, "code": code},
            what="accounts that say so of the option, of accounts in these sources that tell of it",
        )
        for option, what, code in cells
    ] + _switches(ask, context, of_rows, of, kept)


def _cells(option: str, counts: dict[tuple[str, ...], Count]) -> list[tuple[str, str]]:
    """What is a figure of one option: every outcome, and what at least 8 accounts tell."""
    told = [
        (what, code)
        for (name, what, code), count in counts.items()
        if name == option and count.accounts >= FEWEST
    ]
    return list(dict.fromkeys([*(("outcome", code) for code in OUTCOMES), *told]))


def _switches(
    ask: Ask,
    context: MeasureContext,
    of_rows: Rows,
    of: dict[tuple[str, ...], Count],
    kept: list[str],
) -> list[Figure]:
    """Switches told by at least 8 accounts."""
    rows = Rows(sql=_SWITCH, keys=("opt", "other"))
    counts = count_rows(ask, rows, "switches")
    return [
        make_share(
            context,
            "care.switches",
            {"from": option, "to": other},
            hits=count,
            of=of[option,],
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"opt": option, "other": other},
            what="accounts that say they switched from the one to the other, of accounts that tell of the first",
        )
        for (option, other), count in counts.items()
        if option in kept and count.accounts >= FEWEST
    ]
