"""The coded errors of people, tokens, keys and secrets."""

from sparklabs.kit.errors import InvalidError, NotFoundError, RateLimitedError, UnauthenticatedError

_BEARER = {"WWW-Authenticate": "Bearer"}
_REFUSED = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class InvalidCredentialsError(UnauthenticatedError):
    """E-mail, password or tenant is wrong; which of them is never said."""

    code = "invalid_credentials"
    title = "The sign-in was refused"

    def __init__(self) -> None:
        super().__init__("The e-mail or the password is wrong.", hint="Check both and try again.", headers=_BEARER)


class AccountLockedError(RateLimitedError):
    """Too many wrong passwords; known and unknown addresses look alike."""

    code = "account_locked"
    title = "Locked for a while"

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(
            "Too many wrong passwords for this e-mail.",
            hint=f"Try again in {wait_seconds} s, or have the owner's password reset.",
            headers={"Retry-After": str(wait_seconds)},
        )


class TooManySignInsError(RateLimitedError):
    """One address tried one e-mail too often."""

    code = "too_many_sign_ins"

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(
            "Too many failed sign-ins from here.",
            hint=f"Try again in {wait_seconds} s.",
            headers={"Retry-After": str(wait_seconds)},
        )


class PasswordTooWeakError(InvalidError):
    """The new password is too short or too long."""

    code = "password_too_weak"


class TokenInvalidError(UnauthenticatedError):
    """The token is not one of ours, was changed, or is of another kind."""

    code = "token_invalid"
    title = "The token is not valid"

    def __init__(self, detail: str = "The token is not valid.") -> None:
        super().__init__(detail, hint="Sign in again with POST /api/v1/auth/login.", headers=_REFUSED)


class TokenExpiredError(UnauthenticatedError):
    """The token was ours and its time is over."""

    code = "token_expired"
    title = "The token has expired"

    def __init__(self, hint: str = "Get a new one with POST /api/v1/auth/refresh.") -> None:
        super().__init__("The token has expired.", hint=hint, headers=_REFUSED)


class SessionEndedError(UnauthenticatedError):
    """The sign-in behind the token was ended: logged out, replayed, or its person lost access."""

    code = "session_ended"
    title = "The session has ended"

    def __init__(self) -> None:
        super().__init__("This session has ended.", hint="Sign in again.", headers=_REFUSED)


class RefreshReusedError(UnauthenticatedError):
    """A refresh token came a second time; its whole session is ended, for one of the two holders is a thief."""

    code = "refresh_reused"
    title = "The refresh token was used before"

    def __init__(self) -> None:
        super().__init__(
            "This refresh token was used before; the session is ended.",
            hint="Sign in again, and send each refresh token once only.",
            headers=_REFUSED,
        )


class ApiKeyInvalidError(UnauthenticatedError):
    """There is no such API key, or it was revoked."""

    code = "api_key_invalid"
    title = "The API key is not valid"

    def __init__(self) -> None:
        super().__init__("The API key is not valid.", hint="Make one with POST /api/v1/api-keys.", headers=_BEARER)


class ApiKeyExpiredError(UnauthenticatedError):
    """The API key's time is over."""

    code = "api_key_expired"
    title = "The API key has expired"

    def __init__(self) -> None:
        super().__init__("The API key has expired.", hint="Make a new one with POST /api/v1/api-keys.", headers=_BEARER)


class ApiKeyNotFoundError(NotFoundError):
    """The tenant has no such API key."""

    code = "api_key_not_found"


class ScopeInvalidError(InvalidError):
    """An API key may not carry this scope or role."""

    code = "scope_invalid"


class SessionNotFoundError(NotFoundError):
    """The person has no such living session."""

    code = "session_not_found"


class TimezoneInvalidError(InvalidError):
    """There is no time zone of this name."""

    code = "timezone_invalid"


class TicketInvalidError(UnauthenticatedError):
    """The socket ticket is unknown, used or older than 30 s; which of them is never said."""

    code = "ticket_invalid"
    title = "The ticket is not valid"

    def __init__(self) -> None:
        super().__init__("The ticket is unknown, used or expired.", hint="Ask for a new one and use it within 30 s.")


class SecretNameInvalidError(InvalidError):
    """A secret's name is not a plain identifier."""

    code = "secret_name_invalid"


class SecretValueInvalidError(InvalidError):
    """A secret's value is empty or too large."""

    code = "secret_value_invalid"


class SecretNotFoundError(NotFoundError):
    """The tenant has no secret of this name."""

    code = "secret_not_found"


class AccountNotFoundError(NotFoundError):
    """Nobody has this e-mail."""

    code = "account_not_found"


class FirstOwnerInvalidError(InvalidError):
    """The first owner's e-mail cannot be used."""

    code = "owner_email_invalid"


class PreferencesTooLargeError(InvalidError):
    """What a person chose to see would be more than is kept."""

    code = "preferences_too_large"
