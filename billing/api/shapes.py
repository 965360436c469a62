"""The shapes of billing in the API. Amounts are whole cents before tax unless their name says otherwise."""

from rest_framework import serializers

from billing.enums import PaymentMethod, SubscriptionState


class SeatSerializer(serializers.Serializer):
    practitioner = serializers.SlugField(source="practitioner.slug")
    name = serializers.CharField(source="practitioner.display_name")
    plan = serializers.CharField(source="item.product.code", allow_null=True, default=None)
    payer = serializers.UUIDField(source="item.payer.uid", allow_null=True, default=None)
    monthly_cents = serializers.IntegerField(source="net_cents")
    ends_on = serializers.DateField(allow_null=True)


class AddonSerializer(serializers.Serializer):
    addon = serializers.CharField(source="product.code")
    quantity = serializers.IntegerField()
    payer = serializers.UUIDField(source="payer.uid")


class PayerSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uid")
    name = serializers.CharField()
    siret = serializers.CharField()
    method = serializers.ChoiceField(choices=PaymentMethod.choices)
    is_default = serializers.BooleanField()


class PauseSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uid")
    practitioner = serializers.SlugField(source="practitioner.slug", allow_null=True, default=None)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The first day that is charged again.")


class TotalsSerializer(serializers.Serializer):
    net_cents = serializers.IntegerField()
    vat_cents = serializers.IntegerField()
    gross_cents = serializers.IntegerField()


class SubscriptionSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="subscription.uid")
    state = serializers.ChoiceField(choices=SubscriptionState.choices, source="subscription.state")
    started_on = serializers.DateField(source="subscription.started_on")
    trial_ends_on = serializers.DateField(source="subscription.trial_ends_on", allow_null=True)
    cancels_on = serializers.DateField(source="subscription.cancels_on", allow_null=True)
    ended_on = serializers.DateField(source="subscription.ended_on", allow_null=True)
    online_booking_restricted = serializers.BooleanField(source="is_restricted")
    seats = SeatSerializer(many=True)
    addons = AddonSerializer(many=True, source="addon_items")
    payers = PayerSerializer(many=True)
    pauses = PauseSerializer(many=True)
    monthly = TotalsSerializer(source="month")
