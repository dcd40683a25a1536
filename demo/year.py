"""A year of a cloud solution provider, as commands: 52 weeks at real places, with real providers.

It uses the whole contract, or, without networks, only customers, locations, circuits and peerings.
The same seed gives the same bytes, on every machine. Commands that follow from a provider's answer
are in a later week: let each week settle before the next begins. About one in eight commands is
wrong in a way people are wrong; `steps` says which, and with which code each is to be refused.

>>> first_week = next(weeks(seed=1, customers=5, circuits=20))
>>> first_week[0]["type"]
'tieline.command.grant-role.v1'
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from demo.office import circuits, customers, mistakes, sites
from demo.office.desk import WEEKS, Desk, Errand, SentCommand
from demo.office.everyday import EVERYDAY, WITH_NETWORKS
from demo.places import places
from domain.words.messages import Message

__all__ = ["Message", "SentCommand", "steps", "weeks", "write"]

WRONG_SHARE = 0.12
"""One in eleven of all decided commands: the network and the processes send only right ones."""

COMMANDS_PER_CIRCUIT = 52 / 3
COMMANDS_WITHOUT_NETWORKS = 40 / 3


@dataclass(frozen=True)
class Plan:
    """How the year grows: the totals to be reached by the end of each week."""

    customers: int
    circuits: int
    commands: int

    @property
    def sites(self) -> int:
        """How many locations are opened in all."""
        return min(len(places()) - 1, max(4, self.circuits // 12))

    def sites_by(self, week: int) -> int:
        return min(self.sites, max(4, round(self.sites * (0.5 + 0.5 * week / 12))))

    def customers_by(self, week: int) -> int:
        grown = round(self.customers * (0.08 + 0.92 * week / 42))
        return min(self.customers, max(1, grown))

    def circuits_by(self, week: int) -> int:
        return min(self.circuits, round(self.circuits * (week / (WEEKS - 2)) ** 1.2))

    def commands_by(self, week: int) -> int:
        return max(week, self.commands * week // WEEKS)

    def campuses_by(self, week: int) -> int:
        """How many customers have filled a site to the limit of a subscription."""
        return min(week, max(self.circuits // 300, self.circuits >= 100))


def weeks(
    seed: int = 1,
    customers: int = 200,
    circuits: int = 1500,
    commands: int | None = None,
    *,
    networks: bool = True,
) -> Iterator[list[Message]]:
    """52 lists of commands, structured CloudEvents in the order of their `time`, within 2026.

    `circuits` is the number of accepted orders; by default there are about 17 commands for each.
    Without `networks` there are about 13: no networks, filters, routes, security, observations and
    alarms are in it then.
    """
    for week in steps(seed, customers, circuits, commands, networks=networks):
        yield [step.command for step in week]


def steps(
    seed: int = 1,
    customers: int = 200,
    circuits: int = 1500,
    commands: int | None = None,
    *,
    networks: bool = True,
) -> Iterator[list[SentCommand]]:
    """Like `weeks`, each command with the code it is to be refused with, or None."""
    each = COMMANDS_PER_CIRCUIT if networks else COMMANDS_WITHOUT_NETWORKS
    plan = Plan(customers, circuits, commands or round(circuits * each))
    desk = Desk(Random(seed), networks)  # noqa: S311 - a story, not a secret
    for week in range(1, WEEKS + 1):
        desk.week = week
        _work(desk, plan)
        yield desk.close_week()


def write(
    folder: Path,
    seed: int = 1,
    customers: int = 200,
    circuits: int = 1500,
    commands: int | None = None,
    *,
    networks: bool = True,
) -> list[Path]:
    """Write week-01.jsonl to week-52.jsonl into the folder, one compact command a line."""
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    made = weeks(seed, customers, circuits, commands, networks=networks)
    for number, week in enumerate(made, start=1):
        file = folder / f"week-{number:02}.jsonl"
        lines = [json.dumps(command, separators=(",", ":")) + "\n" for command in week]
        file.write_text("".join(lines), encoding="utf-8", newline="\n")
        files.append(file)
    return files


def _work(desk: Desk, plan: Plan) -> None:
    """One week: errands that are due, mixed with everyday errands and with mistakes."""
    _open_sites(desk, plan)
    due = _due(desk, plan)
    target = plan.commands_by(desk.week)
    everyday = WITH_NETWORKS if desk.networks else EVERYDAY
    errands = [errand for _, errand in everyday]
    weights = [weight for weight, _ in everyday]
    while due or desk.sent < target or not desk.pile:
        if desk.wrong < WRONG_SHARE * desk.sent and mistakes.make_one(desk):
            continue
        if due and desk.rng.random() * (target - desk.sent) < 2 * len(due):
            due.pop()(desk)
        elif not any(errand(desk) for errand in desk.rng.choices(errands, weights, k=12)):
            sites.reconfirm(desk)


def _open_sites(desk: Desk, plan: Plan) -> None:
    if desk.week == 1:
        customers.staff_up(desk)
        desk.places = [each for each in places() if each.id != sites.STORY_PLACE]
        desk.rng.shuffle(desk.places)
    while len(desk.book.sites) < plan.sites_by(desk.week):
        number = len(desk.book.sites)
        sites.open_site(desk, desk.places[number], number)


def _due(desk: Desk, plan: Plan) -> list[Errand]:
    """The errands due this week, in random order; new customers come first."""
    book, week = desk.book, desk.week
    due = desk.agenda.pop(week, [])
    campuses = sum(each.campus is not None for each in book.customers)
    due += [circuits.fill_campus] * (plan.campuses_by(week - 10) - campuses if week > 10 else 0)
    ordered = sum(each.ordered for each in book.customers)
    due += [circuits.order_somehow] * (plan.circuits_by(week) - ordered)
    desk.rng.shuffle(due)
    joining = range(len(book.customers), plan.customers_by(week))
    return due + [_joining(number) for number in reversed(joining)]


def _joining(number: int) -> Errand:
    def join(desk: Desk) -> bool:
        customer = customers.new_customer(desk, number)
        if customer.guest:
            weeks = desk.rng.randrange(10, 20)
            desk.later(weeks, lambda desk: circuits.farewell(desk, customer))
        return customers.join(desk, customer)

    return join
