"""Two states of a dataset set against each other: what came, what went, what changed, what moved."""
