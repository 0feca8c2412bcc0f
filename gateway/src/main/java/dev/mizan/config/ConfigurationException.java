package dev.mizan.config;

import java.util.List;
import java.util.stream.Collectors;

/** A settings file can't be used; says everything that is wrong with it, a line each, in the file's order. */
public final class ConfigurationException extends RuntimeException {
    private final transient List<Problem> problems;

    public ConfigurationException(List<Problem> problems) {
        super(lines(problems));
        this.problems = problems.stream().sorted().toList();
    }

    /** What is wrong, in the file's order; at least one. */
    public List<Problem> problems() {
        return problems;
    }

    /** A line for each problem; the same as {@link #getMessage()}. */
    public String text() {
        return lines(problems);
    }

    private static String lines(List<Problem> problems) {
        return problems.stream().sorted().map(Problem::toString).collect(Collectors.joining(System.lineSeparator()));
    }
}
