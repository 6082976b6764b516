"""What processes that serve side by side share: buckets in memory, and a folder in which each says what it counts.

A scrape of `/metrics` reaches one of them. It tells what all of them count, each under its `process`, as of the last
second; what is counted in the database it tells once.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from punchcard.http import metrics

WRITE_SECONDS = 1.0
OF_ALL = frozenset(
    {"punchcard_jobs", "punchcard_integrity_differences", "punchcard_alerts", "punchcard_disk_free_bytes"}
)
"""Metrics that say something of the whole installation."""


class Sibling(Struct, frozen=True):
    """One of several processes: its number from 1 on, the descriptor of the shared buckets, and the shared folder."""

    number: int
    buckets: int
    folder: str


async def write_counts(sibling: Sibling) -> None:
    """Say each second what this process counts."""
    path = Path(sibling.folder) / f"{sibling.number}.prom"
    while True:
        written = path.with_suffix(".new")
        with contextlib.suppress(OSError):
            written.write_bytes(generate_latest(metrics.REGISTRY))
            written.rename(path)
        await asyncio.sleep(WRITE_SECONDS)


def counts(sibling: Sibling | None) -> bytes:
    """Return what this process counts, and its siblings, for Prometheus."""
    if sibling is None:
        return generate_latest(metrics.REGISTRY)
    registry = CollectorRegistry()
    registry.register(_Together(sibling))
    return generate_latest(registry)


class _Together(Collector):
    """The metrics of all siblings, each with its number."""

    def __init__(self, sibling: Sibling) -> None:
        self._sibling = sibling

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        for number, found in self._read():
            is_own = number == str(self._sibling.number)
            for family in found:
                if family.name in OF_ALL and not is_own:
                    continue
                labels = {} if family.name in OF_ALL else {"process": number}
                known = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
                for sample in family.samples:
                    known.add_sample(
                        sample.name, {**sample.labels, **labels}, sample.value, sample.timestamp, sample.exemplar
                    )
        yield from families.values()

    def _read(self) -> Iterator[tuple[str, list[Metric]]]:
        own = str(self._sibling.number)
        yield own, list(metrics.REGISTRY.collect())
        for path in sorted(Path(self._sibling.folder).glob("*.prom")):
            if path.stem != own:
                with contextlib.suppress(OSError):
                    yield path.stem, list(text_string_to_metric_families(path.read_text()))
