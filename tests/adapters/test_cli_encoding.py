"""`tieline submit` reads UTF-8, with or without a mark before it, and no other encoding."""

import pytest

from tests.adapters.test_cli_submit import codes, customer
from tests.running import STORY, Tieline, as_lines

WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


@pytest.mark.parametrize("encoding", WIDE)
def test_a_file_in_another_encoding_is_refused_before_anything_is_decided(
    tieline: Tieline, encoding: str
):
    lines = as_lines([customer("a"), customer("b", "Bär")]).replace("\n", "\r\n")
    file = tieline.folder / "wide.jsonl"
    file.write_bytes(lines.encode(encoding))
    for result in (
        tieline.run("submit", str(STORY), str(file)),
        tieline.run("submit", "-", given=lines.encode(encoding)),
    ):
        assert (result.code, result.out) == (2, "")
        assert "UTF-8" in result.err
    assert tieline.run("customer", "list", "--output", "json").out == ""


def test_the_mark_that_editors_put_before_utf_8_is_passed_over(tieline: Tieline):
    file = tieline.folder / "marked.jsonl"
    file.write_text(as_lines([customer("a", "Ägidius")]), encoding="utf-8-sig")
    assert codes(tieline.run("submit", str(file)).lines) == [None]
