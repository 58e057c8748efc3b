"""Inclusion: what came in, what was set aside and why, and what is left to measure."""

import msgspec

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_all, count_rows
from bedside.measure.making import make_count
from bedside.measure.told import ALL_POSTS, listed
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["flow", "languages", "measure_inclusion", "parents", "places", "sources"]

READ = ("read", "rejected", "no_post", "tombstoned", "kept")
SET_ASIDE = ("same_post", "exact", "near", "repost", "withdrawn", "erased")
LEFT_OUT = ("other_language", "not_relevant", "other_place", "language_unknown", "after_snapshot")

IMPORTED = """
SELECT CAST(COALESCE(SUM("read"), 0) AS BIGINT) AS "read",
  CAST(COALESCE(SUM(rejected), 0) AS BIGINT) AS rejected,
  CAST(COALESCE(SUM(no_post), 0) AS BIGINT) AS no_post,
  CAST(COALESCE(SUM(tombstoned), 0) AS BIGINT) AS tombstoned,
  CAST(COALESCE(SUM(kept), 0) AS BIGINT) AS kept
FROM imports"""

FOLDED = """
SELECT f.record_no, p.post_key, p.account_key,
  CASE WHEN f.keep THEN 'unique'
    WHEN p.text_state = 'tombstone' THEN 'tombstoned'
    WHEN f.how = 'tombstone' THEN 'withdrawn'
    ELSE f.how END AS step
FROM posts p JOIN folds f ON p.record_no = f.record_no"""

FOLDED_RECORDS = f"SELECT step, COUNT(*) AS records FROM ({FOLDED}) r GROUP BY step ORDER BY step"  # noqa: S608
EVERY_RECORD = Rows(sql=FOLDED)
BY_STEP = Rows(sql=FOLDED, keys=("step",))
KEPT = Rows(sql=f"SELECT * FROM ({FOLDED}) k WHERE step <> 'tombstoned'")  # noqa: S608


def _left_out(context: MeasureContext) -> Rows:
    """Unique posts outside the corpus, each under the first reason that holds."""
    languages = listed(context.languages)
    return Rows(
        keys=("step",),
        params={"place": context.place},
        sql=f"""
SELECT p.post_key, p.account_key,
  CASE WHEN p.lang IS NOT NULL AND p.lang NOT IN {languages} THEN 'other_language'
    WHEN NOT COALESCE(v.relevant, FALSE) THEN 'not_relevant'
    WHEN $place <> '' AND COALESCE(p.place_country, '') <> $place THEN 'other_place'
    WHEN p.lang IS NULL THEN 'language_unknown'
    ELSE 'after_snapshot' END AS step
FROM posts p
JOIN folds f ON p.record_no = f.record_no
LEFT JOIN relevance v ON p.record_no = v.record_no
LEFT JOIN corpus c ON p.post_key = c.post_key
WHERE f.keep AND c.post_key IS NULL""",  # noqa: S608
    )


