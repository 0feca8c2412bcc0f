package dev.mizan.price;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which names are meant: any of several patterns. A pattern is a name in which {@code *} stands for any text, or
 * {@code re:} and a regular expression that is looked for in the name, or several of these joined by {@code &}, all of
 * which must match. Immutable and safe for use by many threads.
 *
 * @param patterns at least one
 */
record NameMatch(List<String> patterns) {
    private static final String REGEX = "re:";
    private static final String AND = " & ";

    NameMatch {
        patterns = List.copyOf(patterns);
    }

    static NameMatch of(String... patterns) {
        return new NameMatch(List.of(patterns));
    }

    /** The patterns that stand for one name each. */
    List<String> names() {
        return patterns.stream().filter(NameMatch::isName).toList();
    }

    /** The patterns that may stand for more than one name. */
    List<String> rules() {
        return patterns.stream().filter(pattern -> !isName(pattern)).toList();
    }

    boolean matches(String name) {
        for (String pattern : patterns) {
            if (matches(pattern, name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether one pattern matches; upper and lower case differ. */
    static boolean matches(String pattern, String name) {
        int and = pattern.indexOf(AND);
        if (and >= 0) {
            return matches(pattern.substring(0, and), name) && matches(pattern.substring(and + AND.length()), name);
        }
        if (pattern.startsWith(REGEX)) {
            return Pattern.compile(pattern.substring(REGEX.length()))
                    .matcher(name)
                    .find();
        }
        return glob(pattern, 0, name, 0);
    }

    /** The pattern as it matches a name in lower case; a regular expression stays as it is. */
    static String lowerCase(String pattern) {
        return pattern.contains(REGEX) ? pattern : pattern.toLowerCase(Locale.ROOT);
    }

    private static boolean isName(String pattern) {
        return pattern.indexOf('*') < 0 && !pattern.startsWith(REGEX) && !pattern.contains(AND);
    }

    private static boolean glob(String pattern, int p, String name, int n) {
        int star = pattern.indexOf('*', p);
        if (star < 0) {
            return pattern.length() - p == name.length() - n && pattern.regionMatches(p, name, n, name.length() - n);
        }
        if (!pattern.regionMatches(p, name, n, star - p)) {
            return false;
        }
        int rest = n + star - p;
        int next = pattern.indexOf('*', star + 1);
        if (next < 0) {
            int tail = pattern.length() - star - 1;
            return name.length() - tail >= rest && name.endsWith(pattern.substring(star + 1));
        }
        // The first place where the text between two stars fits is as good as any later one.
        int found = name.indexOf(pattern.substring(star + 1, next), rest);
        return found >= 0 && glob(pattern, next, name, found + next - star - 1);
    }
}
