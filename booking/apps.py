"""Django's entry point into the booking app."""

from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Rendez-vous"

    def ready(self) -> None:
        # Only here: models are not loaded before.
        from booking import (  # noqa: F401, PLC0415
            messages_broadcast,
            messages_late,
            messages_reminder,
            messages_replies,
            messages_rescue,
            messages_struck_off,
            messages_waitlist,
            receivers,
            rules,
            rules_messages,
            rules_waitlist,
        )
        from booking.services import personal, personal_waitlist, strike_offs  # noqa: F401, PLC0415
        from booking.services.record_keeper import VisitKeeper  # noqa: PLC0415
        from patients.registry import keep_records  # noqa: PLC0415

        keep_records("booking", VisitKeeper())
