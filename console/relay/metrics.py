"""What the relay counts and measures for Prometheus: no ids, no names, no numbers of callers.

Served by `metrics_listen` on a socket of its own, so that a proxy which publishes the relay never publishes
these. Every name in `packaging/relay/alerts.yml` is one of these; a test holds that.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.domain.budget import Use
from console.domain.calls import Call
from console.domain.events import CallClaimed, CallParked, CallRescued, ClaimReleased, Event
from console.graph.budget import Budget
from console.graph.operations import Identity, Operation

log = logging.getLogger(__name__)

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds. The promise is 0.05 at the 99th percentile and nothing over 1 (SECURITY §7.2, R4)."""

STALL_EVERY = 0.05
"""Seconds between two looks at how late the loop is."""

_KINDS = (("/hooks/calls", "call notification"), ("/hooks/", "change notification"), ("/v1.0/", "operator"))


class Metrics:
    """Counters and histograms of one relay, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        self._answered = Histogram(
            "relay_request_seconds",
            "Time from a request's head to the end of its answer.",
            ("kind", "status"),
            registry=self.registry,
            buckets=_QUICK,
        )
        self._lag = Histogram(
            "relay_stream_lag_seconds",
            "Time for which the oldest fact waited before it was written to a console's stream.",
            registry=self.registry,
            buckets=_QUICK,
        )
        self._stalls = Histogram(
            "relay_loop_stall_seconds",
            "Time for which the relay did nothing else because one thing took so long.",
            registry=self.registry,
            buckets=_QUICK,
        )
        self._facts = Counter(
            "relay_facts_total", "Facts that were kept, by kind.", ("kind",), registry=self.registry
        )
        self._claims = Counter(
            "relay_claims_total", "Calls that were taken or given up.", ("what",), registry=self.registry
        )
        self._rescues = Counter(
            "relay_rescues_total",
            "Callers whom the relay answered because nobody did.",
            registry=self.registry,
        )
        self._graph = Counter(
            "relay_graph_requests_total",
            "Requests to Microsoft Graph by operation and status; 0 when no answer came.",
            ("operation", "status"),
            registry=self.registry,
        )
        # Looking a series up by its labels costs more than counting in it.
        self._answers = cache(lambda kind, status: self._answered.labels(kind, str(status)))
        self._fact = cache(self._facts.labels)

    def noticed(self, _: Call | None, call: Call | None, event: Event) -> None:
        """Count a fact; the hub calls this for each."""
        self._fact(type(event).__name__).inc()
        match event:
            case CallClaimed():
                held = call is not None and call.claim and call.claim.operator.id == event.operator.id
                self._claims.labels("taken" if held else "lost to another").inc()
            case ClaimReleased():
                self._claims.labels("given up").inc()
            case CallParked():
                self._claims.labels("parked").inc()
            case CallRescued():
                self._rescues.inc()

    async def watch_loop(self) -> None:
        """Note, twenty times a second, by how much a timer was late, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + STALL_EVERY
            await asyncio.sleep(STALL_EVERY)
            self._stalls.observe(max(0.0, loop.time() - due))

    def waited(self, seconds: float) -> None:
        """Note how long the oldest fact waited for a console to take it."""
        self._lag.observe(seconds)

    def answered(self, path: str, status: int, seconds: float) -> None:
        """Note one request; streams, prompts and health pages are not counted."""
        for start, kind in _KINDS:
            if path.startswith(start) and not path.endswith("/stream"):
                self._answers(kind, status).observe(seconds)
                return

    def asked_graph(self, operation: Operation, status: int) -> None:
        """Note one request to Graph."""
        self._graph.labels(operation.name, str(status)).inc()


class Measured:
    """ASGI middleware that times every request, from its head to the end of its answer."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._metrics.answered(scope["path"], status, time.perf_counter() - started)


class CountedBudget(Budget):
    """The budget of Microsoft's limits that also counts each request to Graph by operation and status."""

    def __init__(self, now: Callable[[], float], metrics: Metrics) -> None:
        super().__init__(now, Identity.BOT)
        self._metrics = metrics

    def note(self, operation: Operation, status: int) -> None:
        super().note(operation, status)
        self._metrics.asked_graph(operation, status)


@dataclass(frozen=True, slots=True, eq=False)
class State(Collector):
    """What is so at this moment, read when Prometheus asks. Everything is read from another thread."""

    gauges: Mapping[str, tuple[str, Callable[[], float | None]]]
    """Name, meaning and reader of single values; None is left out."""
    reasons: Callable[[], Mapping[str, str]]
    budget: Callable[[], Iterable[Use]]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, (meaning, read) in self.gauges.items():
            value = read()
            if value is not None:
                yield GaugeMetricFamily(name, meaning, value=value)
        reasons = self.reasons()
        yield GaugeMetricFamily("relay_ready", "1 when the relay can do its work.", value=float(not reasons))
        waiting = GaugeMetricFamily("relay_not_ready", "1 for each reason why not.", labels=["part"])
        for part in reasons:
            waiting.add_metric([part], 1.0)
        yield waiting
        used = GaugeMetricFamily("relay_graph_budget_used_ratio", "Part of a limit in use.", labels=["limit"])
        slowed = GaugeMetricFamily("relay_graph_throttled", "429s lately, by limit.", labels=["limit"])
        for use in self.budget():
            used.add_metric([use.limit], use.used / use.most)
            slowed.add_metric([use.limit], float(use.slowed))
        yield used
        yield slowed


@dataclass(frozen=True, slots=True, eq=False)
class Several(Collector):
    """The metrics of several tenants as one, each sample with its tenant's id."""

    registries: Mapping[str, CollectorRegistry]

    def collect(self) -> Iterator[Metric]:
        merged: dict[str, Metric] = {}
        for tenant, registry in self.registries.items():
            for family in registry.collect():
                metric = merged.setdefault(
                    family.name, Metric(family.name, family.documentation, family.type)
                )
                metric.samples += [
                    sample._replace(labels={**sample.labels, "tenant": tenant}) for sample in family.samples
                ]
        yield from merged.values()


@contextmanager
def served(registries: Mapping[str, CollectorRegistry], listen: str) -> Iterator[str]:
    """Serve metrics at `listen` ("host:port") while the block runs and give the URL; "" serves none.

    Raises OSError.
    """
    if not listen:
        yield ""
        return
    if len(registries) == 1:
        registry = next(iter(registries.values()))
    else:
        registry = CollectorRegistry()
        registry.register(Several(registries))
    host, _, port = listen.rpartition(":")
    server, thread = start_http_server(int(port), host.strip("[]"), registry)
    url = f"http://{host}:{server.server_port}/metrics"
    log.info("metrics at %s", url)
    try:
        yield url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
