"""The exception with which a check reports that something is wrong."""


class Violation(BaseException):
    """Something that must hold does not. Not an Exception: no part may catch it as its own."""

    def __init__(self, check: str, said: str) -> None:
        super().__init__(f"{check}: {said}")
        self.check = check
        self.said = said


def demand(holds: bool, check: str, said: str) -> None:  # noqa: FBT001 - as an assertion's
    """Raises Violation if something does not hold."""
    if not holds:
        raise Violation(check, said)
