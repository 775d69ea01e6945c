"""The security level: literal credentials are refused, and nothing that only sounds like one."""

import pytest

from tests.unit.agents.reading_aid import only_fault, read_sections

# Each is put together here so that no scanner takes this file for a leak.
KEYS = {
    "openai": "sk-" + "proj-" + "Ab1" * 12,
    "anthropic": "sk-" + "ant-" + "api03-" + "Zx9" * 10,
    "aws": "AKIA" + "ABCDEFGHIJKLMNOP",
    "github": "ghp_" + "a1B2" * 9,
    "github_fine": "github_pat_" + "a1B2" * 9,
    "slack": "xoxb-" + "1234567890-abcdef",
    "stripe": "sk_live_" + "a1B2c3D4e5F6",
    "jwt": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxIn0." + "c2lnbmF0dXJl",
    "private": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "google": "AIza" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r",
    "twilio": "SK" + "0123456789abcdef" * 2,
    "sendgrid": "SG." + "a1B2c3D4e5F6g7H8." + "a1B2c3D4e5F6g7H8",
    "razorpay": "rzp_live_" + "a1B2c3D4e5",
    "address": "postgresql://" + "bob:hunter2@db.example.com/x",
    "bearer": "Bearer " + "a1B2c3D4e5F6g7H8i9J0",
}


@pytest.mark.parametrize("name", KEYS)
def test_a_known_pattern_is_refused_under_any_key_and_never_repeated(name: str) -> None:
    fault = only_fault(read_sections(f"tools: [{{name: a, config: {{note: 'see {KEYS[name]}'}}}}]"))
    assert (fault.level, fault.code, fault.path) == ("security", "literal_credential", "tools[0].config.note")
    assert KEYS[name] not in str(fault)
    assert "${NOTE}" in fault.cure


def test_a_credential_in_a_prompt_or_an_unknown_key_is_refused_too() -> None:
    assert only_fault(read_sections(agent=f"greeting: the key is {KEYS['aws']}\n")).path == "agent.greeting"
    reading = read_sections(f"api_key: {KEYS['openai']}")
    assert {fault.code for fault in reading.faults} == {"unknown_key", "literal_credential"}


@pytest.mark.parametrize(
    "entry",
    ["password: changeme", "password: 12345678", "api_key: x", "apiKey: abc", "client-secret: s3", "db_password: a b c",
     "auth_token: none", "token: 9f86d081884c7d659a2feaa0c55ad015", "signing_key: [a]", "password: $DB_PASSWORD",
     "api_key: '${KEY:-fallback}'", "x-api-key: abc123", "access_token: 'pre${NAME}'",
     "authorization: Zm9vOmJhcjEyMzQ1Njc4OTA9"],
)  # fmt: skip
def test_a_value_under_a_credentials_key_is_refused(entry: str) -> None:
    assert only_fault(read_sections(f"tools: [{{name: a, config: {{{entry}}}}}]")).code == "literal_credential"


@pytest.mark.parametrize(
    "entry",
    ["max_tokens: 2000", "token_limit: 500", "tokens: many", "token_type: bearer", "key: sku", "primary_key: order_id",
     "sort_key: created_at_descending_order", "auth_type: bearer", "auth: oauth2", "api_key: '${API_KEY}'",
     "authorization: 'Bearer ${TOKEN}'", "password: ''", "password: ~", "secret_name: salesforce-acme-prod",
     "credentials_secret: salesforce-acme-prod", "required_fields: [password, api_key]", "password_reset: true",
     "endpoint: 'https://api.example.com/v1/tokens'", "dsn: 'postgresql://bob:${DB_PASSWORD}@db/x'",
     "note: 'never tell anybody your password or secret token'", "idempotency_key: order_number",
     "sha: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "has_secret: true",
     "note: sk-learn-and-other-libraries, Bearer authentication-is-needed-here"],
)  # fmt: skip
def test_what_only_sounds_like_a_credential_is_right(entry: str) -> None:
    reading = read_sections(f"tools: [{{name: a, config: {{{entry}}}}}]")
    assert not reading.faults, [str(fault) for fault in reading.faults]


def test_a_tools_parameters_may_describe_a_password() -> None:
    text = "tools: [{name: a, parameters: {properties: {password: {type: string, description: The password}}}}]"
    assert read_sections(text).spec is not None
