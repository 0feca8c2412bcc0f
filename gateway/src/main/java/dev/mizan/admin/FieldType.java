package dev.mizan.admin;

import tools.jackson.databind.JsonNode;

/** The type that a field must have. */
enum FieldType {
    TEXT("a text"),
    NUMBER("a number, 0 or more"),
    WHOLE("a whole number, 0 or more"),
    FLAG("true or false"),
    LIST("a list"),
    OBJECT("an object");

    private static final int TEXT_LENGTH_MAX = 256;
    private static final int LIST_LENGTH_MAX = 1_000;

    private final String expected;

    FieldType(String expected) {
        this.expected = expected;
    }

    /** Refuses {@code value} if it is there and of another type. */
    void check(String name, JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return;
        }
        boolean right =
                switch (this) {
                    case TEXT -> value.isString() && value.stringValue().length() <= TEXT_LENGTH_MAX;
                    case NUMBER -> value.isNumber() && value.decimalValue().signum() >= 0;
                    case WHOLE ->
                        value.isIntegralNumber() && value.decimalValue().signum() >= 0;
                    case FLAG -> value.isBoolean();
                    case LIST -> value.isArray() && value.size() <= LIST_LENGTH_MAX;
                    case OBJECT -> value.isObject();
                };
        if (!right) {
            throw Problem.value(name, value.toString(), expected);
        }
    }
}
