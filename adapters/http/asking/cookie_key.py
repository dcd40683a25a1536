"""The key of the console's cookies, in a file of its own: a line of 32 bytes in base64url. It is
made when there is none. Of several lines the first encrypts, and the others still decrypt.
"""

from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet

from adapters.http.asking.gate import GateUnusable
from adapters.private_files import put_first


def cookie_key(path: Path) -> MultiFernet:
    """The key in a file. Raises GateUnusable."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            put_first(path, f"{Fernet.generate_key().decode()}\n")
        return MultiFernet([Fernet(line) for line in path.read_text(encoding="ascii").split()])
    except (OSError, ValueError) as fault:
        raise GateUnusable(
            f"{path} (TIELINE_SESSION_KEY) can't be used as the key of sessions: {fault}; move it "
            "away, and another is made, which ends every session"
        ) from fault


def passing_key() -> MultiFernet:
    """A key that ends with this process."""
    return MultiFernet([Fernet(Fernet.generate_key())])
