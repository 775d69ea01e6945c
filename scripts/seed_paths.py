"""Where each HTTP path of the first drafts lives here: the data of docs/reference/paths.md, no code."""

from typing import NamedTuple


class SeedPath(NamedTuple):
    """A path of a draft (methods, path) and ours; `comes_with` names the part of the product that will bring it."""

    asked: str
    ours: str = ""
    comes_with: str = ""


_CONVERSATION = "/api/v1/conversations/{conversation_id}"
_ANALYTICS = "analytics (J1)"
_CALLS = "calls (E2, E4)"
_WORKFLOWS = "workflows (F1)"
_INCIDENTS = "incidents (J)"
_RESEARCH = "research (H1)"
_INTEGRATIONS = "connections (C4)"
_APPROVALS = "approvals (B7)"
_GRAPHQL = "GraphQL (K2)"
_TENANTS = "tenants (I1)"

DRAFTS: dict[str, tuple[SeedPath, ...]] = {
    "Draft 002, appendix A": (
        SeedPath("POST auth/login", "POST /api/v1/auth/login"),
        SeedPath("POST auth/refresh", "POST /api/v1/auth/refresh"),
        SeedPath("POST auth/logout", "POST /api/v1/auth/logout"),
        SeedPath("GET configs", "GET /api/v1/agents"),
        SeedPath("POST configs", "POST /api/v1/agents"),
        SeedPath("GET configs/{id}", "GET /api/v1/agents/{agent_id}"),
        SeedPath("PUT configs/{id}", "PUT /api/v1/agents/{agent_id}"),
        SeedPath("DELETE configs/{id}", "DELETE /api/v1/agents/{agent_id}"),
        SeedPath("POST configs/{id}/validate", "POST /api/v1/agents/validate"),
        SeedPath("POST conversations", "POST /api/v1/conversations"),
        SeedPath("GET conversations/{id}", f"GET {_CONVERSATION}"),
        SeedPath("GET conversations/{id}/messages", f"GET {_CONVERSATION}/messages"),
        SeedPath("POST conversations/{id}/messages", f"POST {_CONVERSATION}/messages"),
        SeedPath("GET customers?config_id", "GET /api/v1/contacts"),
        SeedPath("GET customers/{id}", "GET /api/v1/contacts/{contact_id}"),
        SeedPath("PUT customers/{id}", "PATCH /api/v1/contacts/{contact_id}"),
        SeedPath("GET analytics/daily?config_id,start,end", "GET /api/v1/analytics/daily"),
        SeedPath("GET analytics/realtime", "GET /api/v1/analytics/realtime"),
        SeedPath("GET tools", "GET /api/v1/tools"),
        SeedPath("GET tools/{name}", "GET /api/v1/tools/{name}"),
        SeedPath("POST tools/{name}/test", "POST /api/v1/tools/{name}/test"),
        SeedPath("GET integrations", comes_with=_INTEGRATIONS),
        SeedPath("GET integrations/{type}", comes_with=_INTEGRATIONS),
        SeedPath("POST integrations/{type}/test", comes_with=_INTEGRATIONS),
        SeedPath("GET incidents", comes_with=_INCIDENTS),
        SeedPath("POST incidents", comes_with=_INCIDENTS),
        SeedPath("GET incidents/{id}", comes_with=_INCIDENTS),
        SeedPath("POST incidents/{id}/resolve", comes_with=_INCIDENTS),
        SeedPath("POST research/initiate", comes_with=_RESEARCH),
        SeedPath("GET research/{id}/status", comes_with=_RESEARCH),
        SeedPath("GET research/{id}/report", comes_with=_RESEARCH),
        SeedPath("GET health", "GET /healthz"),
        SeedPath("GET ready", "GET /readyz"),
    ),
    "Draft 001": (
        SeedPath("POST research {client_id, research_type}", comes_with=_RESEARCH),
        SeedPath("POST v1/chat {message, session_id, client_id}", f"POST {_CONVERSATION}/messages"),
    ),
    "Draft 003, REST": (
        SeedPath("POST auth/login", "POST /api/v1/auth/login"),
        SeedPath("POST auth/logout", "POST /api/v1/auth/logout"),
        SeedPath("POST auth/refresh", "POST /api/v1/auth/refresh"),
        SeedPath("POST auth/register", comes_with="sign-up (I1, I2)"),
        SeedPath("GET tenants", comes_with=_TENANTS),
        SeedPath("POST tenants", comes_with=_TENANTS),
        SeedPath("GET tenants/{id}", comes_with=_TENANTS),
        SeedPath("PATCH tenants/{id}", comes_with=_TENANTS),
        SeedPath("DELETE tenants/{id}", comes_with=_TENANTS),
        SeedPath("GET tenants/{id}/api-keys", "GET /api/v1/api-keys"),
        SeedPath("POST tenants/{id}/api-keys", "POST /api/v1/api-keys"),
        SeedPath("GET voice/calls", comes_with=_CALLS),
        SeedPath("POST voice/calls/initiate", comes_with=_CALLS),
        SeedPath("GET voice/calls/analytics", comes_with=_CALLS),
        SeedPath("GET voice/calls/{id}", comes_with=_CALLS),
        SeedPath("POST voice/calls/{id}/end", comes_with=_CALLS),
        SeedPath("GET voice/calls/{id}/recording", comes_with=_CALLS),
        SeedPath("GET voice/calls/{id}/transcript", comes_with=_CALLS),
        SeedPath("POST chat/conversations", "POST /api/v1/conversations"),
        SeedPath("GET chat/conversations/{id}", f"GET {_CONVERSATION}"),
        SeedPath("DELETE chat/conversations/{id}", f"DELETE {_CONVERSATION}"),
        SeedPath("POST chat/conversations/{id}/messages", f"POST {_CONVERSATION}/messages"),
        SeedPath("GET chat/conversations/{id}/history", f"GET {_CONVERSATION}/messages"),
        SeedPath("GET workflows", comes_with=_WORKFLOWS),
        SeedPath("POST workflows", comes_with=_WORKFLOWS),
        SeedPath("GET workflows/{id}", comes_with=_WORKFLOWS),
        SeedPath("POST workflows/{id}/execute", comes_with=_WORKFLOWS),
        SeedPath("GET workflows/{id}/executions", comes_with=_WORKFLOWS),
        SeedPath("GET analytics/dashboard", "GET /api/v1/analytics/dashboard"),
        SeedPath("GET analytics/calls", comes_with=_ANALYTICS),
        SeedPath("GET analytics/chats", comes_with=_ANALYTICS),
        SeedPath("GET analytics/usage", comes_with=_ANALYTICS),
        SeedPath("GET analytics/export", comes_with=_ANALYTICS),
    ),
    "Draft 003, GraphQL": (
        SeedPath("query tenant", comes_with=_GRAPHQL),
        SeedPath("query call", comes_with=_GRAPHQL),
        SeedPath("query conversation", comes_with=_GRAPHQL),
        SeedPath("query analytics(dateRange)", comes_with=_GRAPHQL),
        SeedPath("mutation initiateCall", comes_with=_GRAPHQL),
        SeedPath("mutation sendMessage", comes_with=_GRAPHQL),
        SeedPath("mutation updateTenant", comes_with=_GRAPHQL),
        SeedPath("subscription callStatusChanged", comes_with=_GRAPHQL),
        SeedPath("subscription messageReceived", comes_with=f"{_GRAPHQL}; today WS {_CONVERSATION}/stream"),
    ),
    "Draft 004": (
        SeedPath("POST agents {name, llm_provider, llm_model, tools}", "POST /api/v1/agents"),
        SeedPath("POST apa/runs {agent_id, inputs}", comes_with="runs (B3)"),
        SeedPath("POST apa/hitl/{id}/approve", comes_with=_APPROVALS),
    ),
}
