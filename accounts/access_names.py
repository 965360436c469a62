"""Declares the addresses whose views belong to django-allauth: each one to everybody, or to whoever is signed in.

What lies behind sign-in is the person's own account: no space and no second factor changes it, except where allauth
itself asks for a proof again.
"""

from core.access import access

_WAY_IN = "it is on the way in: it answers alike whether the account exists or not"
_PROGRAM = "sign-in of programs: allauth asks for the session token where one is needed"

PUBLIC = (
    "account_login",
    "account_logout",
    "account_inactive",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_verify_phone",
    "account_reset_password",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_password_reset_completed",
    "mfa_login_webauthn",
    "mfa_authenticate",
)
SIGNED_IN = {
    "account_reauthenticate": "accounts.account",
    "mfa_reauthenticate": "accounts.account",
    "mfa_reauthenticate_webauthn": "accounts.account",
    "account_email": "accounts.email",
    "account_change_phone": "accounts.phone",
    "account_change_password": "accounts.password",
    "account_set_password": "accounts.password",
    "mfa_activate_totp": "accounts.second_factor",
    "mfa_deactivate_totp": "accounts.second_factor",
    "mfa_view_recovery_codes": "accounts.second_factor",
    "mfa_generate_recovery_codes": "accounts.second_factor",
    "mfa_download_recovery_codes": "accounts.second_factor",
    "mfa_list_webauthn": "accounts.second_factor",
    "mfa_add_webauthn": "accounts.second_factor",
    "mfa_remove_webauthn": "accounts.second_factor",
    "mfa_edit_webauthn": "accounts.second_factor",
}
HEADLESS = (
    "config",
    "account:current_session",
    "account:reauthenticate",
    "account:confirm_login_code",
    "account:request_login_code",
    "account:resend_login_code",
    "account:change_password",
    "account:manage_email",
    "account:manage_phone",
    "account:request_password_reset",
    "account:reset_password",
    "account:login",
    "account:signup",
    "account:verify_email",
    "account:resend_email_verification_code",
    "account:verify_phone",
    "account:resend_phone_verification_code",
    "mfa:authenticate",
    "mfa:reauthenticate",
    "mfa:authenticators",
    "mfa:manage_totp",
    "mfa:manage_recovery_codes",
    "mfa:manage_webauthn",
    "mfa:authenticate_webauthn",
    "mfa:reauthenticate_webauthn",
    "mfa:login_webauthn",
    "usersessions:sessions",
    "tokens:refresh",
)


def declare() -> None:
    access.declare_by_name({name: access.public_spec(_WAY_IN) for name in PUBLIC})
    access.declare_by_name(
        {
            name: access.spec(resource=resource, action={"GET": "read", "POST": "update"}, second_factor=False)
            for name, resource in SIGNED_IN.items()
        }
    )
    # HEAD and OPTIONS reach code of the library that expects neither.
    program = access.public_spec(_PROGRAM, methods=("GET", "POST", "PUT", "PATCH", "DELETE"))
    access.declare_by_name({f"headless:app:{name}": program for name in HEADLESS})
