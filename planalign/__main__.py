"""`python -m planalign` is the command line."""

from planalign.cli import main

if __name__ == "__main__":
    main()
