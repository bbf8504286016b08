"""`python -m funnelbook`."""

from funnelbook.cli import main

main()
