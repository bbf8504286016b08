"""funnelbook: a versioned sales handbook whose pages carry live numbers."""

__version__ = "0.1.0"
