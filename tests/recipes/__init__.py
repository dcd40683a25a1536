"""The recipes of CONTRIBUTING.md, followed to the letter on a copy of the repository."""
