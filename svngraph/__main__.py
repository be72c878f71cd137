"""``python -m svngraph``: the command line."""

from svngraph.cli import main

if __name__ == "__main__":
    main()
