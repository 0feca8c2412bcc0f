package dev.mizan.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {
    private static final BreakerSettings SETTINGS = new BreakerSettings(
            true, 50, 80, Duration.ofSeconds(5), Duration.ofSeconds(60), 4, Duration.ofSeconds(30), 2, false);

    private long nanos = 1;
    private Condition condition = new Condition("a", SETTINGS, () -> nanos);

    @Test
    void opensAtTheShareOfFailuresAndNotOneBefore() {
        answer(2);
        fail(1);
        assertThat(condition.state()).isEqualTo("closed");
        assertThat(condition.permits()).isTrue();

        fail(1);

        assertThat(condition.state()).isEqualTo("open");
        assertThat(condition.permits()).isFalse();
    }

    @Test
    void tooFewCallsSayNothing() {
        fail(3);

        assertThat(condition.permits()).isTrue();
    }

    @Test
    void oldFailuresAreForgotten() {
        fail(3);
        pass(61);
        fail(3);

        assertThat(condition.permits()).isTrue();
    }

    @Test
    void isProbedAfterItsTimeAndClosesIfTheProbesAreAnswered() {
        fail(4);
        pass(30);
        assertThat(condition.permits()).isFalse();
        pass(1);

        assertThat(condition.permits()).isTrue();
        Watch one = condition.begin(0);
        assertThat(condition.state()).isEqualTo("half_open");
        assertThat(condition.permits()).isTrue();
        Watch two = condition.begin(0);
        assertThat(condition.permits()).as("a third probe").isFalse();
        one.answered();
        two.answered();

        assertThat(condition.state()).isEqualTo("closed");
    }

    @Test
    void opensAgainIfTheProbesFail() {
        fail(4);
        pass(31);

        Watch one = condition.begin(0);
        Watch two = condition.begin(0);
        one.answered();
        two.failed();

        assertThat(condition.state()).isEqualTo("open");
        pass(29);
        assertThat(condition.permits()).isFalse();
    }

    @Test
    void aProbeWhoseCallerLeavesProvesNothingAndLetsAnotherThrough() {
        fail(4);
        pass(31);

        Watch one = condition.begin(0);
        Watch two = condition.begin(0);
        one.abandoned();
        two.refused(429);

        assertThat(condition.state()).isEqualTo("half_open");
        answer(2);
        assertThat(condition.state()).isEqualTo("closed");
    }

    @Test
    void callsThatWereNotPermittedProveNothing() {
        fail(4);

        answer(100);

        assertThat(condition.state()).isEqualTo("open");
        assertThat(condition.calls()).isEqualTo(104);
    }

    @Test
    void slowStreamsOpenIt() {
        for (int i = 0; i < 4; i++) {
            Watch watch = condition.begin(0);
            pass(6);
            watch.begun();
            watch.answered();
        }

        assertThat(condition.permits()).isFalse();
        assertThat(condition.failures()).isZero();
    }

    @Test
    void answersThatAreLongAreNotSlow() {
        for (int i = 0; i < 4; i++) {
            Watch whole = condition.begin(0);
            pass(6);
            whole.answered();
            Watch stream = condition.begin(0);
            pass(1);
            stream.begun();
            pass(60);
            stream.answered();
        }

        assertThat(condition.permits()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 529, 408})
    void failuresOfTheDeploymentCount(int status) {
        refuse(4, status);

        assertThat(condition.permits()).isFalse();
        assertThat(condition.failures()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 413, 422, 425, 409, 429})
    void refusalsOfTheCallDoNot(int status) {
        refuse(100, status);

        assertThat(condition.permits()).isTrue();
        assertThat(condition.failures()).isZero();
        assertThat(condition.calls()).isEqualTo(100);
    }

    @Test
    void rateLimitsCountWhereTheyAreSetTo() {
        condition = new Condition(
                "a",
                new BreakerSettings(
                        true,
                        50,
                        80,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(60),
                        4,
                        Duration.ofSeconds(30),
                        2,
                        true),
                () -> nanos);

        refuse(4, 429);

        assertThat(condition.permits()).isFalse();
    }

    @Test
    void withoutABreakerItIsAlwaysTried() {
        condition = new Condition(
                "a",
                new BreakerSettings(
                        false, 1, 1, Duration.ofMillis(1), Duration.ofSeconds(1), 1, Duration.ofSeconds(1), 1, true),
                () -> nanos);

        fail(100);

        assertThat(condition.permits()).isTrue();
        assertThat(condition.state()).isEqualTo("disabled");
    }

    @Test
    void onlyTheFirstEndCounts() {
        Watch watch = condition.begin(7);
        assertThat(condition.inFlight()).isEqualTo(1);
        assertThat(condition.tokensOfLastMinute()).isEqualTo(7);

        watch.answered();
        watch.failed();
        watch.abandoned();

        assertThat(condition.inFlight()).isZero();
        assertThat(condition.tokensOfLastMinute()).isZero();
        assertThat(condition.calls()).isEqualTo(1);
        assertThat(condition.failures()).isZero();
    }

    @Test
    void useIsForgottenAfterAMinuteToTheSecond() {
        condition.used(10);
        pass(30);
        condition.used(5);
        pass(29);
        assertThat(condition.tokensOfLastMinute()).isEqualTo(15);
        pass(1);
        assertThat(condition.tokensOfLastMinute()).isEqualTo(5);
        pass(30);
        assertThat(condition.tokensOfLastMinute()).isZero();
    }

    private void answer(int times) {
        for (int i = 0; i < times; i++) {
            condition.begin(0).answered();
        }
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            condition.begin(0).failed();
        }
    }

    private void refuse(int times, int status) {
        for (int i = 0; i < times; i++) {
            condition.begin(0).refused(status);
        }
    }

    private void pass(int seconds) {
        nanos += Duration.ofSeconds(seconds).toNanos();
    }
}
