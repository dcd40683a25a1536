"""`python -m bench` measures and prints a table; `--smoke` runs everything small, without judging.

Either way both engines must answer the recorded year alike, command by command; otherwise the run
ends in an AssertionError. Progress goes to standard error.
"""

import argparse
from tempfile import TemporaryDirectory

from bench.figures import SMOKE, WHOLE, prepared
from bench.table import printed

NOTES = """\
Both engines parse, permit and decide the same recorded year, the network's and the processes'
commands included; their answers are equal, command by command.
The library: its own Application, aggregates cached, never copied nor fast-forwarded, one save for
all that a command touches; it remembers seen commands in memory only.
The year with networks uses all of the contract; only our engine is timed on it.
The limits: a bare insert of the same rows in the same batches; a scan that decodes nothing; rows
copied undecoded; a durable insert, an upsert and a select; an interpreter that starts and ends.
Warm: the table of a subnet's routes with its trie, and the lists of all its rules as ranges, are
made once and kept; the naive way scans routes and prefixes that are parsed already. No rule
matches the flows, so all are tried. Routes of the past are the first question of a process.
Ratios are medians over alternating pairs, every trial in a process of its own.
"""


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="run everything small, judge nothing")
    scale = SMOKE if parser.parse_args().smoke else WHOLE
    with TemporaryDirectory(prefix="tieline-bench-") as folder:
        lines = list(prepared(scale, folder).lines())
    printed(lines, NOTES, judged=scale is WHOLE)


if __name__ == "__main__":
    main()
