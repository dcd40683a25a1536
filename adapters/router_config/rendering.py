"""From a configuration to text, by a template of ours or of a user's."""

from dataclasses import fields
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Final

from jinja2 import (
    PackageLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from adapters.router_config.model import Configuration
from adapters.router_config.styles import STYLES

ENDING: Final = ".j2"


class TemplateFault(Exception):
    """A template can't be read or rendered; the text says where and why."""


def rendered(configuration: Configuration, style: str, file: Path | None = None) -> str:
    """A configuration as text, by the template of a style or by a user's in its place.

    A user's template may include ours or extend them, and sees the configuration, nothing else:
    every template runs in Jinja's sandbox. Raises TemplateFault.
    """
    source = _read(file) if file else None
    known = {each.name: getattr(configuration, each.name) for each in fields(configuration)}
    try:
        text = _template(style, str(file), source).render(known)
    except TemplateSyntaxError as fault:
        raise TemplateFault(f"{fault.name}, line {fault.lineno}: {fault.message}") from fault
    except Exception as fault:  # a template may raise anything
        where = f"{file}{_line(str(file), fault.__traceback__)}"
        raise TemplateFault(f"{where}: {_why(fault)}") from fault
    return f"{text.rstrip()}\n"


def _template(style: str, name: str, source: str | None) -> Template:
    environment = ImmutableSandboxedEnvironment(
        loader=PackageLoader("adapters.router_config"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # text for a router, no page for a browser
    )
    if source is None:
        return environment.get_template(f"{style}{ENDING}")
    code = environment.compile(source, name, name)
    return Template.from_code(environment, code, environment.make_globals(None))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as fault:
        raise TemplateFault(f"{file} can't be read: {fault.strerror}") from fault
    except UnicodeDecodeError as fault:
        raise TemplateFault(f"{file} can't be read: it is not in UTF-8") from fault


def _line(name: str, trace: TracebackType | None) -> str:
    """Where in the template something went wrong; Jinja gives each line of it a frame."""
    lines = [line for frame, line in walk_tb(trace) if frame.f_code.co_filename == name]
    return f", line {lines[-1]}" if lines else ""


def _why(fault: Exception) -> str:
    """In the words of a template: ours have no packages there."""
    if isinstance(fault, TemplateNotFound):
        names = ", ".join(f"{each}{ENDING}" for each in STYLES)
        return f"there is no template {fault}; there are {names}"
    return str(fault).replace(f"{Configuration.__module__}.", "") or type(fault).__name__
