"""What a change does: playbooks side by side, mistakes gained and mended, numbers that move.

run.review(project folder, base, head)   two states of the handbook, examined and compared
page.files(…), summary.markdown(…)       what is shown of it
"""
