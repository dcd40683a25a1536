"""What must hold throughout: each check covers what is new since its last look."""
