"""What was before and after the changes of playbooks: on a page of its own, and on each playbook's."""

from funnelbook.pages.effects.answer import page, pages
from funnelbook.pages.effects.changes import newest

__all__ = ["newest", "page", "pages"]
