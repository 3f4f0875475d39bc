"""Signs requests to the chatbot by the rule that the client assumes (airudder_client::HmacSigner)."""

import hashlib
import hmac
import os

import requests
import schemathesis

KEY = os.environ.get("SANDBOX_SIGNING_KEY")
SECRET = os.environ.get("SANDBOX_SIGNING_SECRET")


class Signed(requests.auth.AuthBase):
    def __call__(self, request):
        body = request.body or request.url.partition("?")[2]
        body = body.encode() if isinstance(body, str) else body
        request.headers["X-AIRudder-Sign-Key"] = KEY
        request.headers["X-AIRudder-Sign"] = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        return request


if KEY:
    schemathesis.auth.set_from_requests(Signed())
