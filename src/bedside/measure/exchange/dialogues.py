"""Dialogues: which posts belong to one exchange with a professional, and how it ended."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bedside.measure.exchange.speakers import LAY, PROFESSIONAL
from bedside.measure.periods import seconds, timed
from bedside.measure.told import asserted
from bedside.store.stages import Aggregate, Ask
from bedside.store.views import DIALOGUES, EXCHANGES

__all__ = ["OUTCOMES", "Dialogue", "assemble_dialogues", "find_dialogues", "outcome_of"]

OUTCOMES = ("settled", "sent", "open", "unsafe", "unanswered", "no_word")
"""How an exchange ended; each ended in one way. `no_word`: answered, and the asker says nothing of whether it helped."""

AT_ONCE = 1 << 14  # posts; a thread is never parted
_SAID = {
    "refers": "layer = 'professional_act' AND code = 'referral' AND slot IS NULL",
    "asks_back": "layer = 'professional_act' AND code = 'asks_back' AND slot IS NULL",
    "asks": "(layer = 'do' AND code = 'asked_online') OR (layer = 'think' AND code = 'question') OR layer = 'support_needed'",
    "settled": "layer = 'acknowledgement' AND code = 'settled'",
    "not_settled": "layer = 'acknowledgement' AND code = 'not_settled'",
}
_FLAGS = ", ".join(
    f"MAX(CASE WHEN {where} THEN 1 ELSE 0 END) AS {name}" for name, where in _SAID.items()
)
POSTS = Aggregate(
    name="posts of threads with a professional",
    needs=("posts", "folds", "marks", "threads", "speakers"),
    sql=f"""
SELECT t.thread_key, s.post_key, s.account_key, t.parent_key, t.depth, s.role, s.in_corpus,
  CASE WHEN {timed("p")} THEN CAST(FLOOR({seconds("p.published_at")} / 60.0) AS BIGINT) END AS minute,
  COALESCE(m.refers, 0) AS refers, COALESCE(m.asks_back, 0) AS asks_back, COALESCE(m.asks, 0) AS asks,
  COALESCE(m.settled, 0) AS settled, COALESCE(m.not_settled, 0) AS not_settled
FROM speakers s
JOIN posts p ON p.post_key = s.post_key
JOIN folds f ON f.record_no = p.record_no AND f.keep
JOIN threads t ON t.post_key = s.post_key
JOIN (SELECT DISTINCT u.thread_key FROM threads u JOIN speakers w ON w.post_key = u.post_key
      WHERE w.role = '{PROFESSIONAL}') k ON k.thread_key = t.thread_key
LEFT JOIN (SELECT post_key, {_FLAGS} FROM marks
           WHERE layer IN ('professional_act', 'do', 'think', 'support_needed', 'acknowledgement') AND {asserted("marks")}
           GROUP BY post_key) m ON m.post_key = s.post_key
ORDER BY t.thread_key, t.depth, CASE WHEN s.role = '{PROFESSIONAL}' THEN 0 ELSE 1 END, s.post_key""",  # noqa: S608
)
Row = Mapping[str, Any]


class Dialogue(msgspec.Struct):
    """A question of one account, the professionals' answers to it, and what the account says then.

    Attributes
    ----------
    question : row
    addressed : bool
        Whether it was put to a professional: it stands below a professional's post.
    answers, further : list of rows
        Posts of professionals; further posts of the asker.
    """

    question: Row
    addressed: bool
    answers: list[Row] = []
    further: list[Row] = []


class _Tree(NamedTuple):
    posts: dict[str, Row]
    dialogues: dict[str, Dialogue]  # by the key of the question
    place: dict[str, str]  # of each post: the question whose dialogue holds it


def assemble_dialogues(posts: Sequence[Row]) -> list[Dialogue]:
    """Exchanges with professionals, in the order of their questions.

    Parameters
    ----------
    posts : sequence of rows
        post_key, account_key, parent_key, depth, role, in_corpus, minute, and 1 or 0 for refers, asks_back, asks, settled,
        not_settled; in order of depth, professionals first.

    Returns
    -------
    list of Dialogue
        A dialogue begins with a post of somebody who is neither a professional nor an organisation, which a professional
        answers directly, or which asks something directly below a professional's post. To it belong the professionals'
        posts below the question that answer it or what belongs to it, and the asker's own posts that answer the question
        itself or a professional in it. What others write between is left out, and so is whatever the asker writes to them.
    """
    tree = _Tree({row["post_key"]: row for row in posts}, {}, {})
    for row in posts:
        parent = tree.posts.get(row["parent_key"])
        if parent is None:
            continue
        if row["role"] == PROFESSIONAL:
            _answer(tree, row, parent)
        elif row["role"] in LAY:
            _speak(tree, row, parent)
    return [tree.dialogues[key] for key in sorted(tree.dialogues)]


def _answer(tree: _Tree, row: Row, parent: Row) -> None:
    """A professional's post joins the dialogue of what it answers, or begins one with it."""
    question = tree.place.get(parent["post_key"])
    if question is None:
        if parent["role"] not in LAY or row["account_key"] == parent["account_key"] is not None:
            return
        question = _begin(tree, parent)
    tree.dialogues[question].answers.append(row)
    tree.place[row["post_key"]] = question


