"""A small OpenID Connect provider on this machine: a document, keys, a token for a code. Its people always agree."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit
from uuid import uuid4

from tests.access import forge

CLIENT, SECRET = "the-console", "a secret with : and % in it"


class IdentityProvider:
    """Runs in a thread. `claims` go into the next ID tokens, over the good ones; None takes one out."""

    def __init__(self) -> None:
        provider = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                """Show the document, or the keys."""
                provider.asked.append(self.path)
                found = {"/.well-known/openid-configuration": provider.document, "/keys": provider.keys}
                self._send(200, found[self.path]())

            def do_POST(self) -> None:
                """Give an ID token for a code."""
                provider.asked.append(self.path)
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._send(*provider.exchange(dict(parse_qsl(body)), self.headers.get("Authorization", "")))

            def _send(self, status: int, answer: Any) -> None:
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Any] = {}
        self.algorithm, self.number = "RS256", 0
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """End the thread."""
        self._server.shutdown()
        self._server.server_close()

    def document(self) -> dict[str, Any]:
        """Return what the provider says of itself."""
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize?theme=dark",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }  # fmt: skip

    def keys(self) -> dict[str, Any]:
        """Return the keys: the one it signs with, one for something else, and one of an unknown kind."""
        key = forge.private_key(self.algorithm, self.number)
        spare = forge.jwk(forge.private_key("ES256", 99), kid="enc", use="enc")
        return {"keys": [forge.jwk(key, kid=f"key-{self.number}", use="sig"), spare, {"kty": "oct", "k": "eA"}]}

    def agree(self, address: str) -> dict[str, str]:
        """Do what the provider's page does when somebody agrees: return what the browser is sent back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = uuid4().hex
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        """Answer the token endpoint: a code is good once, for its client, its address and its verifier."""
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if (
            asked is None
            or authorization != expected
            or form.get("redirect_uri") != asked["redirect_uri"]
            or asked["code_challenge_method"] != "S256"
            or challenge.decode().rstrip("=") != asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        good = {
            "iss": self.issuer, "aud": CLIENT, "sub": "person-1", "iat": now, "exp": now + 60, "nonce": asked["nonce"],
            "email": "ada@cafe.example", "email_verified": True, "name": "Ada",
        }  # fmt: skip
        claims = {name: value for name, value in (good | self.claims).items() if value is not None}
        key = forge.private_key(self.algorithm, self.number)
        token = forge.token(key, self.algorithm, claims, {"kid": f"key-{self.number}"})
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": token}
