"""What `/metrics` counts. One registry, so that the reference page can list it."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from punchcard.http.answers import Answers

REGISTRY = CollectorRegistry()

ANSWERS = Answers()
REGISTRY.register(ANSWERS)
EVENTS_REFUSED = Counter(
    "punchcard_events_refused", "Events refused, by the error's code.", ["code"], registry=REGISTRY
)
EVENTS_QUARANTINED = Counter(
    "punchcard_events_quarantined", "Events that wait in quarantine, by the reason.", ["reason"], registry=REGISTRY
)
EVENTS_WAITING = Gauge("punchcard_events_waiting", "Events taken in and not yet answered.", registry=REGISTRY)
JOBS = Gauge(
    "punchcard_jobs", "Jobs of the whole installation: QUEUED, RUNNING or FAILED.", ["state"], registry=REGISTRY
)
BOOKS_DIFFER = Gauge(
    "punchcard_integrity_differences",
    "Differences that the last checks of the books of all tenants have found.",
    registry=REGISTRY,
)
ALERTS = Gauge("punchcard_alerts", "Open alerts of the whole installation, by kind.", ["kind"], registry=REGISTRY)
STREAM_READERS = Gauge("punchcard_stream_readers", "Readers of the event stream now.", registry=REGISTRY)
STREAM_CUT_OFF = Counter(
    "punchcard_stream_cut_off", "Readers of the event stream sent away because they read too slowly.", registry=REGISTRY
)
RATE_LIMITED = Counter(
    "punchcard_rate_limited", "Requests refused for a rate limit, by its policy.", ["policy"], registry=REGISTRY
)
DISK_FREE = Gauge(
    "punchcard_disk_free_bytes",
    "What is left on the disk of the embedded PostgreSQL that holds its data, or its write-ahead log.",
    ["holds"],
    registry=REGISTRY,
)
CLOCK_SET_BACK = Counter(
    "punchcard_database_clock_set_back",
    "Times that the database's clock was seen to be set back by a second or more.",
    registry=REGISTRY,
)
