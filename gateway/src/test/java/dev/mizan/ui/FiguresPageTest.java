package dev.mizan.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import dev.mizan.money.NanoUsd;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page's arithmetic against ours: the browser computes, {@link NanoUsd} checks. */
@ExtendWith(Chromium.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FiguresPageTest {
    private static final int AMOUNTS = 2_000;
    private static final long SEED = 20_251_106;

    private FakeGateway gateway;

    @BeforeAll
    void start() {
        gateway = new FakeGateway(FakeBooks.empty(Clock.systemUTC()));
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @Test
    void addsAndWritesEveryAmountExactly(Browser browser) {
        // All sizes that a long has, from a nano-dollar to nine billion dollars.
        List<NanoUsd> amounts = LongStream.concat(
                        LongStream.of(0, 1, 999_999_999, 1_000_000_000, Long.MAX_VALUE),
                        new Random(SEED).longs(AMOUNTS).map(value -> (value >>> 1) >>> (int) (value & 62)))
                .mapToObj(NanoUsd::ofNanos)
                .toList();
        List<String> decimals = amounts.stream().map(NanoUsd::toDecimal).toList();
        BigDecimal sum = amounts.stream().map(NanoUsd::usd).reduce(BigDecimal.ZERO, BigDecimal::add);
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.open();
            Object written = tab.page().evaluate("""
                            async (decimals) => {
                              const { decimalOf, nanosOf, sumOf } = await import('/ui/figures.js');
                              return [...decimals.map((decimal) => decimalOf(nanosOf(decimal))), sumOf(decimals)];
                            }""", decimals);

            assertThat((List<?>) written).hasSize(amounts.size() + 1);
            for (int i = 0; i < amounts.size(); i++) {
                assertThat(new BigDecimal((String) ((List<?>) written).get(i)))
                        .isEqualByComparingTo(amounts.get(i).usd());
            }
            assertThat(new BigDecimal((String) ((List<?>) written).getLast())).isEqualByComparingTo(sum);
        }
    }

    @Test
    void writesEveryDigitInEachLanguage(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.open();
            Object written = tab.page().evaluate("""
                            async (decimal) => {
                              const { loadWords } = await import('/ui/words.js');
                              const all = await Promise.all(['en', 'tr'].map((language) => loadWords(language, 'UTC')));
                              return all.map((words) => words.exactMoney(decimal));
                            }""", "9223372036.854775807");

            assertThat(written).isEqualTo(List.of("$9,223,372,036.854775807", "$9.223.372.036,854775807"));
        }
    }
}
