"""Addresses of claims: the claimant's, and the staff's verification."""

from django.urls import path

from practitioners.views import claims, verification

HERE, STAFF = "revendiquer/", "plateforme/verification/"

claim_paths = [
    path("praticien/<slug:slug>/revendiquer/", claims.declare, name="claim_page"),
    path(HERE, claims.declare, name="claim_new"),
    path(f"{HERE}pro-sante-connect/retour/", claims.identity_return, name="identity_return"),
    path(f"{HERE}<uuid:uid>/", claims.claim, name="claim"),
    path(f"{HERE}<uuid:uid>/pro-sante-connect/", claims.identify, name="claim_identify"),
    path(f"{HERE}<uuid:uid>/piece/", claims.send_document, name="claim_document"),
    path(f"{HERE}<uuid:uid>/retirer/", claims.withdraw, name="claim_withdraw"),
    path(f"{HERE}<uuid:uid>/cabinet/", claims.open_practice, name="claim_practice"),
    path(f"{HERE}<uuid:uid>/equipe/", claims.join_team, name="claim_team"),
    path(STAFF, verification.waiting, name="verification"),
    path(f"{STAFF}<uuid:uid>/", verification.judge, name="verification_claim"),
    path(f"{STAFF}<uuid:uid>/piece/<uuid:document>/", verification.document, name="verification_document"),
]
