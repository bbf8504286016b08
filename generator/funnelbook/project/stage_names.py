from __future__ import annotations

from funnelbook.errors import Finding
from funnelbook.project.settings import Project


def lint_stage_names(project: Project) -> tuple[Finding, ...]:
    return ()
