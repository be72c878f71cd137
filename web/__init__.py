"""The pages: the dataset in a browser."""
