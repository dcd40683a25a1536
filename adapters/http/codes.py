"""Every code that a problem can have: the domain's refusals, and what HTTP itself has to say."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from adapters.http.problems import status_of, title_of
from domain.words.refusals import CODES, placeholders


class Coded(NamedTuple):
    """A code: its status, what it is about, and what it says."""

    code: str
    status: HTTPStatus
    about: str
    sentences: Sequence[str]
    """For a refusal, the sentences that its facts are put into."""

    def as_json(self) -> dict[str, Any]:
        """As `/v1/problems/{code}` answers it."""
        facts = frozenset[str]().union(*map(placeholders, self.sentences))
        return {
            "code": self.code,
            "title": title_of(self.code),
            "status": int(self.status),
            "about": self.about,
            "sentences": list(self.sentences),
            "facts": sorted(facts),
        }


_OWN: Final[Mapping[str, tuple[HTTPStatus, str]]] = {
    "bad-request": (
        HTTPStatus.BAD_REQUEST,
        "What was sent can't be read, or a parameter is unknown or of another form.",
    ),
    "unidentified": (
        HTTPStatus.UNAUTHORIZED,
        "There is no credential, or none that holds.",
    ),
    "cross-site": (
        HTTPStatus.FORBIDDEN,
        "A page of another site sent it, with what the browser adds by itself.",
    ),
    "not-found": (
        HTTPStatus.NOT_FOUND,
        "There is nothing, or nothing that the caller may know of: both are answered alike.",
    ),
    "method-not-allowed": (
        HTTPStatus.METHOD_NOT_ALLOWED,
        "The path has other methods; the header Allow names them.",
    ),
    "too-large": (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "A body has 1,000,000 bytes at most, a batch 500 commands.",
    ),
    "unsupported-media-type": (
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "The body is of a type that is not read here.",
    ),
    "misdirected": (
        HTTPStatus.MISDIRECTED_REQUEST,
        "The request names a host that this server does not answer for.",
    ),
    "too-many-requests": (
        HTTPStatus.TOO_MANY_REQUESTS,
        "More commands wait than can be decided in time; send it again.",
    ),
    "defect": (
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "A defect of tieline, nothing that the caller did; its id is in the log.",
    ),
    "issuer-unavailable": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Who asks can't be told now: what it takes is away.",
    ),
    "not-decided": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The command may have been decided; the same again is answered in either case.",
    ),
    "not-available": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "What answers this, the log, the views or Kafka, does not answer just now; ask again.",
    ),
    "view-behind": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The views have not reached what was written yet; ask again.",
    ),
}


def coded() -> Mapping[str, Coded]:
    """Every code, the domain's first."""
    found = {
        code: Coded(code, status_of(code), each.about, [each.sentence, *each.fuller])
        for code, each in CODES.items()
    }
    for code, (status, meaning) in _OWN.items():
        known = found.get(code, Coded(code, status, "HTTP", ()))
        found[code] = known._replace(sentences=[*known.sentences, meaning])
    return found


def codes_of(status: int) -> Sequence[str]:
    """The codes of a status."""
    return sorted(code for code, each in coded().items() if each.status == status)
