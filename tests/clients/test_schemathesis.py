"""The server against its own description: whatever the description allows or forbids is tried, with
all checks, and step by step along its links.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from schemathesis.config import GenerationConfig, SchemathesisConfig
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.engine import events, from_schema
from schemathesis.openapi.checks import RejectedPositiveData

from tests.http.describing import DOCUMENT
from tests.http.serving import Caller
from tests.http.worlds import serving_full_world

SEED = 7
REFUSED = ["2xx", "304", "401", "403", "404", "409", "412", "422"]
"""What may be answered to a request that the description allows: rules know more than schemas."""

WITH_HEADERS = (
    "/v1/commands",
    "/v1/circuits",
    "/v1/circuits/{id}",
    "/v1/circuits/{id}/order-circuit",
    "/v1/csp/self/grant-role",
)
"""The paths that are tried with all headers; the same code reads those of the others."""

WHOLLY = (
    *WITH_HEADERS,
    "/v1/circuits/{id}/configure-peering",
    "/v1/circuits/{id}/set-encryption",
    "/v1/circuits/{id}/report-observation",
    "/v1/circuits/{id}/delete-circuit",
    "/v1/locations/{id}/open-location",
    "/v1/networks/{id}/set-security-rule",
)
"""The paths at which every border of every field is tried, beside those that are read."""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with serving_full_world(tmp_path_factory.mktemp("tried")) as caller:
        yield caller


def _tried(phase: str) -> dict[str, Any]:
    """The description, shorter by what the same code does once more."""
    shorter = deepcopy(DOCUMENT)
    paths = shorter["paths"]
    for path in [each for each, methods in paths.items() if "post" in methods]:
        if phase == "coverage" and path not in WHOLLY:
            del paths[path]
    for operation in (
        each for path in paths.keys() - set(WITH_HEADERS) for each in paths[path].values()
    ):
        given = operation["parameters"]
        operation["parameters"] = [each for each in given if each.get("in") in ("path", "query")]
    return shorter


def _is_meant(failure: Failure, case: Any, status: int) -> bool:
    """Whether the contract wants what a check takes for a failure: a dry run answers a refusal with
    200; 400 are texts of another form than a schema can say, two times at once, and an envelope
    that can't be read.
    """
    query: dict[str, Any] = dict(case.query or {})
    formed = query.keys() & {"cursor", "from", "address"}
    unfit = bool(formed) or {"as_of", "at_version"} <= query.keys()
    if isinstance(failure, AcceptedNegativeData):
        return status == 200 and str(query.get("dry_run")).lower() == "true"
    if isinstance(failure, RejectedPositiveData):
        return status in (400, 415) and (unfit or case.path == "/v1/commands")
    return False


def _run(caller: Caller, examples: int, phase: str) -> tuple[list[str], int]:
    """Try one phase; gives what was found, and how many requests were sent."""
    config = SchemathesisConfig(seed=SEED)
    schema: Any = schemathesis.openapi.from_dict(_tried(phase), config=config)
    schema.config.update(base_url=caller.base, continue_on_failure=True)
    schema.config.generation = GenerationConfig(
        max_examples=examples, deterministic=True, database="none"
    )
    schema.config.checks.positive_data_acceptance.expected_statuses = REFUSED
    for name in ("examples", "coverage", "fuzzing", "stateful"):
        schema.config.phases.get_by_name(name=name).enabled = name == phase

    @schema.hook
    def filter_failure(_: Any, failure: Failure, case: Any, response: Any) -> bool:
        return not _is_meant(failure, case, response.status_code)

    found: dict[str, str] = {}
    sent = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            sent += len(event.recorder.interactions)
            found |= dict(_found(event))
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found[str(event)] = ""
    return [f"{what}\n{example}" for what, example in found.items()], sent


def _found(event: events.ScenarioFinished) -> Iterator[tuple[str, str]]:
    for checks in event.recorder.checks.values():
        for check in checks:
            if check.failure_info:
                told = check.failure_info
                what = f"{event.recorder.label}, {check.name}: {told.failure.message}"
                yield what, told.code_sample


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("examples", "phase", "least"),
    [(1, "examples", 90), (1, "coverage", 1000), (1, "fuzzing", 90), (5, "stateful", 10)],
)
def test_the_server_does_what_it_says(
    everything: Caller, examples: int, phase: str, least: int
) -> None:
    found, sent = _run(everything, examples, phase)
    assert not found, "\n\n".join(found)
    assert sent >= least
