package dev.mizan.identity;

import java.security.SecureRandom;

/** The text of a virtual key: {@code sk-} and 43 random letters and digits, 256 bits. */
public final class KeyText {
    /** What every key begins with. */
    public static final String PREFIX = "sk-";

    /** The longest credential that is looked at; longer ones are unknown. */
    public static final int LENGTH_MAX = 256;

    /** The shortest key that an operator may choose. */
    public static final int LENGTH_MIN = 20;

    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM_LENGTH = 43;

    private KeyText() {}

    /** A new key. */
    public static String random(SecureRandom random) {
        StringBuilder text = new StringBuilder(PREFIX.length() + RANDOM_LENGTH).append(PREFIX);
        for (int i = 0; i < RANDOM_LENGTH; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    /** What may be shown of a key: {@code sk-...} and its last four characters. */
    public static String shown(String text) {
        return PREFIX + "..." + text.substring(Math.max(0, text.length() - 4));
    }

    /** Whether an operator may choose {@code text} as a key: {@code sk-}, long enough, printable ASCII. */
    public static boolean isChoosable(String text) {
        return text.startsWith(PREFIX)
                && text.length() >= LENGTH_MIN
                && text.length() <= LENGTH_MAX
                && text.chars().allMatch(c -> c > ' ' && c < 127);
    }
}
