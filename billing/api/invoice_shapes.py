"""The shapes of invoices in the API. Amounts are whole cents; periods are half-open; rates are in basis points."""

from __future__ import annotations

from rest_framework import serializers

from billing.enums import PaymentMethod
from billing.enums_invoice import InvoiceKind


class InvoiceSerializer(serializers.Serializer):
    number = serializers.CharField(source="reference")
    kind = serializers.ChoiceField(choices=InvoiceKind.choices)
    issue_date = serializers.DateField()
    due_date = serializers.DateField()
    period_start = serializers.DateField()
    period_end = serializers.DateField(help_text="The day after the last one.")
    payer = serializers.UUIDField(source="payer.uid")
    method = serializers.ChoiceField(choices=PaymentMethod.choices)
    net_cents = serializers.IntegerField()
    vat_cents = serializers.IntegerField()
    gross_cents = serializers.IntegerField()
    open_cents = serializers.IntegerField(
        help_text="Still to pay; for a credit note, minus what it may still pay of others."
    )
    corrects = serializers.CharField(source="corrects.reference", allow_null=True, default=None)


class InvoiceLineSerializer(serializers.Serializer):
    label = serializers.CharField()  # type: ignore[assignment]
    quantity = serializers.IntegerField()
    unit_cents = serializers.IntegerField()
    net_cents = serializers.IntegerField()
    vat_rate = serializers.IntegerField()
    period_start = serializers.DateField()
    period_end = serializers.DateField()


class VatSerializer(serializers.Serializer):
    rate = serializers.IntegerField()
    base_cents = serializers.IntegerField()
    vat_cents = serializers.IntegerField()
    exemption = serializers.CharField()


class InvoiceDetailSerializer(InvoiceSerializer):
    lines = InvoiceLineSerializer(many=True)
    vat = VatSerializer(many=True, source="totals")
