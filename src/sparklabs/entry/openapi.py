"""What the generated OpenAPI document lacks: how callers identify themselves, and what any route may answer."""

from typing import Any

from sparklabs.kit.problems import CONTENT_TYPE, Problem

PUBLIC = frozenset(
    {
        "/api/v1/auth/login",
        "/api/v1/auth/refresh",
        "/api/v1/auth/logout",
        "/api/v1/widget/config",
        "/api/v1/widget/sessions",
    }
)
"""Paths under /api/v1 that carry their proof in the body or need none."""

_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token of POST /api/v1/auth/login.",
    },
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "From POST /api/v1/api-keys."},
}
_EXAMPLE = {
    "type": "https://sparklabs.dev/problems/request_too_large",
    "title": "Too large",
    "status": 413,
    "detail": "The request is larger than 2,097,152 bytes.",
    "code": "request_too_large",
    "hint": "Send less.",
    "request_id": "01a1faad-158f-7063-956b-a0cb241ee127",
}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """The document with security schemes and a problem as every operation's default answer."""
    components = document.setdefault("components", {})
    components["securitySchemes"] = _SCHEMES
    components.setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
    schema = {"$ref": "#/components/schemas/Problem"}
    problem = {
        "description": "Anything else (RFC 9457).",
        "content": {CONTENT_TYPE: {"schema": schema, "example": _EXAMPLE}},
    }
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["responses"].setdefault("default", problem)
            if path.startswith("/api/v1/") and path not in PUBLIC:
                operation["security"] = [{"bearer": []}, {"apiKey": []}]
    return document
