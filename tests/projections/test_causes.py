"""What followed from what: entries of the trail as a tree."""

from typing import Any

from projections.causes import DEEPEST, tree


def an_event(id: str, by: str, actor: str = "user:anna") -> dict[str, Any]:
    stream, _, version = id.rpartition("/")
    return {
        "id": id,
        "type": "x",
        "subject": stream,
        "sequence": int(version),
        "causationid": by,
        "actor": actor,
    }


def names(nodes: Any) -> list[Any]:
    """Commands and events by their ids, each with what follows from it."""
    told: list[Any] = []
    for each in nodes:
        if each["kind"] == "command":
            told.append((each["id"], names(each["caused"])))
        elif each["kind"] == "event":
            told.append((each["event"]["id"], names(each["caused"])))
    return told


def test_events_stand_under_their_command_in_their_order() -> None:
    (command,) = tree([an_event("c/a/1", "k"), an_event("l/f/7", "k")])
    assert names([command]) == [("k", [("c/a/1", []), ("l/f/7", [])])]
    outcome = command["caused"][0]["outcome"]["data"]
    assert outcome["accepted"]
    assert [each["id"] for each in outcome["events"]] == ["c/a/1", "l/f/7"]


def test_an_answer_of_the_network_stands_under_the_event_that_its_id_names() -> None:
    entries = [
        an_event("c/a/1", "k"),
        an_event("c/a/2", "k"),
        an_event("c/a/3", "c/a/1/begin", "provider:colt"),
    ]
    assert names(tree(entries)) == [
        ("k", [("c/a/1", [("c/a/1/begin", [("c/a/3", [])])]), ("c/a/2", [])])
    ]


def test_a_step_of_a_process_stands_under_the_event_before_it() -> None:
    entries = [
        an_event("c/a/1", "k"),
        an_event("c/a/2", "a/k/order/1", "service:tieline"),
        an_event("c/a/3", "by itself"),
    ]
    assert names(tree(entries)) == [
        ("k", [("c/a/1", [("a/k/order/1", [("c/a/2", [])])])]),
        ("by itself", [("c/a/3", [])]),
    ]


def test_what_comes_of_nothing_that_is_seen_stands_at_the_top() -> None:
    assert names(tree([an_event("c/a/3", "c/b/1/begin")])) == [("c/b/1/begin", [("c/a/3", [])])]
    assert names(tree([an_event("c/a/1", "k", "service:tieline")])) == [("k", [("c/a/1", [])])]


def test_a_tree_has_a_depth_that_every_reader_can_read() -> None:
    entries = [an_event(f"c/a/{n}", f"c/a/{n - 1}/verb") for n in range(1, 500)]
    depth, nodes = 0, tree(entries)
    while nodes:
        depth, nodes = depth + 1, [each for node in nodes for each in node.get("caused", ())]
    assert depth <= DEEPEST + 2
