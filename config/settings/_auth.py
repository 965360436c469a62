"""Settings of sign-up, sign-in and second factor: django-allauth, its limits, and how passwords are kept."""

from typing import Any

from config import environment

AUTH_USER_MODEL = "accounts.User"
AUTH_APPS: list[str] = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.headless",
    # OpenID Connect proves who a professional is (`practitioners.pro_sante_connect`); nobody signs in with it.
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
AUTH_MIDDLEWARE: list[str] = [
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.AccountMiddleware",
    "accounts.middleware.IdleMiddleware",
]
AUTHENTICATION_BACKENDS = ["accounts.auth_backend.AccountBackend"]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:landing"
LOGOUT_REDIRECT_URL = "/"

# Passwords: one way of keeping them. Length counts, composition does not, and none expires (ASVS 6.2).
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.validators.MaximumLengthValidator", "OPTIONS": {"max_length": 1024}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "display_name"]},
    },
    {"NAME": "accounts.validators.ContextWordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600

ACCOUNT_ADAPTER = "accounts.adapters.account.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "accounts.selectors.display_of"
ACCOUNT_LOGIN_METHODS = {"email"}
# The phone is here so that allauth opens its pages to confirm a number; sign-up itself never asks for it.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1", "phone"]
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# However one enters, the session lasts as long (SESSION_COOKIE_AGE).
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300

# Codes: six digits, ten minutes, five tries, bound to the session that asked (CNIL, ASVS 6.5 and 6.6).
_CODE_MINUTES = 10
_CODE_TRIES = 5
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = _CODE_MINUTES * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = _CODE_TRIES
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = _CODE_MINUTES * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = _CODE_TRIES
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = _CODE_MINUTES * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = _CODE_TRIES
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = _CODE_MINUTES * 60
ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS = _CODE_TRIES
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True

# Counted in the PostgreSQL cache. None of them locks an account: whoever fails the password may still ask for a code.
ACCOUNT_RATE_LIMITS = {
    "signup": "20/h/ip",
    "login": "60/h/ip",
    "login_failed": "40/h/ip,10/15m/key,20/h/key",
    "request_login_code": "30/h/ip",
    "reset_password": "20/h/ip,5/h/key",
    "reset_password_from_key": "20/h/ip",
    "confirm_email": "1/10s/key",
    "manage_email": "20/h/user",
    "change_password": "10/h/user",
    "change_phone": "5/h/user",
    "reauthenticate": "20/h/user",
    "verify_phone": "1/10s/key,3/h/key,10/h/ip",
    # Ours: each e-mail that carries a code, whoever asked for it and through whichever door.
    "send_code": "5/h/key",
    "send_code_anywhere": "20/h/key",
}
ACCOUNT_FORMS = {
    "login": "accounts.forms.entry.LoginForm",
    "signup": "accounts.forms.entry.SignUpForm",
    "request_login_code": "accounts.forms.entry.RequestCodeForm",
    "confirm_login_code": "accounts.forms.codes.LoginCodeForm",
    "confirm_email_verification_code": "accounts.forms.codes.EmailCodeForm",
    "confirm_password_reset_code": "accounts.forms.codes.ResetCodeForm",
    "verify_phone": "accounts.forms.codes.PhoneCodeForm",
    "reauthenticate": "accounts.forms.entry.ReauthenticateForm",
    "add_email": "accounts.forms.contact.ChangeEmailForm",
    "change_phone": "accounts.forms.contact.ChangePhoneForm",
    "change_password": "accounts.forms.password.ChangePasswordForm",
    "set_password": "accounts.forms.password.SetPasswordForm",
    "reset_password": "accounts.forms.password.ForgottenPasswordForm",
    "reset_password_from_key": "accounts.forms.password.NewPasswordForm",
}

MFA_ADAPTER = "accounts.adapters.mfa.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Prendsoin"
# One step either side for slow fingers and slow clocks; each code still serves once (accounts.totp).
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "preferred"
# Passkeys are bound to an HTTPS origin, or to http://localhost, where the demo is served.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
MFA_FORMS = {
    "authenticate": "accounts.forms.second_factor.AuthenticateForm",
    "reauthenticate": "accounts.forms.second_factor.ReauthenticateForm",
    "activate_totp": "accounts.forms.second_factor.ActivateTOTPForm",
    "add_webauthn": "accounts.forms.second_factor.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.second_factor.RenamePasskeyForm",
}

SESSION_SERIALIZER = "accounts.session_serializer.SealedSerializer"
USERSESSIONS_TRACK_ACTIVITY = False
HEADLESS_ADAPTER = "accounts.adapters.headless.HeadlessAdapter"
HEADLESS_CLIENTS = ["app"]

# How long a lost second factor takes to be removed, in hours: long enough for the owner to read the announcement.
LOST_FACTOR_HOURS = 48

SOCIALACCOUNT_ADAPTER = "accounts.adapters.social.NoSignInAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
# Pro Santé Connect: the address of its discovery document (or the one before `/.well-known/`), and the origin of its
# pages where that differs, for the forms that lead there. Without an address it is not offered.
PRO_SANTE_CONNECT_ORIGIN = environment.text("PRO_SANTE_CONNECT_ORIGIN", "")


def pro_sante_connect(url: str, client_id: str, secret: str) -> dict[str, Any]:
    """SOCIALACCOUNT_PROVIDERS with Pro Santé Connect at this address, or without any provider."""
    if not url:
        return {}
    app = {
        "provider_id": "pro-sante-connect",
        "name": "Pro Santé Connect",
        "client_id": client_id,
        "secret": secret,
        "settings": {
            "server_url": url,
            "oauth_pkce_enabled": True,
            "scope": ["openid", "scope_all"],
            "auth_params": {"acr_values": "eidas1"},
        },
    }
    return {"openid_connect": {"APPS": [app]}}


SOCIALACCOUNT_PROVIDERS = pro_sante_connect(
    environment.text("PRO_SANTE_CONNECT_URL", ""),
    environment.text("PRO_SANTE_CONNECT_CLIENT_ID", ""),
    environment.text("PRO_SANTE_CONNECT_SECRET", ""),
)
