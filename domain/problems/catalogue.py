"""Every problem by its code, and the explanation of a fault."""

from typing import Any

from domain.problems import (
    calendar,
    cards,
    commands,
    documents,
    fields,
    health,
    imports,
    notifications,
    people,
    registers,
    requests,
    rules,
    signatures,
    templates,
    webhooks,
)
from domain.problems.explain import sentence
from domain.problems.kinds import Fault, Language, Problem

#: code → problem, in the order in which ``docs/problems.md`` prints them.
CATALOGUE: dict[str, Problem] = {
    problem.code: problem
    for problem in (
        *(*requests.PROBLEMS, *people.PROBLEMS, *fields.PROBLEMS, *rules.PROBLEMS),
        *(
            *commands.PROBLEMS,
            *documents.PROBLEMS,
            *signatures.PROBLEMS,
            *cards.PROBLEMS,
            *imports.PROBLEMS,
            *registers.PROBLEMS,
            *templates.PROBLEMS,
            *calendar.PROBLEMS,
            *health.PROBLEMS,
            *webhooks.PROBLEMS,
            *notifications.PROBLEMS,
        ),
    )
}


def explain(fault: Fault, language: Language) -> dict[str, Any]:
    """Returns one entry of ``errors[]``: ``{code, field, message, remedy, facts}``.

    Raises KeyError when the code is unknown.
    """
    problem = CATALOGUE[fault.code]
    return {
        "code": fault.code,
        "field": fault.field,
        "message": sentence(problem.message, fault, language),
        "remedy": sentence(problem.remedy, fault, language),
        "facts": fault.facts,
    }
