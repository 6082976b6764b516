"""What `/metrics` counts. One registry, so that the reference page can list it."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()

REQUESTS = Counter("punchcard_requests", "Requests answered.", ["method", "route", "status"], registry=REGISTRY)
REQUEST_SECONDS = Histogram(
    "punchcard_request_seconds",
    "Time from the first byte of a request to the last of its answer.",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
EVENTS = Counter("punchcard_events", "Events recorded.", registry=REGISTRY)
EVENTS_REFUSED = Counter(
    "punchcard_events_refused", "Events refused, by the error's code.", ["code"], registry=REGISTRY
)
EVENTS_WAITING = Gauge("punchcard_events_waiting", "Events taken in and not yet answered.", registry=REGISTRY)
JOBS = Gauge(
    "punchcard_jobs", "Jobs of the whole installation: QUEUED, RUNNING or FAILED.", ["state"], registry=REGISTRY
)
STREAM_READERS = Gauge("punchcard_stream_readers", "Readers of the event stream now.", registry=REGISTRY)
STREAM_CUT_OFF = Counter(
    "punchcard_stream_cut_off", "Readers of the event stream sent away because they read too slowly.", registry=REGISTRY
)
RATE_LIMITED = Counter(
    "punchcard_rate_limited", "Requests refused for a rate limit, by its policy.", ["policy"], registry=REGISTRY
)


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer. An unknown method counts as OTHER, so that callers cannot make labels."""
    known = method if method in {"GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS"} else "OTHER"
    key = (known, route, status)
    counter = _counters.get(key)
    if counter is None:
        counter = _counters[key] = (REQUESTS.labels(known, route, str(status)), REQUEST_SECONDS.labels(route))
    counter[0].inc()
    counter[1].observe(seconds)


_counters: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
