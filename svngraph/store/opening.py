"""Choosing the kind of store from the place that was named."""

from __future__ import annotations

from pathlib import Path

from svngraph.errors import SvngraphError
from svngraph.store import Store


def is_endpoint(place: str) -> bool:
    """Whether a place is the address of a SPARQL endpoint."""
    return place.startswith(("http://", "https://"))


def open_store(place: str, timeout: float, own: str | None = None) -> Store:
    """The dataset at a place, opened to be read: a folder, or the URL of a SPARQL endpoint.

    ``own`` is the place that the settings name, where it may be another: its user and password go nowhere else.

    Units:  ``timeout`` in seconds, for each request to an endpoint.
    Errors: StoreError, UsageError.
    """
    # Imported here: the embedded store and the remote one each bring a large library, and a run needs only one.
    if is_endpoint(place):
        from svngraph.store.remote import RemoteStore

        return RemoteStore(place, timeout, own)
    from svngraph.store.folder import open_folder

    return open_folder(Path(place))


def current_at(place: str, timeout: float = 10.0) -> str:
    """What names the generation in force at a place; nothing where there is none, or where it cannot be said now."""
    if is_endpoint(place):
        from svngraph.store.remote import RemoteStore

        try:
            held = RemoteStore(place, timeout).generations()
        except SvngraphError:
            return ""
        return held[0].iri if held else ""
    try:
        return (Path(place) / "CURRENT").read_text("ascii")
    except (OSError, ValueError):
        return ""