def flow(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Inclusion flow: every record that was read, and where it went.

    Returns
    -------
    list of Figure
        `inclusion.flow`, keys {"step"}. read = rejected + no_post + tombstoned + kept (records); kept =
        same_post + exact + near + repost + withdrawn + erased + unique; unique = other_language +
        not_relevant + other_place + language_unknown + after_snapshot + relevant (posts). Then no_author
        (posts of the corpus) and accounts. Steps of records have no count of accounts: one post may be
        read under two.
    """
    return [*_record_flow(ask, context), *_post_flow(ask, context)]


def _record_flow(ask: Ask, context: MeasureContext) -> list[Figure]:
    """From read to kept, as the imports counted, then what the search for duplicates set aside."""
    imported = ask(Aggregate(name="imported", sql=IMPORTED, needs=("imports",)), {}).to_pylist()[0]
    folded = ask(Aggregate(name="folded", sql=FOLDED_RECORDS, needs=("posts", "folds")), {})
    records = dict(zip(folded["step"].to_pylist(), folded["records"].to_pylist(), strict=True))
    in_study = sum(number for step, number in records.items() if step != "tombstoned")
    gone = max(0, imported["kept"] - in_study)  # kept at import, without text or missing now
    emptied = min(gone, max(0, records.get("tombstoned", 0) - imported["tombstoned"]))
    withdrawn = records.get("withdrawn", 0) + emptied
    records |= imported | {"withdrawn": withdrawn, "erased": gone - emptied}
    posts = {step: count for (step,), count in count_rows(ask, BY_STEP, "folded posts").items()}
    posts |= {"read": count_all(ask, EVERY_RECORD, "read"), "kept": count_all(ask, KEPT, "kept")}
    figures = []
    for step in (*READ, *SET_ASIDE):
        figure = make_count(
            context,
            "inclusion.flow",
            {"step": step},
            posts.get(step, Count()),
            {"read": EVERY_RECORD, "kept": KEPT}.get(step, BY_STEP),
            row_keys={"step": step},
            unit="records",
            estimate=records.get(step, 0),
            method="records, counted at import and by the search for duplicates",
        )
        figures.append(msgspec.structs.replace(figure, hits_accounts=None, no_author=0))
    unique = posts.get("unique", Count())
    return [*figures, _step(context, "unique", unique, BY_STEP)]


def _post_flow(ask: Ask, context: MeasureContext) -> list[Figure]:
    """From unique posts to the corpus."""
    left_out = _left_out(context)
    counts = count_rows(ask, left_out, "left out")
    everything = Rows(sql=ALL_POSTS)
    corpus = count_all(ask, everything, "corpus")
    nameless = Rows(sql=f"{ALL_POSTS} WHERE account_key IS NULL")
    return [
        *(_step(context, step, counts.get((step,), Count()), left_out) for step in LEFT_OUT),
        _step(context, "relevant", corpus, everything),
        _step(context, "no_author", Count(0, corpus.no_author, corpus.no_author), nameless),
        _step(context, "accounts", corpus, everything, unit="accounts"),
    ]


def _step(
    context: MeasureContext, step: str, count: Count, rows: Rows, *, unit: str = "posts"
) -> Figure:
    keys = {"step": step}
    return make_count(context, "inclusion.flow", keys, count, rows, row_keys=keys, unit=unit)


def _by(
    ask: Ask, context: MeasureContext, measure: str, rows: Rows, named: tuple[str, ...]
) -> list[Figure]:
    """One count of posts and accounts for each combination of keys in the corpus."""
    figures = []
    for values, count in count_rows(ask, rows, measure).items():
        row_keys = dict(zip(rows.keys, values, strict=True))
        keys = dict(zip(named, values, strict=True))
        figures.append(make_count(context, measure, keys, count, rows, row_keys=row_keys))
    return figures


def sources(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Posts and accounts of each source: `inclusion.sources`, keys {"source"}; posts add up to relevant."""
    rows = Rows(sql="SELECT post_key, account_key, source FROM corpus", keys=("source",))
    return _by(ask, context, "inclusion.sources", rows, ("source",))


def languages(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Languages of the unique posts: `inclusion.languages`, keys {"lang", "read"}, read = yes or no.

    `unknown` where a text is too short to tell. Posts add up to unique, the unread ones to other_language.
    """
    analysed = listed(context.languages)
    rows = Rows(
        keys=("language", "is_read"),
        sql=f"""
SELECT p.post_key, p.account_key, COALESCE(p.lang, 'unknown') AS language,
  CASE WHEN p.lang IS NULL OR p.lang IN {analysed} THEN 'yes' ELSE 'no' END AS is_read
FROM posts p JOIN folds f ON p.record_no = f.record_no WHERE f.keep""",  # noqa: S608
    )
    return _by(ask, context, "inclusion.languages", rows, ("lang", "read"))


def places(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Stated places of the corpus: `inclusion.place`, keys {"country", "basis"}.

    Country `unstated` where the post says none; never guessed. Posts add up to relevant.
    """
    rows = Rows(
        keys=("country", "basis"),
        sql="SELECT post_key, account_key, COALESCE(place_country, 'unstated') AS country, "
        "CASE WHEN place_country IS NULL THEN 'unstated' ELSE COALESCE(place_basis, 'unstated') END AS basis "
        "FROM corpus",
    )
    return _by(ask, context, "inclusion.place", rows, rows.keys)


def parents(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What the unique posts answer: `inclusion.parents`, keys {"parent"}; posts add up to unique.

    `root` answers nothing; `attached`: its parent is among the posts read; `not_collected`: it is not, so the
    thread is seen in part; `self`, `cycle`: the source names no possible parent.
    """
    rows = Rows(
        keys=("parent",),
        sql="SELECT p.post_key, p.account_key, t.parent_state AS parent FROM posts p "
        "JOIN folds f ON p.record_no = f.record_no JOIN threads t ON p.post_key = t.post_key WHERE f.keep",
    )
    return _by(ask, context, "inclusion.parents", rows, rows.keys)


def measure_inclusion(ask: Ask, context: MeasureContext) -> list[Figure]:
    """All figures of inclusion: flow, sources, languages, places, parents."""
    parts = (flow, sources, languages, places, parents)
    return [figure for part in parts for figure in part(ask, context)]
