"""What can be seen of a running server: ``/health``, ``/metrics``, one structured line a request, and a rate limit."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from flask import Flask, Response, abort, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from .current import Current

log = logging.getLogger("svngraph.access")
_BURST = 4.0
_REMEMBERED = 10_000
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class _Buckets:
    """A token bucket for each address that has asked lately."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str, rate: float) -> bool:
        """Whether the address may ask once more now."""
        now = time.monotonic()
        with self._lock:
            # A bucket that holds less than one would refuse everything.
            most = max(1.0, rate * _BURST)
            left, last = self._left.pop(address, (most, now))
            left = min(most, left + (now - last) * rate)
            self._left[address] = (max(0.0, left - 1), now)
            if len(self._left) > _REMEMBERED:
                self._left.popitem(last=False)
        return left >= 1


_buckets = _Buckets()


def admit(address: str, rate: float) -> None:
    """Refuse an address that asks more often than ``rate`` times a second, with 429."""
    if rate and request.path != "/health" and not _buckets.take(address, rate):
        abort(429)


def admitted(address: str, rate: float) -> bool:
    """Whether an address may ask once more now."""
    return not rate or _buckets.take(address, rate)


def install(app: Flask) -> Callable[[str, int, float], None]:
    """Let an application be observed; given is what counts a request: endpoint, status and seconds."""
    registry = CollectorRegistry()
    requests = Counter("svngraph_requests", "Requests", ["endpoint", "status"], registry=registry)
    seconds = Histogram("svngraph_request_seconds", "Seconds", ["endpoint"], registry=registry, buckets=_BUCKETS)

    def count(endpoint: str, status: int, taken: float) -> None:
        requests.labels(endpoint, str(status)).inc()
        seconds.labels(endpoint).observe(taken)

    @app.get("/health")
    def health() -> Response:
        current: Current = current_app.extensions["svngraph"]
        body = {"status": "ok", "version": current.value.version, "quads": current.value.quads}
        response = Response(json.dumps(body) + "\n", mimetype="application/json")
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    @app.after_request
    def observe(response: Response) -> Response:
        taken = time.perf_counter() - g.get("started", time.perf_counter())
        endpoint = request.endpoint or "none"
        count(endpoint, response.status_code, taken)
        if log.isEnabledFor(logging.INFO):
            fields = {
                "id": g.get("request_id"),
                "method": request.method,
                "path": request.path[:500],
                "status": response.status_code,
                "ms": round(taken * 1000, 1),
            }
            log.info(json.dumps(fields, ensure_ascii=False))
        return response

    return count
