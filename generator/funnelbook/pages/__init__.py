"""Results, playbooks and templates become pages; nothing here writes a file."""
