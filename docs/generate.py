"""Writes docs/reference/ from the code, so that nothing there can be forgotten or out of date: `./dev docs`.

The document from which the console's client is made, console/openapi.json, is written with it. `pages()` and
`client_document()` return what the files have to say; tests compare that with them.
"""

import inspect
import json
import types
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

from prometheus_client import CollectorRegistry, Metric
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from punchcard import errors, wire
from punchcard.access import roles
from punchcard.access.principals import Kind
from punchcard.config import Settings
from punchcard.engine.enhancement import REFUSED
from punchcard.events.event_type_changes import CHECKED_EVENTS_MAX, RECENT_DAYS
from punchcard.events.type_settings import ENHANCERS, TypeSettingsDefinition
from punchcard.http.metrics import REGISTRY
from punchcard.http.openapi import document
from punchcard.http.routes import ROUTES, Route
from punchcard.jobs.kinds import KINDS
from punchcard.jobs.step import JobKind

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
CLIENT_DOCUMENT = ROOT / "console" / "openapi.json"
NOTE = "<!-- Written by `./dev docs` from {source}. Change it there. -->"
PREFIX = str(Settings.model_config.get("env_prefix"))
SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "min_length": "characters ≥", "max_length": "characters ≤"}


def pages() -> dict[str, str]:
    """Return every page of the reference: its file name and its text."""
    return {
        "settings.md": settings_page(),
        "errors.md": errors_page(),
        "routes.md": routes_page(),
        "metrics.md": metrics_page(REGISTRY),
        "jobs.md": jobs_page(),
        "event-types.md": event_types_page(),
    }


def client_document() -> str:
    """Return the OpenAPI document as the server serves it, in lines whose changes can be read."""
    return json.dumps(json.loads(wire.encode(document(ROUTES))), indent=1, ensure_ascii=False) + "\n"


def settings_page() -> str:
    """Return the page of the settings: one row each, in the order of the code."""
    rows = [
        (f"`{PREFIX}{name.upper()}`", kind_of(field.annotation), default_of(field), bounds_of(field), field.description)
        for name, field in Settings.model_fields.items()
    ]
    return page(
        "Settings",
        "`punchcard.config.Settings`",
        "Read from the environment when the program starts. The end of a name is its unit; `max` is the largest value"
        " still taken. `punchcard config` prints what is in force, secrets left out.",
        table(("Variable", "Kind", "Default", "Bounds", "What it is"), rows),
    )


