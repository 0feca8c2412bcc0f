package dev.mizan.messages;

import java.util.Locale;
import java.util.Optional;

/** The languages that Mizan speaks. */
public enum Language {
    ENGLISH("en"),
    TURKISH("tr"),
    ARABIC("ar");

    /** How many preferences of a caller are looked at. */
    private static final int PREFERENCES_MAX = 20;

    private final String tag;

    Language(String tag) {
        this.tag = tag;
    }

    /** The name in configurations and headers: {@code en}, {@code tr} or {@code ar}. */
    public String tag() {
        return tag;
    }

    /** The language with this tag; empty if Mizan does not speak it. */
    public static Optional<Language> of(String tag) {
        for (Language language : values()) {
            if (language.tag.equals(tag)) {
                return Optional.of(language);
            }
        }
        return Optional.empty();
    }

    /**
     * The language that a caller prefers among those that Mizan speaks.
     *
     * @param acceptLanguage the header's value (RFC 9110, 12.5.4), e.g. {@code ar-EG, en;q=0.8}; empty if there is none
     * @param otherwise what to speak if the caller names no language that Mizan speaks
     */
    public static Language preferred(String acceptLanguage, Language otherwise) {
        Language best = otherwise;
        float bestQuality = 0;
        for (String part : acceptLanguage.split(",", PREFERENCES_MAX)) {
            String[] range = part.strip().split(";", 2);
            String tag = range[0].strip().toLowerCase(Locale.ROOT);
            float quality = range.length == 1 ? 1 : quality(range[1].strip());
            Optional<Language> language = tag.equals("*") ? Optional.of(otherwise) : of(primary(tag));
            if (language.isPresent() && quality > bestQuality) {
                best = language.get();
                bestQuality = quality;
            }
        }
        return best;
    }

    private static String primary(String tag) {
        int dash = tag.indexOf('-');
        return dash < 0 ? tag : tag.substring(0, dash);
    }

    /** A weight from 0 to 1; 0 for what is none, which is to say: not wanted. */
    private static float quality(String parameter) {
        if (!parameter.matches("[qQ]=(0(\\.\\d{0,3})?|1(\\.0{0,3})?)")) {
            return 0;
        }
        return Float.parseFloat(parameter.substring(2));
    }
}
