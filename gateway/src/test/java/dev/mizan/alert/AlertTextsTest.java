package dev.mizan.alert;

import static dev.mizan.alert.AlertBench.limit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import dev.mizan.messages.Language;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What alerts say is what the documents say. */
class AlertTextsTest {
    private static final Window DAY = Window.day(AlertBench.ISTANBUL);
    private static final Window MONTH = Window.month(AlertBench.ISTANBUL);
    private static final Subject USER = new Subject(Subject.Kind.USER, "user_001");

    private static final Alert.Text NONE = new Alert.Text("", "");

    private final AlertTexts texts = new AlertTexts();

    @Test
    void theDefaultIsDocument003sText() {
        Standing standing = standing(limit(Subject.GLOBAL, Meter.COST, DAY, 100_000_000_000L), 75_004_999_999L);

        assertThat(title(Language.ENGLISH, standing, 75)).isEqualTo("🚨 LLM Cost Alert: $75.00 (75% of limit)");
        assertThat(title(Language.ARABIC, standing, 75)).isEqualTo("🚨 تنبيه تكلفة LLM: $75.00 (75% من الحد)");
    }

    @Test
    void anotherSubjectThanTheGatewayIsNamed() {
        Standing standing = standing(limit(USER, Meter.COST, DAY, 23_190_000_000L), 70_000_000_000L);

        assertThat(title(Language.ENGLISH, standing, 90))
                .isEqualTo("🚨 LLM Cost Alert: $70.00 (90% of limit) – User user_001, daily");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            100 | User user_001 günlük budget'ı aştı
            90  | User user_001 günlük budget'ın %90'ında
            70  | User user_001 günlük budget'ın %70'inde
            """)
    void theTurkishTextsAreDocument002s(int percent, String expected) {
        Standing standing = standing(limit(USER, Meter.TOKENS, DAY, 100_000), percent * 1_000L);

        assertThat(title(Language.TURKISH, standing, percent)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "10,10'unda", "19,19'unda", "20,20'sinde", "25,25'inde", "30,30'unda", "33,33'ünde", "40,40'ında",
        "50,50'sinde", "60,60'ında", "66,66'sında", "72,72'sinde", "75,75'inde", "80,80'inde", "90,90'ında",
        "100,100'ünde", "110,110'unda", "200,200'ünde", "1000,1000'inde", "1,1'inde", "4,4'ünde", "0,0'ında"
    })
    void turkishEndingsFollowTheSpokenNumber(int number, String expected) {
        assertThat(TurkishNumber.at(number)).isEqualTo(expected);
    }

    @Test
    void theNoticeIsDocument000s() {
        List<Standing> all = List.of(
                standing(limit(USER, Meter.REQUESTS, DAY, 100), 150),
                standing(limit(USER, Meter.TOKENS, MONTH, 1_500_000), 1_600_000),
                standing(limit(USER, Meter.COST, MONTH, 23_190_000_000L), 70_000_000_000L));

        assertThat(texts.limit(all.getFirst(), 100, all)
                        .getOrDefault(Language.TURKISH, NONE)
                        .body())
                .endsWith("""
                ⚠ LIMIT AŞILDI
                user_001:
                  ├─ Günlük istek: 150/100
                  ├─ Aylık token: 1,600,000/1,500,000
                  └─ Maliyet: $70.00/$23.19""");
    }

    @Test
    void limitsThatHoldAreMarked() {
        List<Standing> all = List.of(
                standing(limit(USER, Meter.REQUESTS, DAY, 100), 100),
                standing(limit(USER, Meter.TOKENS, MONTH, 1_500_000), 1_499_999));

        assertThat(texts.limit(all.getFirst(), 100, all)
                        .getOrDefault(Language.ENGLISH, NONE)
                        .body())
                .endsWith("""
                ⚠ LIMIT EXCEEDED
                user_001:
                  ├─ Daily requests: 100/100
                  └─ Monthly tokens: 1,499,999/1,500,000 ✓""");
        assertThat(texts.limit(all.getFirst(), 100, all)
                        .getOrDefault(Language.ARABIC, NONE)
                        .body())
                .contains("تم تجاوز الحد");
    }

    @Test
    void aNoticeListsAtMostFiftyLimits() {
        Standing standing = standing(limit(USER, Meter.REQUESTS, DAY, 100), 100);

        assertThat(notice(standing, 50)).contains("└─").hasLineCount(54);
        assertThat(notice(standing, 51)).hasLineCount(54);
    }

    private String notice(Standing standing, int others) {
        return texts.limit(standing, 100, java.util.Collections.nCopies(others, standing))
                .getOrDefault(Language.ENGLISH, NONE)
                .body();
    }

    @Test
    void everySubjectWindowAndMeterHasWordsInEveryLanguage() {
        for (Subject.Kind kind : Subject.Kind.values()) {
            Subject subject =
                    switch (kind) {
                        case GLOBAL -> Subject.GLOBAL;
                        case KEY_MODEL, USER_MODEL, TEAM_MODEL, TEAM_USER -> new Subject(kind, "one\ttwo");
                        default -> new Subject(kind, "one");
                    };
            for (Window window : List.of(
                    Window.MINUTE,
                    Window.HOUR,
                    DAY,
                    Window.week(AlertBench.ISTANBUL),
                    MONTH,
                    Window.LIFETIME,
                    Window.parse("30d", AlertBench.ISTANBUL).orElseThrow())) {
                for (Meter meter : Meter.values()) {
                    Limit limit = meter == Meter.CONCURRENCY
                            ? limit(subject, meter, Window.IN_FLIGHT, 10)
                            : limit(subject, meter, window, 10);
                    texts.limit(standing(limit, 10), 100, List.of()).values().forEach(text -> assertThat(
                                    text.title() + text.body())
                            .doesNotContain("{", "\t"));
                    texts.limit(standing(limit, 9), 90, List.of()).values().forEach(text -> assertThat(text.title())
                            .isNotBlank());
                }
            }
        }
    }

    @Test
    void daysHaveTheirEndings() {
        assertThat(List.of(1, 2, 3, 4, 11, 12, 13, 19, 21, 22, 23, 30))
                .extracting(day -> AlertTexts.day(Language.ENGLISH, day))
                .containsExactly(
                        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "19th", "21st", "22nd", "23rd", "30th");
        assertThat(AlertTexts.day(Language.TURKISH, 19)).isEqualTo("19'unda");
        assertThat(AlertTexts.day(Language.ARABIC, 19)).isEqualTo("19");
    }

    private String title(Language language, Standing standing, int percent) {
        return texts.limit(standing, percent, List.of())
                .getOrDefault(language, NONE)
                .title();
    }

    private static Standing standing(Limit limit, long used) {
        return new Standing(limit, used, 0, 0, Long.MAX_VALUE);
    }
}
