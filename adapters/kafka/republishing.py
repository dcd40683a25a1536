"""Having the whole log published again, to topics that were made anew."""

from adapters.kafka.clients import Brokers
from adapters.kafka.kafka_python import committed_offset, partition
from adapters.kafka.relay import Checkpoint
from adapters.kafka.topics import Topics
from adapters.kafka.transactions import Transactions


def publish_from_the_start(brokers: Brokers, topics: Topics, group: str) -> None:
    """Note that nothing was published yet: the relay publishes the whole log again, byte for byte
    the same records, which readers pass over. A relay that runs is fenced off, and goes on by
    itself some seconds later. Raises Unreachable, Fenced.
    """
    nothing = Checkpoint()
    noted = {partition(topics.events, 0): committed_offset(nothing.position, nothing.as_metadata())}
    transactions = Transactions(brokers, group)
    try:
        transactions.open()
        transactions.write((), noted, group)
    finally:
        transactions.give_up()
