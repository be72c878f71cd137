"""Curation: what people judge, kept as one readable file in version control.

Links and reviews are edits on the named graph ``graph/curation``. An edit is tried on the whole dataset before the file
is touched; what is written is canonical, so that a change is a small difference; and it is written whole or not at all.
"""
