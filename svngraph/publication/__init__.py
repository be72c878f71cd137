"""What a dataset is published as, besides its pages: catalogue, VoID, dumps, StratML, OSLC, schema.org, feed, versions.

All of it is worked out of an :class:`svngraph.publication.edition.Edition`, and is the same octets for the same one.
"""
