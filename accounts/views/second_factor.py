"""The page of the second factor: what there is, and what is planned."""

from typing import Any

from allauth.mfa.base.views import IndexView

from accounts import selectors
from accounts.addresses import AFTER_FACTOR_KEY, safe_next
from core.access import access


@access(resource="accounts.second_factor", action="read", second_factor=False)
class SecondFactorView(IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = safe_next(self.request, self.request.GET.get("next"))
        if wanted:
            # Setting a factor up takes several pages; the last one leads back here.
            self.request.session[AFTER_FACTOR_KEY] = wanted
        return super().get_context_data(**kwargs) | {
            "lost_factor": selectors.pending_lost_factor(self.request.user.pk),
            "wanted": wanted,
        }
