"""The description of the interface is generated, valid, and what is served."""

from openapi_spec_validator import OpenAPIV31SpecValidator

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
