"""What each command is answered: who may send it, what it writes, why it is refused.

What a command can be answered is read from the code (`reading.py`), who may send it is tried
(`senders.py`), and which test shows a refusal is noted while the specification runs (`noting.py`).
`python -m tests.answers`, or `make docs`, writes all of it to docs/commands.md.
"""
