from gamenight.core.errors import BadRequest, NotFound, TooManyRequests


class WebhookUrlRefused(BadRequest):
    """`reason` in the details says why, see UrlFault."""

    code = "webhook_url_refused"


class WebhookSecretInvalid(BadRequest):
    code = "webhook_secret_invalid"


class UnknownEvent(BadRequest):
    code = "unknown_event"


class TooManyWebhooks(BadRequest):
    code = "too_many_webhooks"


class WebhookIsDisabled(BadRequest):
    code = "webhook_disabled"


class OneOrSince(BadRequest):
    code = "one_or_since"


class WebhookNotFound(NotFound):
    code = "webhook_not_found"


class DeliveryNotFound(NotFound):
    code = "delivery_not_found"


class TooManyTests(TooManyRequests):
    code = "too_many_tests"
