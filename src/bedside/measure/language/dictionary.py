"""The dictionary of a corpus: the words that patients and professionals use for one concept, counted in accounts (F76)."""

from math import sqrt

from scipy.stats import t as student

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_rows, evidence_id, evidence_of
from bedside.measure.language.readability import school_grade
from bedside.measure.making import NOT_CHECKED, make_count, make_share
from bedside.measure.roles import roles_of
from bedside.measure.told import listed
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask, sharing

__all__ = ["FEWEST", "LAY", "SIDES", "TOPICS", "measure_language", "said_rows"]

FEWEST = 8  # accounts that use the words; fewer would be a search key for one of them
MOST_CONCEPTS = 120  # those that most accounts mention
MOST_READ = 2000  # texts of each side that are graded, drawn by key
SIDES = ("patients", "families", "professionals")
LAY = SIDES[:2]
TOPICS = ("symptom", "condition", "drug", "procedure")
ALL = "all"
_SIDE = "CASE r.role WHEN 'patient' THEN 'patients' WHEN 'family_or_carer' THEN 'families' ELSE CASE WHEN r.role IN ('clinician', 'organisation') THEN 'professionals' END END"


def _sided() -> str:
    """Accounts of either side. Columns account_key, side."""
    return f"""
SELECT account_key, side FROM (SELECT r.account_key, {_SIDE} AS side FROM ({roles_of("account_key")}) r) s
WHERE side IS NOT NULL"""  # noqa: S608


def said_rows() -> str:
    """Mentions with the words that stand in the text. Columns post_key, account_key, side, kind, concept, words."""
    return f"""
SELECT c.post_key, c.account_key, s.side, m.kind, LOWER(m.concept) AS concept,
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
    said = f"SELECT * FROM ({said_rows()}) w WHERE side IN {listed(LAY)}"  # noqa: S608
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


def _official(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Who writes a thing's name as the lists do, of whom writes of such things at all."""
    said = said_rows()
    rows = Rows(sql=f"SELECT * FROM ({said}) w WHERE words = concept", keys=("kind", "side"))  # noqa: S608
    of_rows = Rows(sql=said, keys=("kind", "side"))
    counts, of = count_rows(ask, rows, "medical names"), count_rows(ask, of_rows, "topics")
    return [
        make_share(
            context,
            "language.medical",
            {"topic": topic, "side": side},
            hits=counts.get((topic, side), Count()),
            of=of.get((topic, side), Count()),
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"kind": topic, "side": side},
            what="accounts that write the medical name of such a thing, of accounts of the side that write of such things",
        )
        for topic in TOPICS
        for side in SIDES
        if of.get((topic, side), Count()).accounts
    ]


def _texts(side: str) -> str:
    """Texts of a side that are graded. Columns post_key, account_key, body."""
    return f"""
SELECT c.post_key, c.account_key, p.body FROM corpus c JOIN posts p ON p.record_no = c.record_no
JOIN ({_sided()}) s ON s.account_key = c.account_key
WHERE s.side = '{side}' AND LENGTH(p.body) >= 150 ORDER BY c.post_key LIMIT {MOST_READ}"""  # noqa: S608


def _on_topic(side: str, topic: str) -> str:
    """Of the texts that are graded those that mention things of a kind."""
    return f"SELECT t.post_key, t.account_key FROM ({_texts(side)}) t WHERE t.post_key IN (SELECT post_key FROM mention_words WHERE kind = '{topic}')"  # noqa: S608


def _grades(ask: Ask, context: MeasureContext) -> list[Figure]:
    """School grade of what each side writes, in all and where it writes of things of one kind."""
    about = _posts_by_topic(ask)
    figures = []
    for side in SIDES:
        rows = Rows(sql=_texts(side))
        table = ask(Aggregate(name=f"texts of {side}", sql=rows.sql, needs=rows.needs), {})
        posts, accounts, bodies = (
            table[name].to_pylist() for name in ("post_key", "account_key", "body")
        )
        grades = [school_grade(body) for body in bodies]
        read = list(zip(posts, accounts, grades, strict=True))
        figures.append(_grade(context, side, ALL, read, rows))
        for topic in TOPICS:
            told = [row for row in read if row[0] in about[topic]]
            figures.append(_grade(context, side, topic, told, Rows(sql=_on_topic(side, topic))))
    return figures


def _posts_by_topic(ask: Ask) -> dict[str, set[str]]:
    """Posts that mention things of each kind."""
    sql = f"SELECT DISTINCT post_key, kind FROM mention_words WHERE kind IN {listed(TOPICS)} ORDER BY post_key, kind"  # noqa: S608
    table = ask(Aggregate(name="posts by topic", sql=sql, needs=("mention_words",)), {})
    about: dict[str, set[str]] = {topic: set() for topic in TOPICS}
    for post, kind in zip(table["post_key"].to_pylist(), table["kind"].to_pylist(), strict=True):
        about[kind].add(post)
    return about


def _grade(
    context: MeasureContext,
    side: str,
    topic: str,
    texts: list[tuple[str, str, float | None]],
    rows: Rows,
) -> Figure:
    """Mean grade over accounts with its t interval; refused under 8. `texts`: post, account and grade, if any."""
    read = Count(len({account for _, account, _ in texts}), len(texts))
    by_account: dict[str, list[float]] = {}
    for _, account, grade in texts:
        if grade is not None:
            by_account.setdefault(account, []).append(grade)
    means = [sum(grades) / len(grades) for grades in by_account.values()]
    keys, n = {"side": side, "topic": topic}, len(means)
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
    """How it is said: `language.phrases`, keys {"concept", "side", "words"}; `language.grade`, keys {"side", "topic"}.

    `language.medical`, keys {"topic", "side"}: accounts that write a thing's medical name. `language.new`, keys {"concept",
    "words"}: what patients and families write since the last snapshot and nobody wrote in it. Sides: patients, families,
    professionals (clinicians and organisations), by the role of the account. Topics: kinds of things; `all` for grades. Words
    are those that the reading knows for a concept: what patients say in words that no list holds is not found.
    """
    ask = sharing(ask, _sided(), said_rows(), *map(_texts, SIDES))
    return [
        *_phrases(ask, context),
        *_official(ask, context),
        *_new(ask, context),
        *_grades(ask, context),
    ]
