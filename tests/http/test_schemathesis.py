"""The server against its own description: whatever the description allows or forbids is tried, with
all checks, and step by step along its links.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from schemathesis.config import GenerationConfig, SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema
from schemathesis.engine.run import PhaseName
from schemathesis.specs.openapi.checks import AcceptedNegativeData, RejectedPositiveData

from tests.http.describing import DOCUMENT
from tests.http.serving import Caller
from tests.http.worlds import serving_full_world

SEED = 7
REFUSED = ["2xx", "304", "401", "403", "404", "409", "412", "422"]
"""What may be answered to a request that the description allows: rules know more than schemas."""

WITH_HEADERS = ("/v1/circuits/{id}/order-circuit", "/v1/csp/self/grant-role", "/v1/commands")
"""The paths to which commands are sent with all headers; to the others with their data alone, as
the same code reads the headers of all.
"""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with serving_full_world(tmp_path_factory.mktemp("tried")) as caller:
        yield caller


def _tried(document: Any) -> dict[str, Any]:
    """The description, with headers and dry runs for some of the commands."""
    shorter = deepcopy(document)
    for path, methods in shorter["paths"].items():
        if "post" in methods and path not in WITH_HEADERS:
            given = methods["post"]["parameters"]
            methods["post"]["parameters"] = [each for each in given if each.get("in") == "path"]
    return shorter


def _is_meant(failure: Failure, case: schemathesis.Case, status: int) -> bool:
    """Whether the contract wants what a check takes for a failure: a dry run answers a refusal with
    200, a forged cursor is 400, and an envelope is read before any schema.
    """
    query = case.query or {}
    if isinstance(failure, AcceptedNegativeData):
        return status == 200 and str(query.get("dry_run")).lower() == "true"
    if isinstance(failure, RejectedPositiveData):
        return status in (400, 415) and ("cursor" in query or case.path == "/v1/commands")
    return False


def _run(caller: Caller, examples: int, *phases: str) -> tuple[list[str], int]:
    """Try some phases; gives what was found, and how many requests were sent."""
    config = SchemathesisConfig(seed=SEED)
    schema = schemathesis.openapi.from_dict(_tried(DOCUMENT), config=config)
    schema.config.update(base_url=caller.base, continue_on_failure=True)
    schema.config.generation = GenerationConfig(
        max_examples=examples, deterministic=True, database="none"
    )
    schema.config.checks.positive_data_acceptance.expected_statuses = REFUSED
    for name in ("examples", "coverage", "fuzzing", "stateful"):
        schema.config.phases.get_by_name(name=name).enabled = name in phases

    @schema.hook
    def filter_failure(_: Any, failure: Failure, case: Any, response: Any) -> bool:  # pyright: ignore[reportUnusedFunction]
        return not _is_meant(failure, case, response.status_code)

    found: list[str] = []
    sent = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            sent += len(event.recorder.interactions)
            found.extend(_found(event))
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.append(str(event))
        elif isinstance(event, events.PhaseFinished) and event.phase.name in PhaseName:
            found.extend([] if event.phase.is_enabled or event.phase.skip_reason else ["skipped"])
    return sorted(set(found)), sent


def _found(event: events.ScenarioFinished) -> Iterator[str]:
    for checks in event.recorder.checks.values():
        for check in checks:
            if check.failure_info:
                told = check.failure_info
                yield f"{check.name}: {told.failure.message}\n{told.code_sample}"


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("examples", "phase", "least"),
    [(1, "examples", 90), (1, "coverage", 1000), (2, "fuzzing", 100), (6, "stateful", 10)],
)
def test_the_server_does_what_it_says(
    everything: Caller, examples: int, phase: str, least: int
) -> None:
    found, sent = _run(everything, examples, phase)
    assert not found, "\n\n".join(found)
    assert sent >= least
