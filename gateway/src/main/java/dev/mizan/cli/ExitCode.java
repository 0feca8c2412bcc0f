package dev.mizan.cli;

/** What commands exit with; documented in {@code docs/operation.md}. */
final class ExitCode {
    /** Done. */
    static final int OK = 0;

    /** The command failed; the message says why. */
    static final int FAILED = 1;

    /** It could not start: wrong arguments, a bad configuration, a port or data folder in use. */
    static final int CANNOT_START = 2;

    private ExitCode() {}
}
