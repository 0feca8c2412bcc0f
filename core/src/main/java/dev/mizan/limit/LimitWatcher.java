package dev.mizan.limit;

/** Hears when a share of a limit is used up. Called on the threads of calls: must return at once and never throw. */
@FunctionalInterface
public interface LimitWatcher {
    /** Nobody watches. */
    LimitWatcher NONE = (standing, percent) -> {};

    /**
     * At least {@code percent} of the cap is used. Told at least once for each window and threshold of {@link
     * Limit#alertAt}, the highest that was reached by one settlement alone; repeats are possible.
     */
    void reached(Standing standing, int percent);
}
