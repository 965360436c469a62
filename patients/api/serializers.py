"""Shapes of the patients API, as in the contract. One serializer per answer or body."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import normalise_email
from core.api.fields import CleanCharField
from patients import identity
from patients.enums import Level, Relation, Sex
from patients.naming import MAX_LENGTH
from patients.selectors import SELF

RELATIONS = ((SELF, _("Moi")), *Relation.choices)


class PersonSerializer(serializers.Serializer):
    """Somebody the account acts for. `relation` is `self` for oneself, whose `level` is null."""

    id = serializers.UUIDField(source="uid")
    first_name = serializers.CharField()
    birth_name = serializers.CharField()
    used_name = serializers.CharField(allow_blank=True)
    birth_date = serializers.DateField()
    sex = serializers.ChoiceField(choices=Sex.choices)
    relation = serializers.ChoiceField(choices=RELATIONS)
    level = serializers.ChoiceField(choices=Level.choices, allow_null=True)


class IdentityBody(serializers.Serializer):
    """Names as on the identity papers, in any script; `birth_date` from 1900 to today."""

    first_name = CleanCharField(max_length=MAX_LENGTH)
    birth_name = CleanCharField(max_length=MAX_LENGTH)
    used_name = CleanCharField(max_length=MAX_LENGTH, allow_blank=True, required=False)
    birth_date = serializers.DateField()
    sex = serializers.ChoiceField(choices=Sex.choices, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        known = identity.cleaned({field: attrs[field] for field in identity.FIELDS if field in attrs})
        problems = identity.problems_of(known)
        if problems:
            raise serializers.ValidationError(
                {field: serializers.ErrorDetail(str(text), code=code) for field, (code, text) in problems.items()}
            )
        return {**attrs, **known}


class PersonBody(IdentityBody):
    """`relation` left out or `self` gives the account its own identity; another one adds a relative."""

    relation = serializers.ChoiceField(choices=RELATIONS, required=False)
    attested = serializers.BooleanField(required=False, default=False)


class GuardianSerializer(serializers.Serializer):
    """Who acts for a person. `email` and `phone` are empty when they are hidden or not for the reader."""

    id = serializers.UUIDField(source="uid")
    name = serializers.CharField()
    relation = serializers.ChoiceField(choices=Relation.choices)
    level = serializers.ChoiceField(choices=Level.choices)
    is_me = serializers.BooleanField()
    contact_hidden = serializers.BooleanField()
    email = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    ends_at = serializers.DateTimeField(allow_null=True)


class ContactBody(serializers.Serializer):
    contact_hidden = serializers.BooleanField()


class InvitationBody(serializers.Serializer):
    """`relation`: what the person is to the invited one."""

    email = serializers.EmailField(max_length=254)
    relation = serializers.ChoiceField(choices=Relation.choices)
    level = serializers.ChoiceField(choices=Level.choices, required=False, default=Level.GRANTED.value)

    def validate_email(self, value: str) -> str:
        return normalise_email(value)


class InvitationSerializer(serializers.Serializer):
    """An invitation as who made it sees it."""

    id = serializers.UUIDField(source="uid")
    email = serializers.EmailField()
    relation = serializers.ChoiceField(choices=Relation.choices)
    level = serializers.ChoiceField(choices=Level.choices)
    expires_at = serializers.DateTimeField()


class OfferSerializer(serializers.Serializer):
    """An invitation as the invited person sees it."""

    id = serializers.UUIDField(source="uid")
    person = serializers.CharField(source="person_name")
    invited_by = serializers.CharField(source="inviter_name")
    relation = serializers.ChoiceField(choices=Relation.choices)
    level = serializers.ChoiceField(choices=Level.choices)
    expires_at = serializers.DateTimeField()


class LinkBody(serializers.Serializer):
    practice = serializers.UUIDField()


class LinkCodeBody(LinkBody):
    code = serializers.CharField(max_length=32)
