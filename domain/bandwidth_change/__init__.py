"""A change of bandwidth: what the rules know of one, and the course that it takes."""