def _speak(tree: _Tree, row: Row, parent: Row) -> None:
    """The asker's post joins the dialogue; somebody else's question below a professional's post begins one."""
    question = tree.place.get(parent["post_key"])
    if question is not None and row["account_key"] is not None:
        dialogue = tree.dialogues[question]
        own = dialogue.question["account_key"] == row["account_key"]
        if own and (parent["role"] == PROFESSIONAL or parent["account_key"] == row["account_key"]):
            dialogue.further.append(row)
            tree.place[row["post_key"]] = question
            return
    if parent["role"] == PROFESSIONAL and row["asks"]:
        _begin(tree, row)


def _begin(tree: _Tree, question: Row) -> str:
    key: str = question["post_key"]
    above = tree.posts.get(question["parent_key"])
    tree.dialogues[key] = Dialogue(question, above is not None and above["role"] == PROFESSIONAL)
    tree.place[key] = key
    return key


def outcome_of(dialogue: Dialogue, unsafe: frozenset[str] = frozenset()) -> str:
    """How an exchange ended, one of `OUTCOMES`.

    Parameters
    ----------
    dialogue : Dialogue
    unsafe : frozenset of str
        Posts that a clinician judged unsafe; a program never says so.

    Notes
    -----
    In this order: an answer was judged unsafe; no professional answered; an answer says to see somebody or to have a
    test, whatever the asker says then; the asker says that it is settled, and nowhere that it is not; the last answer
    asks back and nobody answered after it; else nothing more is said.
    """
    if any(row["post_key"] in unsafe for row in dialogue.answers):
        return "unsafe"
    if not dialogue.answers:
        return "unanswered"
    if any(row["refers"] for row in dialogue.answers):
        return "sent"
    said = dialogue.further
    if any(r["settled"] for r in said) and not any(r["not_settled"] for r in said):
        return "settled"
    return "open" if _in_time(dialogue.answers)[-1]["asks_back"] else "no_word"


def _in_time(rows: Sequence[Row]) -> list[Row]:
    """Rows in order of time; those without a time in the order of the tree, after the others."""
    return sorted(rows, key=lambda row: (row["minute"] is None, row["minute"] or 0, row["depth"]))


def find_dialogues(ask: Ask, unsafe: frozenset[str] = frozenset()) -> tuple[pa.Table, pa.Table]:
    """The tables `exchanges` (one row for each whose question is in the corpus) and `dialogues` (one for each post of one).

    Parameters
    ----------
    ask : Ask
        Over posts, folds, marks, threads and speakers.
    unsafe : frozenset of str
        Keys of posts that a clinician judged unsafe.
    """
    found = [_tables(rows.to_pylist(), unsafe) for rows in _threads(ask(POSTS, {}))]
    exchanges = pa.concat_tables([EXCHANGES.empty_table(), *(part[0] for part in found)])
    dialogues = pa.concat_tables([DIALOGUES.empty_table(), *(part[1] for part in found)])
    return _ordered(exchanges, "post_key"), _ordered(dialogues, "question")


def _threads(posts: pa.Table) -> Iterator[pa.Table]:
    """Whole threads, so many that there are about `AT_ONCE` posts of them: no more are in Python's hands at a time."""
    threads = posts["thread_key"].combine_chunks()
    new = pc.not_equal(threads[1:], threads[:-1]).to_numpy(zero_copy_only=False)
    starts = [0, *(np.flatnonzero(new) + 1).tolist()] if len(threads) else []
    first = 0
    for start in starts:
        if start - first >= AT_ONCE:
            yield posts.slice(first, start - first)
            first = start
    if starts:
        yield posts.slice(first)


def _ordered(table: pa.Table, by: str) -> pa.Table:
    """By the questions; what belongs to one stays in its order."""
    return table.take(pc.sort_indices(table[by])).combine_chunks()


def _tables(posts: Sequence[Row], unsafe: frozenset[str]) -> tuple[pa.Table, pa.Table]:
    found = [d for d in assemble_dialogues(posts) if d.question["in_corpus"]]
    exchanges = [_exchange(dialogue, unsafe) for dialogue in found]
    members = [
        {"post_key": row["post_key"], "question": d.question["post_key"], "side": side}
        for d in found
        for side, rows in (("question", [d.question]), ("answer", d.answers), ("asker", d.further))
        for row in rows
    ]
    return (
        pa.Table.from_pylist(exchanges, schema=EXCHANGES),
        pa.Table.from_pylist(members, schema=DIALOGUES),
    )


def _exchange(dialogue: Dialogue, unsafe: frozenset[str]) -> dict[str, Any]:
    question, answers = dialogue.question, _in_time(dialogue.answers)
    first = answers[0] if answers else None
    waited = (
        first["minute"] - question["minute"]
        if first and None not in (first["minute"], question["minute"])
        else None
    )
    return {
        "post_key": question["post_key"],
        "account_key": question["account_key"],
        "professional": (first["account_key"] or first["post_key"]) if first else None,
        "answer_key": first["post_key"] if first else None,
        "addressed": dialogue.addressed,
        "answers": len(answers),
        "turns": _turns(dialogue),
        "minutes": None if waited is None else max(0, waited),
        "outcome": outcome_of(dialogue, unsafe),
        "said_settled": any(row["settled"] for row in dialogue.further),
    }


def _turns(dialogue: Dialogue) -> int:
    """How often the word passes from one side to the other, in order of time: an answer and no more is 1."""
    sides = [("asker", row) for row in (dialogue.question, *dialogue.further)]
    sides += [("professional", row) for row in dialogue.answers]
    order = sorted(
        sides, key=lambda s: (s[1]["depth"], s[1]["minute"] is None, s[1]["minute"] or 0)
    )
    return sum(one != other for (one, _), (other, _) in itertools.pairwise(order))
