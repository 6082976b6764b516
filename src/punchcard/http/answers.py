"""What was answered, counted in plain numbers: the library's own counters cost more than the rest of an answer."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric

METHODS = frozenset({"GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS"})
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Answers:
    """Counts of requests and events, and how long requests took; a collector of the metrics' registry."""

    def __init__(self) -> None:
        self.events = 0
        self._counts: dict[tuple[str, str, int], int] = {}
        self._times: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer. An unknown method counts as OTHER, so that callers cannot make labels."""
        key = (method if method in METHODS else "OTHER", route, status)
        self._counts[key] = self._counts.get(key, 0) + 1
        times = self._times.get(route)
        if times is None:
            times = self._times[route] = [0] * (len(BUCKETS) + 1)
            self._seconds[route] = 0.0
        times[bisect_left(BUCKETS, seconds)] += 1
        self._seconds[route] += seconds

    def collect(self) -> Iterator[Metric]:
        """Return the counts in the library's terms."""
        requests = CounterMetricFamily("punchcard_requests", "Requests answered.", labels=["method", "route", "status"])
        for (method, route, status), count in self._counts.items():
            requests.add_metric([method, route, str(status)], count)
        yield requests
        took = HistogramMetricFamily(
            "punchcard_request_seconds",
            "Time from the first byte of a request to the last of its answer.",
            labels=["route"],
        )
        for route, times in self._times.items():
            bounds = [*map(str, BUCKETS), "+Inf"]
            took.add_metric([route], list(zip(bounds, accumulate(times), strict=True)), self._seconds[route])
        yield took
        yield CounterMetricFamily("punchcard_events", "Events recorded.", value=self.events)
