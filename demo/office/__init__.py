"""The office of a cloud solution provider: who writes which command, and why, over a year.

`book` holds what the office knows, `desk` how it writes; there is one module per kind of errand.
The book follows the domain's rules closely enough to foresee every answer, so that a right command
is accepted and a wrong command is wrong in exactly one way.
"""
