"""What a check says when something is wrong."""


class Violation(BaseException):
    """Something that must hold does not. Not an Exception: no part may take it for its own."""

    def __init__(self, check: str, said: str) -> None:
        super().__init__(f"{check}: {said}")
        self.check = check
        self.said = said


def demand(holds: bool, check: str, said: str) -> None:  # noqa: FBT001 - as an assertion's
    """Raises Violation where something does not hold."""
    if not holds:
        raise Violation(check, said)
