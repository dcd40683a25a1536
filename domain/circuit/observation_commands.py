"""What the network side reports of a circuit (contract, second part, "Observations")."""

from pydantic import field_validator

from domain.circuit.commands import CircuitCommand
from domain.circuit.observation_events import ObservedPeering
from domain.words.values import CircuitState, Mbps, ProviderState, Time


class ReportObservation(CircuitCommand):
    """Report what the network side sees of a circuit; what is left out was not looked at."""

    observed_at: Time
    provider_state: ProviderState | None = None
    circuit_state: CircuitState | None = None
    bandwidth_mbps: Mbps | None = None
    peerings: list[ObservedPeering] | None = None

    @field_validator("peerings")
    @classmethod
    def each_domain_once(
        cls, peerings: list[ObservedPeering] | None
    ) -> list[ObservedPeering] | None:
        """Raises ValueError where a routing domain is listed twice."""
        domains = [each.routing_domain for each in peerings or ()]
        if len(set(domains)) < len(domains):
            raise ValueError("a routing domain is listed once")
        return peerings
