"""Templates of a user's: what they get, what they may not, where one is wrong."""

import re
from pathlib import Path

import pytest

from adapters.router_config.rendering import TemplateFault, rendered
from adapters.router_config.styles import STYLES
from tests.adapters.router_config.circuits import FULL, made, with_keys

PAGE = Path(__file__).parents[3] / "docs" / "router-configuration.md"
HERE = made("customer", "primary", *FULL, change=with_keys)


def with_template(folder: Path, source: str) -> str:
    """The configuration by a template of this text."""
    file = folder / "mine.j2"
    file.write_text(source, encoding="utf-8")
    return rendered(HERE, "frr", file)


def fault_of(folder: Path, source: str) -> str:
    with pytest.raises(TemplateFault) as raised:
        with_template(folder, source)
    return str(raised.value).removeprefix(f"{folder}/")


def blocks(language: str) -> list[str]:
    """The blocks of the page in one language."""
    found = re.findall(
        rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert found
    return found


def test_the_template_of_the_page_gives_what_the_page_shows(tmp_path: Path) -> None:
    (template,), (shown,) = blocks("jinja"), blocks("text")
    assert with_template(tmp_path, template) == shown


def test_the_page_names_everything_that_a_template_gets() -> None:
    page = PAGE.read_text("utf-8")
    kinds = (
        HERE,
        HERE.circuit,
        HERE.peerings[0],
        HERE.sessions[0],
        HERE.sessions[0].inbound,
        HERE.sessions[0].inbound.entries[0],
        HERE.sessions[0].inbound.entries[0].prefix,
    )
    names = {name for kind in kinds for name in type(kind).__dataclass_fields__}
    assert {name for name in names if f"`{name}`" not in page} == set()


@pytest.mark.parametrize("style", STYLES)
def test_ours_may_be_included(tmp_path: Path, style: str) -> None:
    text = with_template(tmp_path, f'hostname r1\n{{% include "{style}.j2" %}}\nend')
    assert text == f"hostname r1\n{rendered(HERE, style)}end\n"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("{% for x in peerings %}\n{{ x.vlan", "mine.j2, line 2: unexpected end of template"),
        ("a\n{% nothing %}", "mine.j2, line 2: Encountered unknown tag 'nothing'."),
        ("a\nb\n{{ vlan }}", "mine.j2, line 3: 'vlan' is undefined"),
        ("\n{{ circuit.vlan }}", "mine.j2, line 2: 'Circuit object' has no attribute 'vlan'"),
        ("\n\n{{ 1 / 0 }}", "mine.j2, line 3: division by zero"),
        ("{{ circuit.vlan | none }}", "mine.j2, line 1: No filter named 'none'."),
        ("\n{{ {}[0] }}", "mine.j2, line 2: "),
        ('{% include "other.j2" %}', "mine.j2, line 1: there is no template other.j2; there are "),
        ('\n{% extends "../model.py" %}', "mine.j2, line 2: there is no template ../model.py"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, source: str, told: str) -> None:
    assert fault_of(tmp_path, source).startswith(told)


@pytest.mark.parametrize(
    "source",
    [
        "{{ circuit.__class__.__mro__ }}",
        "{{ rendered.__globals__ }}",
        "{{ ''.__class__ }}",
        "{{ peerings.__iter__.__self__ }}",
        "{% for _ in range(10000000) %}{% endfor %}",
        "{{ [].append(1) }}",
    ],
)
def test_a_template_stays_in_its_sandbox(tmp_path: Path, source: str) -> None:
    assert fault_of(tmp_path, source).startswith("mine.j2, line 1: ")


def test_a_template_that_can_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(TemplateFault, match=r"none\.j2 can't be read: No such file"):
        rendered(HERE, "frr", tmp_path / "none.j2")
    with pytest.raises(TemplateFault, match="can't be read: Is a directory"):
        rendered(HERE, "frr", tmp_path)
    (tmp_path / "utf-16.j2").write_bytes("hallo".encode("utf-16"))
    with pytest.raises(TemplateFault, match=r"can't be read: it is not in UTF-8"):
        rendered(HERE, "frr", tmp_path / "utf-16.j2")
