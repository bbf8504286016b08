"""`python -m funnelbook`."""

from funnelbook.cli import run

if __name__ == "__main__":
    run()
