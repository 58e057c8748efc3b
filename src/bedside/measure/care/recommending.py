"""Recommendations: who asks for a doctor or a service, who recommends one, and by which criteria."""

from bedside.measure.care.themes import WORDS, load_themes, theme_rows
from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Rows
from bedside.measure.roles import roles_of
from bedside.measure.tables import make_shares
from bedside.measure.told import ALL_POSTS, asserted
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["ACTS", "recommendations"]

ACTS = ("asks", "gives")
ANY = "all"


_ACTS = f"""
WITH texts AS ({WORDS} WHERE LOWER(p.body) LIKE '%recommend%' OR LOWER(p.body) LIKE '%looking for a %')
SELECT DISTINCT post_key, account_key, 'asks' AS act FROM ({theme_rows("asks", "texts")}) a
UNION ALL
SELECT DISTINCT m.post_key, m.account_key, 'gives' AS act FROM corpus_marks m
WHERE m.layer = 'do' AND m.code = 'recommended_provider' AND {asserted("m")}"""  # noqa: S608
"""Posts that ask for a recommendation or give one. Columns post_key, account_key, act."""
_CRITERIA = f"""
WITH acts AS ({_ACTS}), named AS ({WORDS} WHERE c.post_key IN (SELECT post_key FROM acts))
SELECT a.post_key, a.account_key, a.act, k.code AS criterion
FROM acts a JOIN ({theme_rows("criterion", "named")}) k ON k.post_key = a.post_key"""  # noqa: S608


def recommendations(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Who recommends, and by what: `care.recommends`, keys {"act", "role"}; `care.criteria`, keys {"act", "criterion"}.

    The first is of all accounts of the role (`all`: of all accounts), the second of accounts that ask (give). Criteria
    are phrases in the same post (`care/themes.toml`); a post may name several.
    """
    if "recommended_provider" not in context.codes.get("do", ()):
        return []
    roles = f"SELECT c.post_key, c.account_key, r.role FROM corpus c JOIN ({roles_of('account_key')}) r ON r.account_key = c.account_key"  # noqa: S608
    by_role = (
        f"{roles} UNION ALL SELECT post_key, account_key, '{ANY}' AS role FROM ({ALL_POSTS}) c"  # noqa: S608
    )
    who = f"""
SELECT a.post_key, a.account_key, a.act, r.role FROM ({_ACTS}) a
JOIN ({by_role}) r ON r.post_key = a.post_key"""  # noqa: S608
    return [
        *make_shares(
            ask,
            context,
            "care.recommends",
            rows=Rows(sql=who, keys=("act", "role")),
            of_rows=Rows(sql=by_role, keys=("role",)),
            cells=[
                {"act": act, "role": role}
                for act in ACTS
                for role in (ANY, *context.codes.get("role", ()))
            ],
            what="accounts that ask for (give) a recommendation, of accounts of the role",
        ),
        *make_shares(
            ask,
            context,
            "care.criteria",
            rows=Rows(sql=_CRITERIA, keys=("act", "criterion")),
            of_rows=Rows(sql=_ACTS, keys=("act",)),
            cells=[
                {"act": act, "criterion": name}
                for act in ACTS
                for name in load_themes()["criterion"]
            ],
            what="accounts that name the criterion in such a post, of accounts that ask for (give) a recommendation",
        ),
    ]
