"""What a batch will look at, read from the log at once before it is decided."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from domain.engine.batch import Arrival, Present
from domain.engine.judgement import concern_of, further_reads, reads
from domain.words.messages import Command

LoadAll = Callable[[Collection[str]], Mapping[str, tuple[Any, int]]]
"""The present states and versions of many streams, from the log, at once."""


def fetch(present: Present, load_all: LoadAll, owner: str, arrivals: Sequence[Arrival]) -> None:
    """Read the streams that commands will look at, many at once: first the subjects, then round by
    round what the rules need for a subject that is new. What a known subject needs is nearly always
    known, too; the decision reads the rest by itself. A defect met on the way is left to the
    decision, which parks the command.
    """
    commands = [each.read for each in arrivals if isinstance(each.read, Command)]
    new = present.missing({each.subject for each in commands})
    if not new:
        return
    present.take(load_all(new))
    needed: set[str] = set()
    waiting: list[Iterator[Sequence[str]]] = []
    states, nouns = present.states, present.nouns
    for each in commands:
        if each.subject not in new:
            continue
        with suppress(Exception):
            noun, subject = nouns[each.subject][0], states[each.subject]
            concern = concern_of(each, noun, subject)
            streams, seen = reads(each, concern, subject, states, owner)
            needed.update(streams)
            if seen is not None:
                waiting.append(further_reads(each, seen, streams))
    _load(present, load_all, needed)
    while waiting:
        rounds = [(each, _next_of(each)) for each in waiting]
        waiting = [each for each, streams in rounds if streams]
        _load(present, load_all, {stream for _, streams in rounds for stream in streams})


def _load(present: Present, load_all: LoadAll, streams: Collection[str]) -> None:
    if missing := present.missing(streams):
        present.take(load_all(missing))


def _next_of(rounds: Iterator[Sequence[str]]) -> Sequence[str]:
    """The next round of reads; nothing where there is none, or a defect."""
    with suppress(Exception):
        return next(rounds, ())
    return ()
