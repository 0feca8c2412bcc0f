package dev.mizan.alert;

import dev.mizan.messages.Language;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Something that an operator should know of. Immutable.
 *
 * @param id ULID; the idempotency key of its deliveries
 * @param subject what it is about: {@code user:ayse}, {@code provider:openai}, {@code global}
 * @param account of a limit its {@link dev.mizan.limit.Limit#account}, else what tells it from others of its kind
 * @param windowStartMillis start of the time that it is about, Unix milliseconds; 0 for all time
 * @param percent the share of {@code cap} that was reached: of a limit its threshold, else as measured; ≥ 0
 * @param meter what {@code used} and {@code cap} count: a {@link dev.mizan.limit.Meter#label}, {@code percent},
 *     {@code milliseconds}, {@code calls}, {@code lines}; money is nano-USD
 * @param atMillis when it was found, Unix milliseconds
 * @param texts in every language
 */
public record Alert(
        String id,
        Kind kind,
        String subject,
        String account,
        long windowStartMillis,
        int percent,
        Level level,
        Action action,
        String meter,
        long used,
        long cap,
        long atMillis,
        Map<Language, Text> texts) {
    /** What kinds there are. */
    public enum Kind {
        /** A share of a limit is used, or all of it. */
        LIMIT,
        /** Today costs much more than the same hours of earlier days did. */
        SPEND_ANOMALY,
        /** Today has cost a fixed amount. */
        DAILY_SPEND,
        /** At this pace the month's budget ends before the month. */
        BUDGET_FORECAST,
        /** A model was called that has no price. */
        UNPRICED_MODEL,
        /** Many of a provider's calls fail. */
        PROVIDER_ERRORS,
        /** A provider takes much longer than it did. */
        SLOW_PROVIDER,
        /** Lines wait in a journal that the database does not get. */
        JOURNAL_BACKLOG,
        /** Somebody asked whether the channels work. */
        TEST;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The name in JSON and columns. */
        public String label() {
            return label;
        }

        /** The kind called {@code label}. */
        public static Optional<Kind> of(String label) {
            for (Kind kind : values()) {
                if (kind.label.equals(label)) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }

    /** How much it matters. */
    public enum Level {
        INFO,
        WARNING,
        CRITICAL
    }

    /** What is done about it: somebody watches, somebody is told, or calls are refused. */
    public enum Action {
        MONITOR,
        NOTIFY,
        BLOCK
    }

    /**
     * What it says in one language.
     *
     * @param title one line
     * @param body all there is to say; starts with the title
     */
    public record Text(String title, String body) {}

    public Alert {
        texts = Map.copyOf(texts);
        if (texts.size() != Language.values().length) {
            throw new IllegalArgumentException("texts: " + texts.keySet() + " (expected: every language)");
        }
    }

    /** What it says in {@code language}. */
    public Text text(Language language) {
        Text text = texts.get(language);
        if (text == null) {
            throw new IllegalStateException("no text in " + language);
        }
        return text;
    }
}
