"""What a crash leaves behind: no core file, which would hold secrets as they were on their way in.

Where the kernel hands cores to a program (a `|` in kernel.core_pattern), that program decides.
"""

from resource import RLIMIT_CORE, getrlimit, setrlimit


def write_no_cores() -> None:
    """Have no memory of this process, and of those that it starts, written down when it crashes."""
    _, most = getrlimit(RLIMIT_CORE)
    setrlimit(RLIMIT_CORE, (0, most))
