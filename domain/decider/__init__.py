"""The parts that every noun is written with: its registration, the states that a rule sees, the
answers it gives and the rights it asks for.
"""
