"""How much metrics rose in a context, as metrics live as long as the process."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

Key = tuple[str, frozenset[tuple[str, str]]]


class Rise:
    """How much samples rose, by name and labels, once the context is left."""

    def __init__(self) -> None:
        self.by: Mapping[Key, float] = {}

    def of(self, name: str, **labels: str) -> float:
        """How much one sample rose."""
        return self.by.get((name, frozenset(labels.items())), 0.0)

    def labels_of(self, name: str) -> dict[str, float]:
        """How much the samples of a metric with one label rose, by the label's value."""
        return {
            next(iter(labels))[1]: risen
            for (sample, labels), risen in self.by.items()
            if sample == name and risen
        }


@contextmanager
def rise(*metrics: MetricWrapperBase) -> Generator[Rise]:
    """Watch these metrics."""
    registry = CollectorRegistry()
    for metric in metrics:
        registry.register(metric)
    before, risen = _samples(registry), Rise()
    yield risen
    risen.by = {key: value - before.get(key, 0.0) for key, value in _samples(registry).items()}


def _samples(registry: CollectorRegistry) -> Mapping[Key, float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in registry.collect()
        for sample in family.samples
    }
