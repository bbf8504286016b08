"""What was before and after the changes of playbooks: on a page of its own, and on each playbook's."""
