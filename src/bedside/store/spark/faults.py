"""What Spark raises, as errors of bedside that say what to do; Spark's own words may quote a row and are not shown."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from bedside.errors import BedsideError, SourceError, StorageError

__all__ = ["spark_errors"]

_AGAIN = "give the same command again: nothing that was finished is lost"
_KNOWN: tuple[tuple[str, type[BedsideError], str], ...] = (
    (
        r"No space left on device|Disk quota exceeded|Failed to create local dir|Failed to create a temp directory",
        StorageError,
        "a disk of the cluster or of this machine is full: Spark's temporary files lie in the study's folder tmp, or "
        f"where spark.local.dir (on workers SPARK_LOCAL_DIRS) says; free some space and {_AGAIN}",
    ),
    (
        r"No module named 'bedside",
        BedsideError,
        "the workers have no bedside; install bedside[spark], the same version as here, for the Python that workers "
        'start, and name that Python: python = "/path/to/python" in [engine] of study.toml',
    ),
    (
        r"No module named '(pyarrow|pandas|numpy|pyspark)|PYTHON_VERSION_MISMATCH|Python in worker has different version",
        BedsideError,
        "the workers start another Python than this one, or one without bedside's libraries; name the right one: "
        'python = "/path/to/python" in [engine] of study.toml',
    ),
    (
        r"Cannot run program",
        BedsideError,
        "the workers cannot start Python: there is none at the path that this machine uses; name theirs: "
        'python = "/path/to/python" in [engine] of study.toml',
    ),
    (
        r"OutOfMemoryError|Java heap space|Total size of serialized results|Container killed|exit(ed)? with code 137",
        StorageError,
        'memory ran out; give Spark more: conf = ["spark.driver.memory=4g", "spark.executor.memory=4g"] in '
        f"[engine] of study.toml, then {_AGAIN}",
    ),
    (
        r"All masters are unresponsive|Master removed our application|stopped SparkContext|SparkContext was shut down"
        r"|Connection re(fused|set)|ConnectionError|Answer from Java side is empty|cancelled because SparkContext",
        SourceError,
        f"the connection to the cluster was lost; see that its master and workers run, then {_AGAIN}",
    ),
)


@contextmanager
def spark_errors(name: str) -> Iterator[None]:
    """Turn what Spark raises into errors that say what to do.

    Raises
    ------
    StorageError
        If a disk is full or memory runs out.
    SourceError
        If the cluster was lost.
    BedsideError
        If the workers lack something, or the query fails: a fault of bedside.
    """
    try:
        yield
    except BedsideError:
        raise
    except OSError as error:
        raise _told(name, error.strerror or type(error).__name__, error) from error
    except (Py4JError, PySparkException) as error:
        raise _told(name, str(error), error) from error


def _told(name: str, said: str, error: Exception) -> BedsideError:
    for pattern, kind, advice in _KNOWN:
        if re.search(pattern, said):
            return kind(f"Spark could not finish '{name}': {advice}")
    condition = error.getCondition() if isinstance(error, PySparkException) else None
    return BedsideError(
        f"'{name}' failed on Spark: {condition or type(error).__name__}; a fault of bedside, please report it"
    )
