"""Where billing staff begin: what comes in each month, what is unpaid, what waits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing.days import today
from billing.money import next_month
from billing.revenue_chart import draw
from billing.selectors.reports import churn, growth, received_between, recurring_revenue
from billing.selectors.run import progress_of, runs_of
from billing.selectors.unpaid import late_of, overdue_for
from core import clock
from core.access import Space, access
from core.phrasing import month_text

SHOWN = 6


@access(resource="billing.books", action={"GET": "read"}, spaces={Space.BILLING})
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    day = today()
    months = recurring_revenue(day)
    change, percent = growth(months)
    unpaid = list(overdue_for(request.actor))
    last_run = runs_of(request.actor).first()
    context = {
        "now": clock.now(),
        "revenue": months[-1],
        "change": change,
        "percent": percent,
        "newcomers": months[-1].seats - months[-2].seats,
        # In basis points, as rates are shown.
        "churn": round(lost * 100) if (lost := churn(months)) is not None else None,
        "chart": draw([(month.month, month.cents, month.seats) for month in months]),
        "lost": [(f"{month_text(one.month)} {one.month.year}", one.left_cents, one.left_seats) for one in months[1:]],
        "received": received_between(request.actor, day.replace(day=1), next_month(day)),
        "month": day.replace(day=1),
        "late": late_of(unpaid[:SHOWN]),
        "late_count": len(unpaid),
        "late_cents": sum(row.open_cents for row in unpaid),  # type: ignore[attr-defined]
        "shown_cents": sum(row.open_cents for row in unpaid[:SHOWN]),  # type: ignore[attr-defined]
        "late_practices": len({row.practice_id for row in unpaid}),
        "run": last_run,
        "progress": progress_of(last_run) if last_run is not None else None,
    }
    return render(request, "billing/staff/home.html", context)
