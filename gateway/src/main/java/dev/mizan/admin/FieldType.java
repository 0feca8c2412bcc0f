package dev.mizan.admin;

import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;

/** The type that a field must have. */
enum FieldType {
    TEXT("a text"),
    NUMBER("a number, 0 or more, of at most 100 digits before and after the point"),
    WHOLE("a whole number, 0 or more"),
    FLAG("true or false"),
    LIST("a list"),
    OBJECT("an object");

    private static final int TEXT_LENGTH_MAX = 256;
    private static final int LIST_LENGTH_MAX = 1_000;

    /** Digits before the point, and places after it: with more, 1e999999999 would become as many digits. */
    private static final int DIGITS_MAX = 100;

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
                    case NUMBER -> value.isNumber() && isInRange(value.decimalValue());
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

    private static boolean isInRange(BigDecimal number) {
        return number.signum() >= 0
                && number.scale() <= DIGITS_MAX
                && (long) number.precision() - number.scale() <= DIGITS_MAX;
    }
}
