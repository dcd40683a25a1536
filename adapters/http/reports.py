"""Reports: a customer's circuits added up, and whether customers are apart."""

from starlette.responses import Response

from adapters.http.answers import answer
from adapters.http.asked import Asked, Question
from adapters.http.operations import for_the_csp_alone
from adapters.http.problems import missing
from adapters.http.queries import moment, text
from projections import question_shapes as shapes
from projections.customer_report import report
from projections.isolation import isolation


def questions() -> list[Question]:
    """What is added up, and what is proved."""
    return [
        Question(
            "/v1/customers/{id}/report",
            _report,
            "A customer's circuits added up, and what it uses of each limit.",
            {"as_of": moment},
            shapes.CustomerReport,
        ),
        Question(
            "/v1/audit/isolation",
            _isolation,
            "Whether anything of one customer ever referred to a thing of another.",
            {"customer_id": text, "as_of": moment},
            shapes.IsolationReport,
        ),
    ]


def _report(asked: Asked) -> Response:
    id, as_of = asked.named("id"), asked.given.get("as_of")
    stream = f"customer/{id}"
    if ("now" if as_of is None else "then") not in asked.onlooker.at([stream])[stream]:
        raise missing(f"customer {id}")
    found = report(asked.world.log, id, as_of)
    if found is None:
        raise missing(f"customer {id}")
    return answer(found)


def _isolation(asked: Asked) -> Response:
    """The whole log is followed, which takes a while on a long one."""
    for_the_csp_alone(asked)
    customer = asked.given.get("customer_id")
    found = isolation(asked.world.log, customer, asked.given.get("as_of"))
    if found is None:
        raise missing(f"customer {customer}")
    return answer(found)
