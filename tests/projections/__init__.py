"""Given events, what the views show."""
