"""Linking: names and items that are known already, recognised in what a document says."""
