"""The same pair again: the first outcome, or command-id-reused."""

from typing import Any

import pytest

from domain.catalogue import COMMANDS
from domain.decider.states import Terms
from domain.engine.batch import Arrival, Draft, Ground, Present
from domain.engine.decide import decide_batch
from domain.words.content import CommandPair
from domain.words.messages import Command
from domain.words.reading import read_command
from tests.domain.spec import ENTROPY, NOW, Spec, given
from tests.domain.test_same_content import OWNER, claim
from tests.examples.commands import EXAMPLES

# --- what is answered


def decided(
    *messages: dict[str, Any], before: Draft | None = None, spec: Spec | None = None
) -> Draft:
    """Decide one batch, on top of what an earlier batch stored."""
    spec = spec or given()
    known = {each.key: each for each in (before.stored if before else ())}
    arrivals = [
        Arrival(read_command(each, COMMANDS, OWNER), ENTROPY, each, OWNER) for each in messages
    ]
    ground = Ground(Present(spec.load), known, NOW)
    return decide_batch(arrivals, ground, Terms(), lambda claimed: claimed or NOW)


@pytest.mark.parametrize("apart", [False, True], ids=["in one batch", "in another batch"])
def test_the_same_command_again_is_not_decided_again(apart: bool) -> None:  # noqa: FBT001
    if apart:
        first = decided(claim())
        again = decided(claim(), before=first)
        assert again.stored == []
        assert again.rows == []
        return
    draft = decided(claim(), claim())
    assert [each.accepted for each in draft.outcomes] == [True, True]
    assert draft.outcomes[0] is draft.outcomes[1]
    assert len(draft.rows) == len(draft.stored) == 1


def test_a_refusal_too_is_given_again_whatever_has_happened_since() -> None:
    release = EXAMPLES["release-prefix"].message("release-prefix", subject="csp/self", id="r-1")
    draft = decided(release, claim(), release)
    codes = [each.refusal and each.refusal.code for each in draft.outcomes]
    assert codes == ["not-found", None, "not-found"]
    apart = decided(release, before=draft)
    assert apart.outcomes[0].refusal is not None
    assert apart.outcomes[0].refusal.code == "not-found"


def test_a_malformed_command_too_is_given_its_first_outcome_again() -> None:
    wrong = claim(data={"prefix": 7})
    draft = decided(wrong, wrong)
    assert draft.outcomes[0] is draft.outcomes[1]
    assert len(draft.stored) == 1


def test_the_same_pair_with_other_content_is_refused_and_the_first_outcome_stays() -> None:
    other = claim(data={"prefix": "198.51.100.0/24"})
    draft = decided(claim(), other, claim())
    codes = [each.refusal and each.refusal.code for each in draft.outcomes]
    assert codes == [None, "command-id-reused", None]
    assert len(draft.rows) == 1
    reused = draft.outcomes[1]
    assert reused.refusal is not None
    assert reused.refusal.facts == {"id": "c-001", "source": "/test"}
    assert reused.key != draft.outcomes[0].key


def test_the_same_attempt_again_gets_the_same_refusal_and_another_one_its_own() -> None:
    others = [claim(data={"prefix": f"198.51.100.{n}/32"}) for n in (1, 1, 2)]
    draft = decided(claim(), *others)
    keys = [each.key for each in draft.outcomes]
    assert keys[1] == keys[2] != keys[3]
    assert len(draft.stored) == 3


@pytest.mark.parametrize(
    "wrong",
    [{"data": {"prefix": 7}}, {"type": "tieline.command.order-pizza.v1"}, {"subject": "csp/other"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_used_id_is_reused_before_it_is_unknown_or_malformed(wrong: dict[str, Any]) -> None:
    reused = decided(claim(), claim(**wrong)).outcomes[1]
    assert reused.refusal is not None
    assert reused.refusal.code == "command-id-reused"


def test_ids_of_different_sources_are_different_commands() -> None:
    draft = decided(claim(), claim(source="/other"))
    assert [each.refusal and each.refusal.code for each in draft.outcomes] == [
        None,
        "already-exists",
    ]


@pytest.mark.parametrize(
    "false", [{"source": "/tieline/process"}, {"actor": "service:tieline"}], ids=["source", "actor"]
)
@pytest.mark.parametrize(
    "wrong", [{}, {"data": {}}, {"type": "x"}], ids=["", "malformed", "unknown"]
)
def test_who_speaks_as_the_engine_is_not_permitted_and_uses_up_no_id(
    false: dict[str, Any], wrong: dict[str, Any]
) -> None:
    attempt = claim(**false | wrong)
    draft = decided(
        attempt, attempt, claim(**({"source": false["source"]} if "source" in false else {}))
    )
    codes = [each.refusal and each.refusal.code for each in draft.outcomes]
    assert codes[:2] == ["not-permitted", "not-permitted"]
    assert draft.outcomes[0].refusal is not None
    named = draft.outcomes[0].refusal.facts["command"]
    assert named == ("claim-prefix" if not wrong else attempt["type"])
    assert draft.outcomes[0] is draft.outcomes[1]
    if "actor" in false:
        assert codes[2] is None


def test_the_engines_own_parts_may_speak_as_the_engine() -> None:
    message = claim(source="/tieline/process", actor="service:tieline")
    arrival = Arrival(read_command(message, COMMANDS, OWNER), ENTROPY, message, OWNER, inside=True)
    ground = Ground(Present(given().load), {}, NOW)
    assert decide_batch([arrival], ground, Terms(), lambda _: NOW).outcomes[0].accepted


def test_what_cannot_be_read_has_an_outcome_without_a_command_id() -> None:
    arrival = Arrival(read_command(7, COMMANDS, OWNER), ENTROPY)
    ground = Ground(Present(given().load), {}, NOW)
    outcome = decide_batch([arrival], ground, Terms(), lambda _: NOW).outcomes[0]
    assert outcome.refusal is not None
    assert outcome.refusal.code == "malformed-command"
    assert outcome.command_id is None


def test_a_command_keeps_its_pair() -> None:
    command = read_command(claim(), COMMANDS, OWNER)
    assert isinstance(command, Command)
    assert command.pair == CommandPair("/test", "c-001", command.pair.key)


def test_a_command_reads_what_it_is_about_and_nothing_else() -> None:
    close = EXAMPLES["close-location"].message("close-location")
    assert set(decided(claim()).reads) == {"csp/self"}
    assert set(decided(close).reads) == {"location/frankfurt"}
    assert set(decided(close | {"actor": "user:bob"}).reads) == {"location/frankfurt", "csp/self"}
