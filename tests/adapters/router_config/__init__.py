"""Router configurations: what passes at each end, how each style says it, templates of a user's."""
