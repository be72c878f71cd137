"""Choosing the kind of store from the place that was named."""

from __future__ import annotations

from pathlib import Path

from svngraph.store import Store


def is_endpoint(place: str) -> bool:
    """Whether a place is the address of a SPARQL endpoint."""
    return place.startswith(("http://", "https://"))


def open_store(place: str, timeout: float) -> Store:
    """The dataset at a place, opened to be read: a folder, or the URL of a SPARQL endpoint.

    Units:  ``timeout`` in seconds, for each request to an endpoint.
    Errors: StoreError, UsageError.
    """
    # Imported here: the embedded store and the remote one each bring a large library, and a run needs only one.
    if is_endpoint(place):
        from svngraph.store.remote import RemoteStore

        return RemoteStore(place, timeout)
    from svngraph.store.folder import open_folder

    return open_folder(Path(place))
