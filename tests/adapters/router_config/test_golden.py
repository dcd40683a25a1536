"""Every style, side and connection of a circuit that has everything, byte for byte."""

import pytest

from tests.adapters.router_config.golden import FOLDER, Golden, every


@pytest.mark.parametrize("golden", [*every()], ids=lambda each: each.file.stem)
def test_a_configuration_is_as_it_was(golden: Golden) -> None:
    assert golden.text().encode() == golden.file.read_bytes()


def test_there_is_no_other_file() -> None:
    assert {each.file for each in every()} == set(FOLDER.iterdir())
