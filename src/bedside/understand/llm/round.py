"""A round of questions: which posts may be asked about, what is known already, and what it costs."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from bedside.codebook import Codebook, Layer
from bedside.errors import InputError, PermissionRefused
from bedside.store.config import LanguageModel
from bedside.store.stages import Aggregate, Ask
from bedside.store.study import Study
from bedside.understand.doc import post_parts
from bedside.understand.llm.answer import Answer, NonsenseError, read_answer
from bedside.understand.llm.cache import Answers, Kept
from bedside.understand.llm.endpoint import Endpoint, Reply
from bedside.understand.llm.prompt import prompt_version, request_body, request_key

__all__ = ["Round", "ask_round", "layers_asked", "may_be_asked"]

TEXTS = Aggregate(
    name="llm.texts",
    needs=("corpus", "posts"),
    sql="""
SELECT p.post_key, p.text_key, p.source, p.title, p.body, p.segments
FROM posts p JOIN corpus c ON p.record_no = c.record_no
WHERE p.text_state = 'kept' ORDER BY p.record_no
""",
)
MOST_CHARACTERS = 20_000  # longer texts are left to the other makers: a model forgets the middle
LETTERS_A_TOKEN = 4  # about, of English; for the costs foretold
ANSWER_TOKENS = 60
Progress = Callable[[str, int, int], None]


class Round(msgspec.Struct, kw_only=True):
    """What a round came to.

    Attributes
    ----------
    questions : int
        Texts x layers that may be asked.
    known, asked, nonsense : int
        Answered before; asked now; of these such as gave nothing but nonsense, twice.
    unsupported : int
        Codes left out because their words are not in the post.
    forbidden : dict of str to int
        Posts of sources whose register does not permit a language model.
    too_long : int
    tokens_in, tokens_out : int
    seconds : float
    left : int
        Questions still open, because of `--limit` or a limit of costs.
    """

    questions: int = 0
    known: int = 0
    asked: int = 0
    nonsense: int = 0
    unsupported: int = 0
    forbidden: dict[str, int] = {}
    too_long: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    left: int = 0

    def costs(self, model: LanguageModel) -> float:
        """What the answers of this round cost, in the study's currency."""
        return (self.tokens_in * model.price_in + self.tokens_out * model.price_out) / 1e6


def layers_asked(study: Study, book: Codebook) -> list[Layer]:
    """Layers that the study wants to ask about.

    Raises
    ------
    InputError
        If it names none.
    NotFoundError
        If the codebook lacks one.
    """
    if not study.config.llm.layers:
        raise InputError('say in study.toml what to ask about: [llm] layers = ["feel", ...]')
    return [book.layer(name) for name in study.config.llm.layers]


def may_be_asked(study: Study, ask: Ask) -> tuple[list[dict[str, Any]], dict[str, int], int]:
    """Posts of the corpus that may be shown, those that may not by source, and how many are too long.

    Raises
    ------
    PermissionRefused
        If no source permits it.
    """
    shown: list[dict[str, Any]] = []
    forbidden: dict[str, int] = {}
    too_long = 0
    for row in ask(TEXTS, {}).to_pylist():
        if not study.source(row["source"]).llm_allowed:
            forbidden[row["source"]] = forbidden.get(row["source"], 0) + 1
            continue
        parts = [(name, text) for name, text in post_parts(row) if text]
        if sum(len(text) for _, text in parts) > MOST_CHARACTERS:
            too_long += 1
        else:
            shown.append({"post_key": row["post_key"], "text_key": row["text_key"], "parts": parts})
    if forbidden and not shown:
        raise PermissionRefused(
            f"no source permits a language model ({', '.join(sorted(forbidden))}); where its terms and its people do, say "
            "so in sources/NAME.toml: llm_allowed = true"
        )
    return shown, forbidden, too_long


class _Question(msgspec.Struct):
    post_key: str
    text_key: str
    parts: list[tuple[str, str]]
    layer: Layer
    asked: str

    def body(self, model: LanguageModel) -> dict[str, Any]:
        """What is sent; made when it is needed, since a corpus of them would fill the memory."""
        return request_body(model, self.layer, "\n\n".join(text for _, text in self.parts))


