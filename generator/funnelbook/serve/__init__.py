"""The site over HTTP on this machine while it is edited."""
