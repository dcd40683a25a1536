"""A defect in our own code: deciding one command raises until the defect is mended."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, cast

from domain.catalogue import INSIDE_COMMANDS, RULES

VERB: Final = "change-billing"


@contextmanager
def defective(is_there: Callable[[], bool]) -> Generator[None]:
    """While this lasts, deciding the verb raises as long as the defect is there."""
    rules, kind = cast("dict[type, Any]", RULES), INSIDE_COMMANDS[VERB]
    sound = rules[kind]

    def decide(*asked: Any) -> Any:
        if is_there():
            raise RuntimeError(f"a defect in {VERB}")
        return sound.decide(*asked)

    rules[kind] = replace(sound, decide=decide)
    try:
        yield
    finally:
        rules[kind] = sound
