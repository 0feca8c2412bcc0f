package dev.mizan.alert;

import dev.mizan.alert.Alert.Text;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import dev.mizan.messages.Language;
import dev.mizan.messages.Texts;
import dev.mizan.money.NanoUsd;
import java.math.RoundingMode;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Writes what alerts say, in every language. Safe for use by many threads. */
final class AlertTexts {
    /** How many limits a notice lists. */
    private static final int LISTED_MAX = 50;

    private final Texts texts = new Texts();

    /** The text {@code alert.KIND} as title and body, with {@code values} filled in by language. */
    Map<Language, Text> of(Alert.Kind kind, Function<Language, Map<String, String>> values) {
        Map<Language, Text> all = new EnumMap<>(Language.class);
        for (Language language : Language.values()) {
            String text = texts.text(language, "alert." + kind.label(), values.apply(language));
            all.put(language, new Text(text, text));
        }
        return all;
    }

    /**
     * What is said of a limit.
     *
     * @param others how every limit of the same subject stands, for the notice at 100 %; may be empty
     */
    Map<Language, Text> limit(Standing standing, int percent, List<Standing> others) {
        Map<Language, Text> all = new EnumMap<>(Language.class);
        for (Language language : Language.values()) {
            String title = title(language, standing, percent);
            String body = percent < 100
                    ? title + "\n\n" + usage(language, standing)
                    : title + "\n\n" + notice(language, standing, others);
            all.put(language, new Text(title, body));
        }
        return all;
    }

    /** An amount of {@code meter} for people: {@code $70.00}, {@code 1,600,000}. */
    static String amount(Meter meter, long amount) {
        return meter == Meter.COST ? money(amount) : String.format(Locale.ROOT, "%,d", amount);
    }

    /** Money with two places, half-up: {@code $1,234.50}. */
    static String money(long nanos) {
        return "$"
                + String.format(
                        Locale.ROOT, "%,.2f", NanoUsd.ofNanos(nanos).usd().setScale(2, RoundingMode.HALF_UP));
    }

    /** The number of a day for people: {@code 19th}, {@code 19'unda}, {@code 19}. */
    static String day(Language language, int day) {
        return switch (language) {
            case ENGLISH -> day + ordinal(day);
            case TURKISH -> TurkishNumber.at(day);
            case ARABIC -> Integer.toString(day);
        };
    }

    private static String ordinal(int number) {
        if (number % 100 >= 11 && number % 100 <= 13) {
            return "th";
        }
        return switch (number % 10) {
            case 1 -> "st";
            case 2 -> "nd";
            case 3 -> "rd";
            default -> "th";
        };
    }

    private String title(Language language, Standing standing, int percent) {
        Limit limit = standing.limit();
        // Document 003's text in English and its translation; document 002's in Turkish.
        if (limit.meter() == Meter.COST && language != Language.TURKISH) {
            String cost = texts.text(
                    language,
                    "alert.limit.cost",
                    Map.of("cost", money(standing.used()), "percent", Integer.toString(percent)));
            return limit.subject().equals(Subject.GLOBAL)
                    ? cost
                    : cost + " – " + subject(language, limit.subject()) + ", " + window(language, limit.window());
        }
        boolean budget = limit.meter() == Meter.COST || limit.meter() == Meter.TOKENS;
        String name = "alert.limit." + (percent >= 100 ? "exceeded" : "reached") + (budget ? ".budget" : ".other");
        return texts.text(
                language,
                name,
                Map.of(
                        "subject", subject(language, limit.subject()),
                        "window", window(language, limit.window()),
                        "meter",
                                texts.text(
                                        language, "alert.meter." + limit.meter().label()),
                        "share", language == Language.TURKISH ? "%" + TurkishNumber.at(percent) : percent + "%"));
    }

    /** Document 000's notice: every limit of the subject, those that hold with a mark. */
    private String notice(Language language, Standing standing, List<Standing> others) {
        List<Standing> listed = others.isEmpty() ? List.of(standing) : others;
        StringBuilder notice = new StringBuilder("⚠ ")
                .append(texts.text(language, "alert.exceeded.title"))
                .append('\n')
                .append(heading(language, standing.limit().subject()))
                .append(':');
        int count = Math.min(listed.size(), LISTED_MAX);
        for (int i = 0; i < count; i++) {
            Standing each = listed.get(i);
            notice.append(i == count - 1 ? "\n  └─ " : "\n  ├─ ").append(usage(language, each));
            if (each.used() < each.limit().cap()) {
                notice.append(" ✓");
            }
        }
        return notice.toString();
    }

    /** {@code Günlük istek: 150/100}; money without its window, as document 000: {@code Maliyet: $70.00/$23.19}. */
    private String usage(Language language, Standing standing) {
        Limit limit = standing.limit();
        String meter = texts.text(language, "alert.meter." + limit.meter().label());
        String label = limit.meter() == Meter.COST ? meter : window(language, limit.window()) + " " + meter;
        return capitalized(language, label) + ": " + amount(limit.meter(), standing.used()) + "/"
                + amount(limit.meter(), limit.cap());
    }

    private String heading(Language language, Subject subject) {
        return subject.kind() == Subject.Kind.USER ? subject.id() : subject(language, subject);
    }

    /** {@code subject} for people: {@code User ayse}. */
    String subject(Language language, Subject subject) {
        return texts.text(
                language,
                "alert.subject." + subject.kind().label(),
                Map.of("id", subject.id().replace("\t", " → ")));
    }

    private String window(Language language, Window window) {
        return switch (window) {
            case Window.Sliding sliding
            when !sliding.label().equals("minute") && !sliding.label().equals("hour") ->
                texts.text(language, "alert.window.rolling", Map.of("length", sliding.label()));
            default -> texts.text(language, "alert.window." + window.label());
        };
    }

    private static String capitalized(Language language, String text) {
        Locale locale = Locale.forLanguageTag(language.tag());
        int first = text.offsetByCodePoints(0, 1);
        return text.substring(0, first).toUpperCase(locale) + text.substring(first);
    }
}
