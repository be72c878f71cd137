"""Looking after a dataset that is kept: rebuilding what has changed, watching, backing up, restoring, verifying."""
