package dev.mizan.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which results are new to the model. {@code m} stands for its message, a number for one of the caller's. */
class ToolResultsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0 m, 0",
        "0 m 2, 2",
        "0 m 1 1 1, 3",
        "0 m 2 m 1, 1",
        "0 m 2 m 0, 0",
        "0 m 2 0, 2",
        "0 m 2 m, 2",
        "0 m 2 m m, 2",
        "0 m m 2, 2",
        "3, 3"
    })
    void thoseAfterItsLastAnswerAre(String conversation, int expected) {
        ToolResults results = new ToolResults();
        for (String message : conversation.split(" ", -1)) {
            if (message.equals("m")) {
                results.ofModel();
            } else {
                results.ofCaller(Integer.parseInt(message));
            }
        }

        assertThat(results.count()).isEqualTo(expected);
    }
}
