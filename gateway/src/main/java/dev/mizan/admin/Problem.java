package dev.mizan.admin;

import dev.mizan.dialect.ErrorCode;
import java.util.Map;

/**
 * Why a request is refused, in no language yet.
 *
 * @param text the name of the text in {@link dev.mizan.messages.Texts}
 * @param values what the text's places are filled with; no secret
 * @param param the field it is about; empty if none
 * @param retryAfterSeconds when another try makes sense; 0 if time will not help
 */
record Problem(ErrorCode code, String text, Map<String, String> values, String param, int retryAfterSeconds) {
    /** How much of a wrong value is repeated in a message. */
    private static final int VALUE_LENGTH_MAX = 80;

    Problem {
        values = Map.copyOf(values);
    }

    static Problem of(ErrorCode code, String text) {
        return new Problem(code, text, Map.of(), "", 0);
    }

    /** A field's value is not what was expected. */
    static ProblemException value(String field, String value, String expected) {
        String shown = value.length() > VALUE_LENGTH_MAX ? value.substring(0, VALUE_LENGTH_MAX) + "…" : value;
        return field("error.value", field, Map.of("field", field, "value", "'" + shown + "'", "expected", expected));
    }

    /** A field's value is not what was expected, and may be a secret: it is not repeated. */
    static ProblemException secretValue(String field, String expected) {
        return field("error.value", field, Map.of("field", field, "value", "***", "expected", expected));
    }

    /** There is no such field. */
    static ProblemException unknownField(String field, String expected) {
        String shown = field.length() > VALUE_LENGTH_MAX ? field.substring(0, VALUE_LENGTH_MAX) + "…" : field;
        return field("error.field", shown, Map.of("field", shown, "expected", expected));
    }

    ProblemException thrown() {
        return new ProblemException(this);
    }

    private static ProblemException field(String text, String field, Map<String, String> values) {
        return new Problem(ErrorCode.INVALID_REQUEST, text, values, field, 0).thrown();
    }
}
