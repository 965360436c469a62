"""Addresses of the account: French words, under the names by which django-allauth looks its own pages up."""

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.headless.constants import Client
from allauth.headless.urls import build_urlpatterns
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import URLPattern, URLResolver, include, path

from accounts.views import devices, entry, home, lost_factor, personal, proof, second_factor, spaces, workstation

proven = reauthentication_required(app="allauth.account")

entry_pages = [
    path("inscription/", entry.SignUpView.as_view(), name="account_signup"),
    path("connexion/", account.login, name="account_login"),
    path("connexion/code/", account.request_login_code, name="account_request_login_code"),
    path("connexion/cle/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("code/", account.confirm_login_code, name="account_confirm_login_code"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("ferme/", account.account_inactive, name="account_inactive"),
    path("verification/mot-de-passe/", account.reauthenticate, name="account_reauthenticate"),
    path("verification/second-facteur/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("verification/cle/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
]

contact_pages = [
    path("email/", account.email, name="account_email"),
    path("email/code/", account.email_verification_sent, name="account_email_verification_sent"),
    path("telephone/", account.change_phone, name="account_change_phone"),
    path("telephone/code/", account.verify_phone, name="account_verify_phone"),
]

password_pages = [
    path("mot-de-passe/", account.password_change, name="account_change_password"),
    path("mot-de-passe/choisir/", proven(account.password_set), name="account_set_password"),
    path("mot-de-passe/oublie/", account.password_reset, name="account_reset_password"),
    path(
        "mot-de-passe/oublie/code/",
        account.confirm_password_reset_code,
        name="account_confirm_password_reset_code",
    ),
    path("mot-de-passe/nouveau/", account.complete_password_reset, name="account_complete_password_reset"),
    path("mot-de-passe/change/", account.password_reset_from_key_done, name="account_password_reset_completed"),
]

second_factor_pages = [
    path("second-facteur/", second_factor.SecondFactorView.as_view(), name="mfa_index"),
    path("second-facteur/code/", mfa.authenticate, name="mfa_authenticate"),
    path("second-facteur/application/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-facteur/application/retirer/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-facteur/secours/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-facteur/secours/autres/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-facteur/secours/fichier/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("second-facteur/cles/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("second-facteur/cles/ajouter/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("second-facteur/cles/<int:pk>/retirer/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("second-facteur/cles/<int:pk>/renommer/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("sessions/", devices.DevicesView.as_view(), name="usersessions_list"),
]

own_pages = [
    path("", home.home, name="home"),
    path("accueil/", entry.landing, name="landing"),
    path("espace/", spaces.spaces, name="spaces"),
    path("preferences/", home.edit_preferences, name="preferences"),
    path("langue/", home.set_language, name="language"),
    path("verification/code/", proof.ProveByCodeView.as_view(), name="prove_by_code"),
    path("telephone/retirer/", devices.remove_phone, name="remove_phone"),
    path("sessions/<int:pk>/fermer/", devices.end_session, name="end_session"),
    path("second-facteur/perdu/", lost_factor.report, name="lost_factor"),
    path("second-facteur/perdu/arreter/", lost_factor.cancel_from_account, name="lost_factor_stop"),
    path("second-facteur/perdu/arreter/<str:token>/", lost_factor.cancel_by_link, name="lost_factor_cancel"),
    path("donnees/", personal.export, name="export"),
    path("fermer/", personal.close, name="close"),
]

# Under the practice's own addresses: it is where people work.
workstation_pages = [
    path("", workstation.workstation, name="workstation"),
    path("code/", proven(workstation.pin), name="workstation_pin"),
    path("verrouiller/", workstation.lock, name="lock"),
    path("quitter/", workstation.leave, name="workstation_leave"),
    path("reprendre/", workstation.resume, name="resume"),
    path("presence/", workstation.idle, name="idle"),
]


def _programs() -> list[URLPattern | URLResolver]:
    """allauth's addresses for programs, without those of other sites' accounts: nobody signs in with one."""
    (version,) = build_urlpatterns(Client.APP)
    kept = [one for one in version.url_patterns if getattr(one, "namespace", None) != "socialaccount"]
    return [path("v1/", include(kept))]


urlpatterns = [
    path("compte/", include([*entry_pages, *contact_pages, *password_pages, *second_factor_pages])),
    path(
        "",
        include(
            ([path("compte/", include(own_pages)), path("cabinet/poste/", include(workstation_pages))], "accounts")
        ),
    ),
    path("_allauth/", include(([path("app/", include((_programs(), "headless"), namespace="app"))], "headless"))),
]