def _questions(
    model: LanguageModel, layers: Sequence[Layer], posts: Iterable[Mapping[str, Any]]
) -> Iterator[_Question]:
    for post in posts:
        for layer in layers:
            question = _Question(post["post_key"], post["text_key"], post["parts"], layer, "")
            question.asked = request_key(question.body(model))
            yield question


def ask_round(
    study: Study,
    ask: Ask,
    book: Codebook,
    *,
    limit: int | None = None,
    most_cost: float | None = None,
    again: bool = False,
    foretell: bool = False,
    progress: Progress | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Round:
    """Ask about every text and layer that has no answer yet.

    Parameters
    ----------
    study, ask, book
    limit : int, optional
        Most questions of this round.
    most_cost : float, optional
        The round ends before it costs more, in the study's currency.
    again : bool
        Also ask anew where only nonsense came before.
    foretell : bool
        Ask nothing; tell how many questions are open and about how many tokens they take.
    progress : callable, optional

    Raises
    ------
    PermissionRefused
        If no source permits it, or the server is not on this machine and the study does not permit that.
    SourceError
        If the server fails; what came is kept.
    """
    model, layers = study.config.llm, layers_asked(study, book)
    posts, forbidden, too_long = may_be_asked(study, ask)
    with Endpoint(model, sleep=sleep) as endpoint, Answers(study) as answers:
        known = {a for a, state in answers.known().items() if state == "done" or not again}
        done = Round(forbidden=forbidden, too_long=too_long)
        waiting: dict[str, _Question] = {}
        for question in _questions(model, layers, posts):
            done.questions += 1
            if question.asked in known:
                done.known += 1
            else:
                waiting.setdefault(question.asked, question)
        if foretell:
            return _foretold(model, done, waiting.values())
        versions = {layer.layer: prompt_version(model, layer) for layer in layers}
        start = clock()
        for number, question in enumerate(waiting.values()):
            if number == limit or (most_cost is not None and done.costs(model) >= most_cost):
                done.left = len(waiting) - number
                break
            if progress:
                progress("llm", number, len(waiting))
            _pace(model, number, clock() - start, sleep)
            answers.keep(_answered(endpoint, model, question, versions[question.layer.layer], done))
            done.asked += 1
        done.seconds = clock() - start
        if progress and waiting:
            progress("llm", done.asked, len(waiting))
    return done


def _foretold(model: LanguageModel, done: Round, waiting: Iterable[_Question]) -> Round:
    for question in waiting:
        done.left += 1
        letters = sum(len(message["content"]) for message in question.body(model)["messages"])
        done.tokens_in += letters // LETTERS_A_TOKEN
        done.tokens_out += ANSWER_TOKENS
    return done


def _pace(model: LanguageModel, number: int, passed: float, sleep: Callable[[float], None]) -> None:
    """Wait where the study keeps to a rate."""
    if model.most_per_minute:
        early = number * 60 / model.most_per_minute - passed
        if early > 0:
            sleep(early)


def _answered(
    endpoint: Endpoint, model: LanguageModel, question: _Question, version: str, done: Round
) -> Kept:
    """Ask, and once more where nonsense came, with a word on what was wrong."""
    first = question.body(model)
    body, spent = first, [0, 0]
    found: Answer | None = None
    for _ in range(2):
        reply: Reply = endpoint.ask(body)
        spent[0] += reply.tokens_in
        spent[1] += reply.tokens_out
        try:
            found = read_answer(reply.content, question.layer, question.parts)
            break
        except NonsenseError as error:
            told = f"Your answer cannot be used: {error}. Answer again, with JSON only."
            more = [
                {"role": "assistant", "content": reply.content},
                {"role": "user", "content": told},
            ]
            body = first | {"messages": [*first["messages"], *more]}
    done.tokens_in += spent[0]
    done.tokens_out += spent[1]
    done.nonsense += found is None
    done.unsupported += found.unsupported if found else 0
    return Kept(
        question.asked,
        question.post_key,
        question.text_key,
        question.layer.layer,
        version,
        "failed" if found is None else "done",
        found.said if found else (),
        spent[0],
        spent[1],
    )
