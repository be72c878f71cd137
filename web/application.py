"""The Flask application: a dataset in, pages and an endpoint out."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from flask import Flask, g, request
from markupsafe import Markup

from svngraph.publication.tree import VERSION

from . import assets, errors, languages, observing, responses
from .current import Current
from .dataset import Published
from .pages import blueprint as pages
from .pages import words
from .pages.data import blueprint as publication
from .rendering import QuickEnvironment
from .sparql.limits import Limits
from .sparql.pools import Pools
from .sparql.protocol import blueprint as sparql
from .sparql.shortcut import ADMITTED, Shortcut

# Large enough for a query of a megabyte, percent-encoded; nothing else is ever sent to us.
LONGEST_BODY = 4 * 1024 * 1024


@dataclass(frozen=True)
class Options:
    """How an application behaves; ``rate`` is the requests a second that one address may make, 0 for no limit.

    ``proxies`` is the number of proxies in front whose forwarding headers are believed. ``frozen`` makes pages for a
    site of files: without what only a server can answer.
    """

    limits: Limits = field(default_factory=Limits)
    rate: float = 0.0
    proxies: int = 0
    frozen: bool = False


def create_app(dataset: Published | Callable[[], Published] | Current, options: Options | None = None) -> Flask:
    """The application over a dataset, or over one that is opened at the first request (or by :class:`Current`)."""
    options = options or Options()
    app = Flask(__name__, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=LONGEST_BODY, MAX_FORM_MEMORY_SIZE=LONGEST_BODY, SECRET_KEY=None)
    app.jinja_environment = QuickEnvironment
    app.json.sort_keys = False  # type: ignore[attr-defined] # of Flask's own provider
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["svngraph"] = _current(dataset)
    app.extensions["svngraph-options"] = options
    app.extensions["svngraph-kept"] = responses.Kept()
    app.extensions["svngraph-pools"] = pools = Pools(options.limits)
    app.jinja_env.globals.update(frozen=options.frozen, page_version=Markup(VERSION))  # noqa: S704 # our own
    languages.install(app)
    app.before_request(partial(_begin, options))
    app.register_blueprint(pages, name="sv", url_prefix="")
    app.register_blueprint(pages, name="en", url_prefix="/en")
    app.register_blueprint(sparql)
    app.register_blueprint(publication)
    assets.install(app)
    count = observing.install(app)
    errors.install(app)
    words.install(app)
    app.after_request(responses.finish)
    # A query and nothing else is answered without the application, which takes longer than most queries do.
    rate = options.rate
    shortcut = Shortcut(
        app.wsgi_app,
        app.extensions["svngraph"],
        pools,
        lambda address: observing.admitted(address, rate),
        partial(count, "sparql.endpoint"),
    )
    app.extensions["svngraph-again"] = shortcut.again
    app.wsgi_app = shortcut  # type: ignore[method-assign] # how Flask documents the wrapping
    if options.proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix

        believed = options.proxies
        fixed = ProxyFix(app.wsgi_app, x_for=believed, x_proto=believed, x_host=believed)
        app.wsgi_app = fixed  # type: ignore[method-assign] # as above
    return app


def _current(dataset: Published | Callable[[], Published] | Current) -> Current:
    if isinstance(dataset, Current):
        return dataset
    if isinstance(dataset, Published):
        return Current(lambda: dataset)
    return Current(dataset)


def _begin(options: Options) -> None:
    g.started = time.perf_counter()
    g.request_id = secrets.token_hex(8)
    if ADMITTED not in request.environ:
        observing.admit(request.remote_addr or "", options.rate)
