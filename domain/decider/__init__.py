"""What every noun is written in: its registration, the states a rule sees, the answers it gives and
the rights it asks for.
"""
