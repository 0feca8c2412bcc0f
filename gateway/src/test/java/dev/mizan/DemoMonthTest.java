package dev.mizan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.DemoMonth.Caller;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Principal;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.PriceCatalog;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DemoMonthTest {
    private static final Instant NOW = Instant.parse("2026-03-10T00:20:00Z");
    private static final ZoneId ZONE = ZoneId.of("Europe/Istanbul");
    private static final List<Caller> CALLERS = List.of(
            caller("a", "gpt-4o-mini", "openai", "chat", 300),
            caller("b", "claude-haiku-4-5", "anthropic", "chat", 5_000));

    @Test
    void theSameSeedGivesTheSameMonth() {
        assertThat(month(1)).isEqualTo(month(1));
        assertThat(month(1)).isNotEqualTo(month(2));
    }

    @Test
    void everyLineIsATaggedPricedCallOfTheLastThirtyDays() {
        List<Line> month = month(1);
        Set<String> ids = new HashSet<>();

        assertThat(month).hasSizeGreaterThan(500);
        for (Line line : month) {
            Instant time = Instant.ofEpochMilli(line.timeMillis());
            assertThat(ids.add(line.id())).as("id used once").isTrue();
            assertThat(line.requestId()).isEqualTo(line.id());
            assertThat(line.kind()).isEqualTo(Line.Kind.CALL);
            assertThat(line.call().tags()).containsExactly(DemoMonth.TAG);
            assertThat(time).isBetween(NOW.minus(Duration.ofDays(31)), NOW);
            assertThat(line.cost().unpricedReason()).isEmpty();
            assertThat(line.cost().charged()).isEqualTo(line.cost().receipt().totalCost());
            assertThat(line.admittedAtMillis()).isLessThanOrEqualTo(line.timeMillis());
        }
        assertThat(month).extracting(Line::timeMillis).isSorted();
        assertThat(month).extracting(line -> line.cost().charged()).contains(NanoUsd.ZERO);
    }

    @Test
    void thereIsSomethingOfTodayAtAnyTime() {
        Instant midnight = NOW.atZone(ZONE).toLocalDate().atStartOfDay(ZONE).toInstant();

        assertThat(month(1)).anyMatch(line -> line.timeMillis() >= midnight.toEpochMilli());
    }

    private static List<Line> month(long seed) {
        List<Line> lines = new ArrayList<>();
        new DemoMonth(PriceCatalog.shipped(), ZONE, seed).write(CALLERS, NOW, lines::add);
        return lines;
    }

    private static Caller caller(String user, String model, String provider, String operation, int inputTokens) {
        Principal principal = new Principal("tenant", "team", user, "key_" + user, "", "", "");
        return new Caller(principal, model, provider, operation, 30, inputTokens, 200);
    }
}
