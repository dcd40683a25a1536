"""A change of bandwidth: its state as the rules know it, and the course that it takes."""
