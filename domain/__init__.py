"""The circuit domain: words, commands, events, states, decisions and the engine's batch decision.

Pure throughout: no clock, no random, no I/O, no logging. Times and entropy arrive with the command.
"""
