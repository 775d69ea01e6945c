"""Everything that can go wrong between us and a chat model, coded; how to react to it is written on each class.

ModelError
├── retryable: ModelRateLimitedError, ModelServerError, ModelUnreachableError, ModelStreamCutError,
│              ModelMalformedAnswerError └── ModelUnusableAnswerError
└── final:     ModelTimeoutError, ModelKeyRejectedError, ModelNotFoundError, ModelQuotaExhaustedError,
               ModelContextTooLongError, ModelLengthLimitError, ModelContentFilteredError, ModelRequestRejectedError
"""

from typing import ClassVar

from sparklabs.kit.errors import UnavailableError


class ModelError(UnavailableError):
    """One attempt at one model failed.

    `retryable`: the same model may answer if asked again. `counts_against_health`: it speaks against the model's
    health, so the circuit breaker counts it. `retry_after_seconds`: what the vendor asked us to wait, if it did.
    """

    code = "model_failed"
    title = "The model did not answer"
    retryable: ClassVar[bool] = False
    counts_against_health: ClassVar[bool] = False

    def __init__(self, detail: str, *, hint: str | None = None, retry_after_seconds: float | None = None) -> None:
        super().__init__(detail, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class ModelRateLimitedError(ModelError):
    """The vendor says we ask too often (429); our own key's limit, so it says nothing about the model's health."""

    code = "model_rate_limited"
    retryable = True


class ModelServerError(ModelError):
    """The vendor failed on its side (5xx, overloaded)."""

    code = "model_server_error"
    retryable = True
    counts_against_health = True


class ModelTimeoutError(ModelError):
    """No first byte, or no end, within the time set; who waited that long is not made to wait as long again."""

    code = "model_timeout"
    counts_against_health = True


class ModelUnreachableError(ModelError):
    """No connection: refused, no such host, TLS failure, dropped before the answer began."""

    code = "model_unreachable"
    retryable = True
    counts_against_health = True


class ModelStreamCutError(ModelError):
    """The answer began and its connection ended before its end."""

    code = "model_stream_cut"
    retryable = True
    counts_against_health = True


class ModelMalformedAnswerError(ModelError):
    """The answer is not what the protocol says.

    One such answer may be one prompt's doing; the breaker counts it when every attempt at the question ended so.
    """

    code = "model_malformed_answer"
    retryable = True
    counts_against_health = True


class ModelUnusableAnswerError(ModelMalformedAnswerError):
    """Useless: unreadable tool arguments, a tool call broken off, beyond all size, or nothing at all.

    One agent's prompt may provoke it again and again, so it must not close the model to all the others.
    """

    counts_against_health = False


class ModelLengthLimitError(ModelError):
    """The answer reached `max_tokens` before it was of any use; asked again it would again."""

    code = "model_length_limit"


class ModelKeyRejectedError(ModelError):
    """The vendor refuses the key (401, 403)."""

    code = "model_key_rejected"


class ModelNotFoundError(ModelError):
    """The vendor knows no such model, or not for this key (404)."""

    code = "model_not_found"


class ModelQuotaExhaustedError(ModelError):
    """The account behind the key has no credit left; waiting does not help."""

    code = "model_quota_exhausted"


class ModelContextTooLongError(ModelError):
    """The messages do not fit into the model's context window."""

    code = "model_context_too_long"


class ModelContentFilteredError(ModelError):
    """The vendor's content filter stopped the question or the answer."""

    code = "model_content_filtered"


class ModelRequestRejectedError(ModelError):
    """The vendor refuses the request as it stands (another 4xx)."""

    code = "model_request_rejected"


_TOO_LONG = (
    "context_length",
    "context length",
    "context window",
    "prompt is too long",
    "maximum context",
    "too many tokens",
    "input token count",
    "maximum number of tokens",
)
_FILTERED = ("content_filter", "content filter", "content management policy", "responsible_ai", "safety system")
_NO_CREDIT = ("insufficient_quota", "credit balance", "check your plan and billing")


def error_from_status(status: int, detail: str, *, retry_after_seconds: float | None = None) -> ModelError:
    """The coded error for a vendor's HTTP status and the words of its body; all vendors share these signs."""
    words = detail.lower()
    error: ModelError
    if status in {401, 403}:
        error = ModelKeyRejectedError(detail, hint="Check the provider's API key.")
    elif status == 402 or (status in {400, 429} and any(sign in words for sign in _NO_CREDIT)):
        error = ModelQuotaExhaustedError(detail, hint="Top up the provider account or use another key.")
    elif status == 429:
        error = ModelRateLimitedError(detail, retry_after_seconds=retry_after_seconds)
    elif status in {408, 504}:
        error = ModelTimeoutError(detail)
    elif status >= 500:
        error = ModelServerError(detail, retry_after_seconds=retry_after_seconds)
    elif status == 413 or any(sign in words for sign in _TOO_LONG):
        error = ModelContextTooLongError(detail, hint="Shorten the window of messages or choose a larger model.")
    elif any(sign in words for sign in _FILTERED):
        error = ModelContentFilteredError(detail)
    elif status == 404 or "model_not_found" in words:
        error = ModelNotFoundError(detail, hint="Check the model's name and that the key may use it.")
    else:
        error = ModelRequestRejectedError(detail)
    return error
