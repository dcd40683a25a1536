"""The office of a cloud solution provider: who writes which command, and why, over a year.

`book` is what the office knows, `desk` how it writes; then one module per kind of errand. The book
follows the rules of the domain closely enough to foresee every answer, so that a right command is
right and a wrong one wrong in exactly one way.
"""
