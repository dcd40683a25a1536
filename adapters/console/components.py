"""Every component on one page, for whoever changes the look of one."""

from datetime import UTC, datetime, timedelta

from adapters.console.circuit_actions import OF_PART
from adapters.console.forms import Field
from adapters.console.offering import Offered
from adapters.console.pages import Page, Shown
from adapters.http.asked import Asked


def page() -> Page:
    """The page at `/components`."""
    return Page("/components", _show)


def _show(asked: Asked) -> Shown:
    del asked
    times = [timedelta(seconds=5), timedelta(minutes=12), timedelta(hours=7), timedelta(days=400)]
    values = {
        "states": [
            ("provisioned", "enabled", "succeeded"),
            ("provisioning", "enabling", "updating"),
            ("not-provisioned", "disabled", "failed"),
            ("validation-needed", "overdue", "deleting"),
        ],
        "times": [(datetime.now(UTC) - each).isoformat() for each in times],
        "fields": [
            Field("name", "Name", "text", required=True, value="<script>alert(1)</script>"),
            Field("count", "VLAN", "number", value="100"),
            Field("tier", "Tier", "choice", choices=[("a", "Standard"), ("b", "Premium")]),
            Field("prefixes", "Prefixes", "lines", value="203.0.113.0/24"),
            Field("ask", "Switch over without asking", "flag", value="on"),
        ],
        "offered": Offered(
            [OF_PART["peerings"][3], OF_PART["peerings"][7]],
            [(OF_PART["peerings"][8], "One network uses it; disconnect it first.")],
        ),
        "bars": [0, 8, 45, 88, 97, 100],
    }
    return Shown("components.html", values)
