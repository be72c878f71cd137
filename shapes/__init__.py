"""The rules: SHACL shapes, one file per concern."""
