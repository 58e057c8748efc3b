"""The dictionary of a corpus: the words that patients and professionals use for one concept, counted in accounts (F76)."""

from math import sqrt

from scipy.stats import t as student

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_rows, evidence_id, evidence_of
from bedside.measure.language.readability import school_grade
from bedside.measure.making import NOT_CHECKED, make_count, make_share
from bedside.measure.roles import roles_of
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["FEWEST", "SIDES", "measure_language", "said_rows"]

FEWEST = 8  # accounts that use the words; fewer would be a search key for one of them
MOST_CONCEPTS = 120  # those that most accounts mention
MOST_READ = 2000  # texts of each side that are graded, drawn by key
SIDES = ("patients", "professionals")
_SIDE = "CASE WHEN r.role IN ('patient', 'family_or_carer') THEN 'patients' WHEN r.role IN ('clinician', 'organisation') THEN 'professionals' END"


def _sided() -> str:
    """Accounts of either side. Columns account_key, side."""
    return f"""
SELECT account_key, side FROM (SELECT r.account_key, {_SIDE} AS side FROM ({roles_of("account_key")}) r) s
WHERE side IS NOT NULL"""  # noqa: S608


def said_rows() -> str:
    """Mentions with the words that stand in the text. Columns post_key, account_key, side, concept, words."""
    return f"""
SELECT c.post_key, c.account_key, s.side, LOWER(m.concept) AS concept,
  LOWER(SUBSTRING(CASE m.part WHEN 'title' THEN p.title ELSE p.body END, m.first + 1, m.past - m.first)) AS words
FROM mention_words m
JOIN corpus c ON c.post_key = m.post_key
JOIN posts p ON p.record_no = c.record_no AND p.text_key = m.text_key
JOIN ({_sided()}) s ON s.account_key = c.account_key
WHERE m.part IN ('title', 'body') AND m.concept IS NOT NULL"""  # noqa: S608


def _phrases(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Words for concepts, of each side."""
    said = said_rows()
    rows = Rows(sql=said, keys=("concept", "side", "words"))
    of_rows = Rows(sql=said, keys=("concept", "side"))
    counts, of = count_rows(ask, rows, "words"), count_rows(ask, of_rows, "concepts")
    most: dict[str, int] = {}
    for (concept, _), n in of.items():
        most[concept] = most.get(concept, 0) + n.accounts
    kept = set(sorted(most, key=lambda c: (-most[c], c))[:MOST_CONCEPTS])
    return [
        make_share(
            context,
            "language.phrases",
            {"concept": concept, "side": side, "words": words},
            hits=n,
            of=of[concept, side],
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"concept": concept, "side": side, "words": words},
            what="accounts that use the words, of accounts of the side that mention the concept in any words",
        )
        for (concept, side, words), n in counts.items()
        if concept in kept and n.accounts >= FEWEST
    ]


def _new(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Patients' words in posts that joined since the last snapshot, in no post of it."""
    said = f"SELECT * FROM ({said_rows()}) w WHERE side = 'patients'"  # noqa: S608
    rows = Rows(
        keys=("concept", "words"),
        sql=f"""
SELECT n.* FROM ({said}) n
LEFT JOIN (SELECT DISTINCT o.concept, o.words FROM ({said}) o JOIN earlier e ON e.post_key = o.post_key) known
  ON known.concept = n.concept AND known.words = n.words
WHERE known.words IS NULL AND EXISTS (SELECT 1 FROM earlier)""",  # noqa: S608
    )
    counts = count_rows(ask, rows, "new words")
    return [
        make_count(
            context,
            "language.new",
            {"concept": concept, "words": words},
            n,
            rows,
            row_keys={"concept": concept, "words": words},
            unit="accounts",
            method="counted; in no post of the last snapshot",
        )
        for (concept, words), n in counts.items()
        if n.accounts >= FEWEST
    ]


def _texts(side: str) -> str:
    return f"""
SELECT c.post_key, c.account_key, p.body FROM corpus c JOIN posts p ON p.record_no = c.record_no
JOIN ({_sided()}) s ON s.account_key = c.account_key
WHERE s.side = '{side}' AND LENGTH(p.body) >= 150 ORDER BY c.post_key LIMIT {MOST_READ}"""  # noqa: S608


def _grades(ask: Ask, context: MeasureContext) -> list[Figure]:
    """School grade of what either side writes."""
    figures = []
    for side in SIDES:
        rows = Rows(sql=_texts(side))
        table = ask(Aggregate(name=f"texts of {side}", sql=rows.sql, needs=rows.needs), {})
        by_account: dict[str, list[float]] = {}
        columns = (table["account_key"].to_pylist(), table["body"].to_pylist())
        for account, body in zip(*columns, strict=True):
            if (grade := school_grade(body)) is not None:
                by_account.setdefault(account, []).append(grade)
        means = [sum(grades) / len(grades) for grades in by_account.values()]
        figures.append(_grade(context, side, means, rows, count_rows(ask, rows, side)[()]))
    return figures


def _grade(
    context: MeasureContext, side: str, means: list[float], rows: Rows, read: Count
) -> Figure:
    """Mean grade over accounts with its t interval; refused under 8."""
    keys, n = {"side": side}, len(means)
    evidence = evidence_of(context, rows, keys={})
    mean = wide = None
    if n >= FEWEST:
        mean = sum(means) / n
        spread = sum((x - mean) ** 2 for x in means) / (n - 1)
        wide = float(student.ppf(0.975, n - 1)) * sqrt(spread / n)
    return Figure(
        id=evidence_id("language.grade", keys, evidence),
        measure="language.grade",
        keys=keys,
        unit="accounts",
        estimate=mean,
        low=None if mean is None or wide is None else mean - wide,
        high=None if mean is None or wide is None else mean + wide,
        hits_accounts=read.accounts,
        hits_posts=read.posts,
        no_author=read.no_author,
        refused="" if n >= FEWEST else f"{FEWEST} accounts with a text of 30 words are needed",
        method=f"mean over accounts of the Flesch-Kincaid grade of up to {MOST_READ} texts; t 95 % interval, {NOT_CHECKED}",
        evidence=evidence,
    )


def measure_language(ask: Ask, context: MeasureContext) -> list[Figure]:
    """How it is said: `language.phrases`, keys {"concept", "side", "words"}; `language.grade`, keys {"side"}.

    `language.new`, keys {"concept", "words"}: what patients write since the last snapshot and nobody wrote in it. Sides: patients (and families), professionals (clinicians and organisations), by the role of the account. Words are
    those that the reading knows for a concept: what patients say in words that no list holds is not found.
    """
    return [*_phrases(ask, context), *_new(ask, context), *_grades(ask, context)]
