"""Playbooks: Markdown with front matter, reviewed in git."""
