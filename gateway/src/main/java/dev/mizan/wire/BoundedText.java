package dev.mizan.wire;

import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A text that a regular expression can't look at for ever. Not safe for use by many threads. */
public final class BoundedText implements CharSequence {
    /** How often an expression may look at a character; one that needs more does not match. */
    public static final int LOOKS_MAX = 1_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(BoundedText.class);

    private final String text;
    private int looks;

    private BoundedText(String text) {
        this.text = text;
    }

    /** Whether {@code pattern} is found in {@code text}, within the bound. */
    public static boolean find(Pattern pattern, String text) {
        try {
            return pattern.matcher(new BoundedText(text)).find();
        } catch (TooManyLooksException | StackOverflowError e) {
            LOG.warn("the expression '{}' takes too long for a text of {} characters", pattern, text.length());
            return false;
        }
    }

    private static final class TooManyLooksException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooManyLooksException() {
            super("too many looks", null, false, false);
        }
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        if (++looks > LOOKS_MAX) {
            throw new TooManyLooksException();
        }
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
