"""What must hold throughout: each check looks at what came since it looked last."""
