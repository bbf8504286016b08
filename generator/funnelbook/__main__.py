"""`python -m funnelbook`."""

from funnelbook.cli import main

if __name__ == "__main__":
    main()
