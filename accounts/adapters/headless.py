"""What programs are told of a person who signs in through `/_allauth/app/v1/`."""

import dataclasses

from allauth.headless.adapter import DefaultHeadlessAdapter

from accounts.models import User


@dataclasses.dataclass
class UserPayload:
    id: str | None
    email: str | None
    display: str
    has_usable_password: bool


class HeadlessAdapter(DefaultHeadlessAdapter):
    """Ids given out are opaque texts; the row number stays inside."""

    def get_user_dataclass(self) -> type[UserPayload]:
        return UserPayload

    def user_as_dataclass(self, user: User) -> UserPayload:
        return UserPayload(
            id=str(user.uid) if user.pk else None,
            email=user.email or None,
            display=user.salutation,
            has_usable_password=user.has_usable_password(),
        )
