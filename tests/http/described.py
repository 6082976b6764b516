"""The OpenAPI document as a judge: whether an answer is one that it describes."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import httpx2 as httpx
import jsonschema_rs

PROBLEM = "application/problem+json"


class Described:
    """A served document, and what it says of each operation."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._validators: dict[str, Any] = {}

    @cached_property
    def operations(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Every operation, by method and path."""
        return {
            (method.upper(), path): operation
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
        }

    def require(self, method: str, path: str, answer: httpx.Response) -> None:
        """Fail unless the operation may answer like this: status, media type, and the form of the body."""
        self.judge(method, path, answer.status_code, dict(answer.headers), answer.text)

    def judge(self, method: str, path: str, status: int, headers: Mapping[str, str], text: str) -> None:
        """Fail unless the operation may answer like this; names of headers in lower case."""
        told = f"{method} {path}: {status} {text[:300]}"
        responses = self.operations[method, path]["responses"]
        assert status < 500, told
        assert str(status) in responses, f"undeclared status, {told}"
        content = responses[str(status)]["content"]
        media = headers["content-type"].partition(";")[0]
        assert media in content, f"undeclared media type {media}, {told}"
        if media.endswith("json") and not media.endswith("ndjson"):  # which is a JSON text a line
            faults = self._faults(content[media]["schema"], json.loads(text))
            assert faults == [], f"{faults[:3]}, {told}"
        if media == PROBLEM:
            assert json.loads(text)["status"] == status, told
        assert len(headers["x-request-id"]) == 32, told

    def _faults(self, schema: dict[str, Any], body: Any) -> list[str]:
        key = repr(schema)
        if key not in self._validators:
            whole = {**schema, "components": self.document["components"]}
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True, offline=True)
        return [f"{fault.instance_path}: {fault.message[:200]}" for fault in self._validators[key].iter_errors(body)]
