"""What people and services ask for, drawn by chance: every command of the contract, a file a theme.

A draw asks for what may well be refused: who asks knows what was asked for before, and nothing of
the answers.
"""
