"""The web: pages where an analyst finds the answer, and an endpoint where programs ask.

:func:`svngraph.web.application.create_app` makes the Flask application, :mod:`svngraph.web.serving` runs it.
"""
