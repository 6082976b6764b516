"""The log: one JSON line on standard error for whatever is said, by the engine or by the libraries that it uses.

Nothing of a body, a token or a query is ever logged.
"""

import logging
import re
import sys
import threading
from typing import Any

import asyncpg
import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, ExcInfo, Processor

from punchcard.config import Settings

NOT_SHOWN = "not shown"
DETAIL = "\nDETAIL:"
# What a library shows of its objects and calls: payloads are among them.
_VALUES = re.compile(r"\(.+\)|<.+>")

log = structlog.get_logger()
_python = logging.getLogger("python")
_describe = ExceptionDictTransformer(show_locals=False)


def configure(settings: Settings) -> None:
    """Write JSON lines from now on; from libraries only what is a warning at least."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    last: list[Processor] = [
        structlog.processors.TimeStamper(fmt="iso"),
        # Without local variables: they hold tokens and payloads.
        structlog.processors.ExceptionRenderer(described),
        structlog.processors.JSONRenderer(),
    ]
    structlog.configure(
        processors=[structlog.processors.add_log_level, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    libraries = logging.StreamHandler(sys.stderr)
    libraries.setFormatter(
        ProcessorFormatter(
            processors=[structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, _briefly, *last]
        )
    )
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[libraries], force=True)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # it would tell of a library's broken line in lines of its own
    _take_over()


def tell(sentence: str) -> None:
    """Tell the operator what takes long, or has ended by itself."""
    log.warning(sentence)


def described(exc_info: ExcInfo) -> list[dict[str, Any]]:
    """Describe an error and its causes, without the words of those that quote the values which they are about."""
    told = _describe(exc_info)
    fault: BaseException | None = exc_info[1]
    quoting: set[str] = set()
    while fault is not None:
        if quoting or isinstance(fault, asyncpg.DataError):  # and what that comes from
            quoting.add(type(fault).__name__)
        fault = fault.__cause__ or fault.__context__
    for one in told:
        # PostgreSQL's detail is the row or the key that it refused.
        one["exc_value"] = NOT_SHOWN if one["exc_type"] in quoting else one["exc_value"].partition(DETAIL)[0]
    return told


def _briefly(_: Any, __: str, line: EventDict) -> EventDict:
    """Keep to what happened. Only errors have a traceback: warnings come again and again while the database is away."""
    line["event"] = _VALUES.sub("...", line["event"].partition("\n")[0])
    fault: ExcInfo | tuple[None, None, None] = line.pop("exc_info", (None, None, None))
    if fault[1] is not None and line["_record"].levelno >= logging.ERROR:
        line["exc_info"] = fault
    elif fault[1] is not None:
        first = described(fault)[0]
        line["reason"] = f"{first['exc_type']}: {first['exc_value']}"
    return ProcessorFormatter.remove_processors_meta(None, "", line)


def _take_over() -> None:
    """Log what Python itself would write: an error that ends the program, or a thread, or that nobody can be told."""
    sys.excepthook = lambda _, fault, __: _python.critical("the program broke", exc_info=fault)
    threading.excepthook = lambda told: _python.critical("a thread broke", exc_info=told.exc_value)
    sys.unraisablehook = lambda told: _python.error("an error has nobody to be told", exc_info=told.exc_value)
