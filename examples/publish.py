"""A service that registers a customer and orders a circuit over Kafka, and says what became of it.

    TIELINE_KAFKA=127.0.0.1:9092 python examples/publish.py acme-2

Run it twice with the same name: every command has its first outcome again.
"""

import os
import sys
from typing import Any

from adapters.kafka.client import Answer, Client


def main(name: str) -> int:
    """Order one circuit for a customer of this name; 0 if everything was accepted."""
    with Client(os.environ["TIELINE_KAFKA"], source="/examples/publish") as tieline:
        for number, (verb, subject, data) in enumerate(_commands(name), 1):
            # An id of our own makes a repeat harmless: it is decided once, and answered each time.
            answer = tieline.ask(verb, subject, data, id=f"{name}-{number}", actor="user:owner")
            _tell(verb, answer)
            if not answer.accepted:
                return 1
    return 0


def _commands(name: str) -> list[tuple[str, str, dict[str, Any]]]:
    pair = {"name": "pair-1", "primary": "r1", "secondary": "r2", "capacity_mbps": 10_000}
    order = {
        "customer_id": name,
        "subscription_id": f"{name}-prod",
        "location_id": f"{name}-site",
        "provider": "colt",
        "bandwidth_mbps": 500,
        "tier": "standard",
        "billing": "metered",
    }
    return [
        ("register-customer", f"customer/{name}", {"name": name, "model": "connect-through"}),
        ("add-subscription", f"customer/{name}", {"subscription_id": f"{name}-prod"}),
        ("open-location", f"location/{name}-site", {"providers": ["colt"], "routers": [pair]}),
        ("order-circuit", f"circuit/{name}-1", order),
    ]


def _tell(verb: str, answer: Answer) -> None:
    if answer.refusal is None:
        print(f"{verb}: {', '.join(event['id'] for event in answer.events) or 'already so'}")
    else:
        print(f"{verb}: {answer.refusal['code']}: {answer.refusal['message']}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "acme-2"))
