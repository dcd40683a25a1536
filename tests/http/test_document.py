"""The description of the interface is generated, valid, and what is served."""

from openapi_spec_validator import OpenAPIV31SpecValidator

from adapters.http.app import questions
from adapters.http.verbs import VERBS
from domain.catalogue import COMMANDS
from tests.examples.commands import EXAMPLES
from tests.http.describing import (
    DOCUMENT,
    EXAMPLES_FILE,
    OPENAPI_FILE,
    TABLE_FILE,
    written_document,
    written_examples,
    written_table,
)
from tests.http.serving import Caller


def test_nothing_is_stale() -> None:
    assert EXAMPLES_FILE.read_text(encoding="utf-8") == written_examples(), "run `make docs`"
    assert OPENAPI_FILE.read_text(encoding="utf-8") == written_document(), "run `make docs`"
    assert TABLE_FILE.read_text(encoding="utf-8") == written_table(), "run `make docs`"


def test_the_document_is_valid() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_what_is_served_is_what_is_committed(owner: Caller) -> None:
    answered = owner.get("/v1/openapi.json")
    assert answered.json() == DOCUMENT
    assert "public" in answered.headers["cache-control"]
    tag = answered.headers["etag"]
    assert owner.get("/v1/openapi.json", headers={"If-None-Match": tag}).status_code == 304


def test_every_command_has_a_path_with_an_example() -> None:
    paths = {verb.path: verb.kind.verb for verb in VERBS}
    assert set(paths.values()) == set(COMMANDS)
    for path, name in paths.items():
        (body,) = DOCUMENT["paths"][path]["post"]["requestBody"]["content"].values()
        assert body["example"] == EXAMPLES[name].data, path
        assert set(body) == {"schema", "example"}


def test_every_question_says_what_it_answers() -> None:
    for question in questions():
        path = question.path.replace(":path}", "}")
        answer = DOCUMENT["paths"][path]["get"]["responses"]["200"]["content"]
        assert all(kind["schema"] for kind in answer.values()), path


def test_operations_have_names_of_their_own() -> None:
    named = [each["operationId"] for path in DOCUMENT["paths"].values() for each in path.values()]
    assert len(named) == len(set(named))
