"""Whether a member takes part in its group, as the brokers see it.

A member can believe for minutes that it has partitions after the brokers have expelled it, or have
none although they were given to it (docs/decisions/0013).
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from adapters.kafka.admin import Admin
from adapters.kafka.api import Consumer, Partition


class Member(NamedTuple):
    """A consumer as a member of a group that reads some topics."""

    consumer: Consumer
    group: str
    topics: Sequence[str]

    @property
    def id(self) -> str:
        """The id that it believes to have in its group; empty if in none."""
        return str(self.consumer.group_metadata().member_id)

    @property
    def believes(self) -> set[Partition]:
        """The partitions that it believes to have."""
        return {Partition(each.topic, each.partition) for each in self.consumer.assignment()}


def absence(admin: Admin, member: Member, partitions: Collection[Partition]) -> str | None:
    """Why a group does not read all `partitions`, or this member not its share; None if they do, or
    while the group is dealt anew. Raises Unreachable.
    """
    dealt = admin.group_members(member.group)
    if dealt is None:
        return None
    if member.id not in dealt:
        return f"the brokers do not know it as a member of {member.group}"
    if dealt[member.id] != member.believes:
        given, reads = len(dealt[member.id]), len(member.believes)
        return f"of {member.group} the brokers gave it {given} partitions, and it reads {reads}"
    left = set(partitions).difference(*dealt.values())
    return f"{len(left)} partitions of {member.group} are with nobody" if left else None
