package dev.mizan.config;

/**
 * One thing that is wrong with a settings file.
 *
 * @param file the file as it was named
 * @param line from 1; 0 if the problem has no place in the file
 * @param column from 1
 * @param path the setting, e.g. {@code models.autox.retries}; empty for the file itself
 * @param message what is wrong and what was expected
 */
public record Problem(String file, int line, int column, String path, String message) implements Comparable<Problem> {
    @Override
    public int compareTo(Problem other) {
        int byLine = Integer.compare(line, other.line);
        return byLine != 0 ? byLine : Integer.compare(column, other.column);
    }

    /** {@code mizan.yaml:12:5: models.autox.retries: 99 (expected: 0 to 10)}. */
    @Override
    public String toString() {
        String place = line == 0 ? file : file + ":" + line + ":" + column;
        return place + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
