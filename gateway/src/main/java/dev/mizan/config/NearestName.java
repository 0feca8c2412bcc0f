package dev.mizan.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that a misspelt one was meant to be. */
public final class NearestName {
    private NearestName() {}

    /**
     * The name in {@code known} that is nearest to {@code name}: at most a third of its letters inserted, left out,
     * replaced or swapped with their neighbour, case and {@code -} for {@code _} not counted.
     */
    public static Optional<String> of(String name, Collection<String> known) {
        String plain = plain(name);
        int distanceMax = plain.length() / 3;
        return known.stream()
                .filter(candidate -> distance(plain, plain(candidate)) <= distanceMax)
                .min(Comparator.comparingInt((String candidate) -> distance(plain, plain(candidate)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** {@code " (did you mean 'NAME'?)"}, or nothing if no name is near. */
    public static String hint(String name, Collection<String> known) {
        return of(name, known).map(near -> " (did you mean '" + near + "'?)").orElse("");
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** Optimal string alignment distance (Damerau–Levenshtein without edits inside a swapped pair). */
    private static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(last[j], row[j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] spare = beforeLast;
            beforeLast = last;
            last = row;
            row = spare;
        }
        return last[b.length()];
    }
}
