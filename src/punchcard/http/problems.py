"""How errors travel: RFC 9457 problem documents, for every error of every lane."""

from collections.abc import Mapping
from typing import Any

import structlog

from punchcard import wire
from punchcard.errors import Broken, NotFound, PunchcardError, catalogue, for_lack_of_memory
from punchcard.http.asked import Answer, Asked
from punchcard.http.runtime import Runtime

OURS = "This is a fault of ours. Tell the operator the requestId; the log has the rest."

log = structlog.get_logger()


def problem(error: PunchcardError, request_id: str) -> Answer:
    """Return the answer that an error is."""
    headers = {"Content-Type": "application/problem+json", **error.headers}
    return error.status, wire.encode(error.problem(request_id)), headers


def failed(fault: Exception, request_id: str, route: str) -> Answer:
    """Return the answer to a request that ended so; what is a fault of ours is logged."""
    if not isinstance(fault, PunchcardError):
        log.error("a request broke", requestId=request_id, route=route, exc_info=fault)
        fault = for_lack_of_memory(fault) or Broken(OURS)
    answer = problem(fault, request_id)
    fault.__traceback__ = None  # see PunchcardError.as_value
    return answer


def explain(code: str) -> str | None:
    """Return what a problem's `type` leads to: what the code means, in plain text."""
    for kind in catalogue():
        if kind.code == code:
            return f"{kind.title} ({kind.status} {kind.code})\n\n{kind.__doc__}\n"
    return None


async def show(_: Runtime, __: Asked, path: Mapping[str, str]) -> Answer:
    """Answer `GET /problems/{code}`: what the code of a problem means."""
    text = explain(path["code"])
    if text is None:
        raise NotFound("There is no problem of that code.")
    return 200, text.encode(), {"Content-Type": "text/plain; charset=utf-8"}


SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "An error, as RFC 9457 says. `message` repeats `detail`. Some problems carry further members.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "message", "requestId"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": sorted({kind.code for kind in catalogue()})},
        "detail": {"type": "string"},
        "message": {"type": "string"},
        "requestId": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