def kind_of(annotation: Any) -> str:
    """Return the kind of value that a setting takes, in words."""
    if get_origin(annotation) in {Union, types.UnionType}:
        return " or ".join(kind_of(part) for part in get_args(annotation) if part is not types.NoneType)
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{value}`" if value else "empty" for value in get_args(annotation))
    words = {
        UUID: "UUID",
        int: "whole number",
        float: "number",
        str: "text",
        bool: "yes or no",
        Path: "folder",
        SecretStr: "secret",
    }
    return words[annotation]


def default_of(field: FieldInfo) -> str:
    """Return a setting's default, the same on every machine."""
    if field.default_factory is not None:
        said = inspect.getdoc(field.default_factory) or ""
        return said.splitlines()[0].removeprefix("Return ").rstrip(".")
    if field.default is None or field.default == "":
        return "none"
    return f"`{field.default}`"


def bounds_of(field: FieldInfo) -> str:
    """Return the bounds of a setting, such as `≥ 1, ≤ 64`."""
    found = [
        f"{sign} {getattr(rule, name):,}"
        for rule in field.metadata
        for name, sign in SIGNS.items()
        if hasattr(rule, name)
    ]
    return ", ".join(dict.fromkeys(found))


def errors_page() -> str:
    """Return the page of the errors: a table to look up, then a part each, which `type` leads to."""
    known = sorted(errors.catalogue(), key=lambda error: error.status)
    rows = [(error.status, f"[`{error.code}`](#{error.code})", error.title) for error in known]
    parts = [f"## {error.code}\n\n**{error.status}** {error.title}.\n\n{inspect.getdoc(error)}" for error in known]
    return page(
        "Errors",
        "`punchcard.errors`",
        "Every error is an RFC 9457 `application/problem+json` document with `type`, `title`, `status`, `code`,"
        " `detail` (again as `message`), `requestId` and, where single fields are at fault, `errors`: a list of"
        " `pointer`, `code` and `detail`. `code` and `title` never change; `detail` says what happened this time.",
        table(("Status", "Code", "Title"), rows),
        *parts,
    )


def routes_page() -> str:
    """Return the page of the operations and who may call each."""
    rows = [
        (
            f"`{route.method}`",
            f"`{route.path}`",
            callers_of(route),
            roles_of(route),
            f"`{route.name}`",
            route.summary,
        )
        for route in ROUTES
    ]
    return page(
        "Operations",
        "`punchcard.http.routes`",
        "Every operation of a tenant and the kinds of caller that may use it; any other gets 401 or 403. The slash at"
        " the end may be left out. The running server describes requests and answers, those of `/oauth/token`,"
        " `/livez`, `/readyz`, `/version` and `/metrics` too, at `/openapi.json`.",
        "An administrator, which is a client or somebody at the console, has one of five roles, which are looked up at"
        " each call:",
        table(("Role", "What it is trusted with"), roles_told()),
        table(("Method", "Path", "Who may call it", "Administrator's role", "Name", "What it does"), rows),
    )


def callers_of(route: Route) -> str:
    """Return the kinds of caller of an operation, in words."""
    return ", ".join("user (own)" if kind is Kind.USER and route.own else kind.value.lower() for kind in route.who)


def roles_of(route: Route) -> str:
    """Return the roles in which an administrator may call an operation, in words."""
    return "any" if len(route.roles) == len(roles.Role) else ", ".join(role.lower() for role in route.roles)


def roles_told() -> list[tuple[str, str]]:
    """Return what each role is trusted with, as the module says it."""
    lines = [line.split(maxsplit=1) for line in (roles.__doc__ or "").splitlines()]
    return [(f"`{line[0]}`", line[1]) for line in lines if line and line[0] in set(roles.Role)]


def first_sentence(route: Route) -> str:
    """Return what an operation does, without what it raises."""
    return route.summary.partition(" Raises:")[0]


def metrics_page(registry: CollectorRegistry) -> str:
    """Return the page of the metrics that `/metrics` tells."""
    rows = []
    # The library's public face shows labels only for what has been counted.
    for collector in registry._collector_to_names:  # noqa: SLF001
        labels = ", ".join(f"`{label}`" for label in getattr(collector, "_labelnames", ()))
        rows += [(f"`{named(metric)}`", metric.type, labels, metric.documentation) for metric in collector.collect()]
    return page(
        "Metrics",
        "`punchcard.http.metrics`",
        "What `/metrics` tells Prometheus, for the process that is asked.",
        table(("Name", "Kind", "Labels", "What it says"), sorted(rows)),
    )


def jobs_page() -> str:
    """Return the page of the kinds of jobs."""
    rows = [
        (f"`{name}`", asked_for(kind), kind.attempts_max, (inspect.getdoc(kind.step) or "").partition("\n")[0])
        for name, kind in KINDS.items()
    ]
    return page(
        "Jobs",
        "`punchcard.jobs.kinds`",
        "Work that takes longer than a request is a job: a row that says what is to be done and how far it has come."
        " `GET /v1/jobs/` lists those of a tenant, `GET /v1/jobs/{id}` tells the progress of one, and"
        " `POST /v1/jobs/{id}/cancel` stops it.",
        "A job is done in steps. Each is one transaction, which holds the step's effect and where the next one goes on,"
        " so that a process may be killed at any moment: what is committed is done, once, and another process goes on"
        " from there when nothing has been heard of the first for `PUNCHCARD_JOB_LEASE_SECONDS`. After a second of work"
        " a job lets the others go first.",
        "| State | What it means |\n| --- | --- |\n"
        "| `QUEUED` | waits for `dueAt`; with an `error`, its last step failed and will be tried again |\n"
        "| `RUNNING` | is being worked on, or goes on in a moment |\n"
        "| `DONE` | has come to its end; `result` says with what |\n"
        "| `FAILED` | cannot be done, and `error` says why; what was done before stays done |\n"
        "| `CANCELLED` | was stopped; the step that was at work is undone, what was done before stays done |",
        "`serve` does the jobs beside the requests. With `PUNCHCARD_WORKER=false` it leaves them to `punchcard worker`,"
        " of which there may be any number. What the clock asks for is asked for once, however many processes there"
        " are; what fell into a time in which none ran is caught up once. Times of day are in the tenant's zone, those"
        " of the installation in UTC.",
        table(("Kind", "When the clock asks for it", "Attempts at a step", "What it does"), rows),
    )


def asked_for(kind: JobKind) -> str:
    """Return when the clock asks for a kind of job."""
    if kind.cron is None:
        return "never"
    return f"`{kind.cron}`, for {'each tenant' if kind.for_each_tenant else 'the installation'}"


def event_types_page() -> str:
    """Return the page of event types: versions, settings, and what a change means."""
    rows = [
        (f"`{name}`", values_of(field), f"`{json.dumps(field['default'])}`", field["description"])
        for name, field in TypeSettingsDefinition.model_json_schema()["properties"].items()
    ]
    return page(
        "Event types",
        "`punchcard.events`",
        "An event type says what may be reported under a name, by whom, and what its payload must look like. `name` is"
        " made of capital words and underscores. Where `isPrivate`, its secret or an administrator reports it; else an"
        " end user does. With `isActive` false it is archived: it stays, and takes no events until it is taken up"
        " again. Intrinsic types are the engine's own: they are listed with the schemas of their payloads and with the"
        " `command` that makes the engine report them, and nobody can change, archive or report them. What a type with"
        " `omitFromUserActivity` reports is left out where end users list their events, those from before too; it"
        " counts like any other, administrators see it, and its id still opens it.",
        "## Versions\n\nDescription, schema, `omitFromUserActivity`, settings, enhancers and `metaTypeMappings` make a"
        " version. A change of any of them is a new version with the next number; a change that changes nothing is"
        " none. A version never changes, every event names the one that judged it, and each is served at"
        " `…/versions/{number}`, its schema by itself at `…/versions/{number}/schema`. Name, privacy and activity are"
        " of the type and not of a version.",
        "## Settings\n\nAll are optional, under `settings`. PATCH changes those that it names.",
        table(("Setting", "Values", "Default", "What it says"), rows),
        "With `allowUnknown` false, further fields are refused wherever the schema describes an object by `properties`"
        " or `patternProperties`, be it at the top, in a list or behind a `$ref`. Parts that stand together (`allOf`,"
        " `$ref`, the branch of `anyOf`, `oneOf` or `if` that holds) name fields together, and to require a field is to"
        " name it. An object that is only said to be one, that has an `additionalProperties` of its own, or that lies"
        " below a branch of a `oneOf`, stays as it was written.",
        f"`enhancers` run in this order: {', '.join(f'`{name}`' for name in ENHANCERS if name not in REFUSED)}."
        " `RANDOM_NUMBER` switches the refusal of duplicates by content off. `metaTypeMappings` are kept and shown as"
        " they are given.",
        "## What a change means\n\nThe answer to PATCH has `compatibility`; with `?dryRun=true` it has the same and"
        " nothing is changed. `level` is the worst of the findings, each of which has a `pointer` and a sentence:",
        table(
            ("Level", "What it promises"),
            [
                ("`compatible`", "the same payloads are taken as before"),
                (
                    "`widening`",
                    "every payload that was taken is taken, and more may be; the pointer leads into the former schema",
                ),
                ("`breaking`", "a payload that was taken may be refused; the pointer leads into the new schema"),
            ],
        ),
        "The first two hold for every payload, not only for those that were seen. What cannot be judged is therefore"
        " `breaking`, and says that it cannot be compared: other drafts, most changes within `contains`, `not`, `if`"
        " and overlapping `oneOf`, and anything beside `unevaluatedProperties` or `unevaluatedItems`. Two consequences"
        " may surprise. A new optional field is `breaking` where unknown fields are taken, since reports may carry it"
        " already with another kind of value; it is `widening` where they are refused. A pattern or format that is"
        " added or changed is `breaking`, unless all values are listed.",
        "How far back or ahead `occurredAt` may lie is judged too, with a pointer to its setting: to take less is"
        " `breaking`. `latePolicy: hold` and the settings of duplicates refuse nothing for good and are not judged, nor"
        " are name, privacy and activity: whoever reports follows those, or is refused.",
        f"`?countFailing=true` adds how many events of the last {RECENT_DAYS} days would be refused now, by their"
        f" stored payloads. At most the newest {CHECKED_EVENTS_MAX:,} are looked at; `isComplete` tells whether those"
        " were all.",
        "## Examples, export and import\n\n`…/example` makes a payload that the schema takes, from the author's"
        " `examples` and `default`s where they fit, and says so when none could be made. `POST /v1/event_types/check`"
        " does so of a schema that is not saved, says where it cannot be used, and tries a `payload` on it with"
        " `allowUnknown`. `GET /v1/event_types/export`"
        " returns all types but the intrinsic ones in one document, without secrets. `POST /v1/event_types/import`"
        " makes a tenant say what such a document says: types are found by name, one that is not there is created, and"
        " the same document once more changes nothing. If one type is refused none is taken, unless `?atomic=false`;"
        " `?dryRun=true` tells what would become of each.",
    )


def values_of(field: dict[str, Any]) -> str:
    """Return the values that a field of a JSON Schema takes, in words."""
    kinds = [kind for kind in field.get("anyOf", [field]) if kind.get("type") != "null"]
    kind = kinds[0]
    if "enum" in kind:
        return ", ".join(f"`{value}`" for value in kind["enum"])
    words = {"integer": "whole number", "boolean": "yes or no", "string": "JSON pointer", "array": "JSON pointers"}
    most = f", {kind['minimum']:,} to {kind['maximum']:,}" if "maximum" in kind else ""
    most += f", {kind['maxItems']} at most" if "maxItems" in kind else ""
    return words[kind["type"]] + most


def named(metric: Metric) -> str:
    """Return a metric's name as it is queried."""
    return metric.name + ("_total" if metric.type == "counter" else "")


def page(title: str, source: str, *parts: str) -> str:
    """Put a page together."""
    return "\n\n".join((f"# {title}", NOTE.format(source=source), *parts)) + "\n"


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(str(cell or "").replace("|", "\\|") for cell in line) + " |" for line in lines)


def main() -> None:
    """Write the files that differ, and say which."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    wanted = {REFERENCE / name: text for name, text in pages().items()} | {CLIENT_DOCUMENT: client_document()}
    for file, text in wanted.items():
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
            print(f"wrote {file.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
