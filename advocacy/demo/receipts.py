"""A receipt for every revision that was routed, so that the router has only new answers to look at."""

from __future__ import annotations

import datetime as dt

from advocacy.demo.names import BATCH
from advocacy.demo.past import Answer
from advocacy.enums import RoutedTo
from advocacy.models import Advocate, Case, CustomerRequest, Routing
from surveys.enums import Band
from surveys.scoring import band

SOON = dt.timedelta(seconds=6)


def write(
    answers: list[Answer],
    cases: dict[int, Case],
    requests: dict[int, CustomerRequest],
    advocates: dict[int, Advocate],
) -> None:
    receipts = []
    for answer in answers:
        response = answer.response
        versions = [(1, answer.chosen_first, response.answered_at), (2, answer.score, response.submitted_at)]
        for number, score, at in versions[: response.revision]:
            receipt = Routing(response=response, revision=number, band=band(score), at=at + SOON)
            if receipt.band == Band.DETRACTOR:
                receipt.routed_to, receipt.case = RoutedTo.CASE, cases[response.pk]
            elif receipt.band == Band.PASSIVE:
                receipt.routed_to, receipt.request = RoutedTo.REQUEST, requests[response.pk]
            else:
                receipt.routed_to, receipt.advocate = RoutedTo.ADVOCATE, advocates[answer.contact.pk]
            receipts.append(receipt)
    Routing.objects.bulk_create(receipts, batch_size=BATCH)
