"""The work of `bench.peers` as peers do it; runs in their own environment: TEXTS TARGETS OUT, all JSON.

Times are CPU seconds of the work alone: loading and adding targets is not counted, for either side.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Answer = dict[str, Any]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of a call, and what it gave."""
    began = time.process_time()
    given = work()
    return time.process_time() - began, given


def medspacy_context(texts: list[str], targets: list[str]) -> Answer:
    """Sentences (PyRuSH), targets and ConText, as medspaCy is set up by its own documentation."""
    import medspacy
    from loguru import logger
    from medspacy.ner import TargetRule

    logger.remove()
    parts = ["medspacy_pyrush", "medspacy_target_matcher", "medspacy_context"]
    nlp = medspacy.load(medspacy_enable=parts)
    rules = [TargetRule(target, "TARGET") for target in targets]
    nlp.get_pipe("medspacy_target_matcher").add(rules)

    def read(text: str) -> list[tuple[int, int, bool]]:
        doc = nlp(text)
        list(doc.sents)
        return [(e.start_char, e.end_char, bool(e._.is_negated)) for e in doc.ents]

    read(texts[0])
    seconds, found = timed(lambda: [read(text) for text in texts])
    return {"seconds": seconds, "found": found}


def phrase_matcher(texts: list[str], targets: list[str]) -> Answer:
    """SpaCy's PhraseMatcher on lower-cased tokens, the longest of overlapping matches kept."""
    import spacy
    from spacy.matcher import PhraseMatcher
    from spacy.util import filter_spans

    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("TARGET", list(nlp.tokenizer.pipe(targets)))

    def read(text: str) -> int:
        return len(filter_spans(matcher(nlp.make_doc(text), as_spans=True)))

    seconds, found = timed(lambda: sum(read(text) for text in texts))
    return {"seconds": seconds, "found": found}


def vader(texts: list[str], targets: list[str]) -> Answer:
    """VADER's compound score of each text."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    judge = SentimentIntensityAnalyzer()
    seconds, found = timed(lambda: [judge.polarity_scores(text)["compound"] for text in texts])
    return {"seconds": seconds, "found": found}


def datasketch(texts: list[str], targets: list[str]) -> Answer:
    """MinHash of 64 permutations over words in threes."""
    from datasketch import MinHash

    def sketch(text: str) -> None:
        words = text.lower().split()
        made = MinHash(num_perm=64)
        made.update_batch(
            [" ".join(gram).encode() for gram in zip(words, words[1:], words[2:], strict=False)]
        )

    seconds, _ = timed(lambda: list(map(sketch, texts)))
    return {"seconds": seconds}


def xxh3(texts: list[str], targets: list[str]) -> Answer:
    """Hash of every byte, a hundred times over: nobody reads text faster."""
    from xxhash import xxh3_64_intdigest

    data = [text.encode() for text in texts]
    seconds, _ = timed(lambda: [xxh3_64_intdigest(d) for _ in range(100) for d in data])
    return {"seconds": seconds / 100}


WORK = {work.__name__: work for work in (medspacy_context, phrase_matcher, vader, datasketch, xxh3)}


def main(texts: Path, targets: Path, out: Path) -> None:
    """Do each peer's work once."""
    given = json.loads(texts.read_text()), json.loads(targets.read_text())
    out.write_text(json.dumps({name: work(*given) for name, work in WORK.items()}))


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
