package dev.mizan.dialect;

/** Mizan's own error codes, with their HTTP status. Every one is explained in {@code docs/errors.md}. */
public enum ErrorCode {
    INVALID_API_KEY("invalid_api_key", 401),
    KEY_BLOCKED("key_blocked", 403),
    KEY_EXPIRED("key_expired", 403),
    LICENCE_INVALID("licence_invalid", 401),
    LICENCE_EXPIRED("licence_expired", 403),
    MODEL_NOT_FOUND("model_not_found", 404),
    MODEL_NOT_ALLOWED("model_not_allowed", 403),
    INVALID_REQUEST("invalid_request", 400),
    NOT_FOUND("not_found", 404),
    METHOD_NOT_ALLOWED("method_not_allowed", 405),
    REQUEST_TOO_LARGE("request_too_large", 413),
    HEADERS_TOO_LARGE("headers_too_large", 431),
    REQUEST_TIMEOUT("request_timeout", 408),
    UNPRICED_MODEL("unpriced_model", 400),
    INPUT_TOKEN_LIMIT_EXCEEDED("input_token_limit_exceeded", 400),
    OUTPUT_TOKEN_LIMIT_EXCEEDED("output_token_limit_exceeded", 400),
    TOOL_CALL_LIMIT_EXCEEDED("tool_call_limit_exceeded", 400),
    QUOTA_EXCEEDED("quota_exceeded", 429),
    DAILY_LIMIT_EXCEEDED("daily_limit_exceeded", 429),
    COST_LIMIT_EXCEEDED("cost_limit_exceeded", 429),
    ENDPOINT_DISABLED("endpoint_disabled", 503),
    LIMIT_STORE_REBUILDING("limit_store_rebuilding", 503),
    LIMIT_STORE_UNAVAILABLE("limit_store_unavailable", 503),
    UPSTREAM_TIMEOUT("upstream_timeout", 504),
    UPSTREAM_ERROR("upstream_error", 502),
    OVERLOADED("overloaded", 503),
    JOURNAL_UNAVAILABLE("journal_unavailable", 503),
    PERMISSION_DENIED("permission_denied", 403),
    ALREADY_EXISTS("already_exists", 409),
    RATE_LIMIT_EXCEEDED("rate_limit_exceeded", 429),
    DATABASE_UNAVAILABLE("database_unavailable", 503),
    INTERNAL_ERROR("internal_error", 500);

    private final String code;
    private final int status;

    ErrorCode(String code, int status) {
        this.code = code;
        this.status = status;
    }

    /** The stable text in bodies, lines and metrics. */
    public String code() {
        return code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }
}
