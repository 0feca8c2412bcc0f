package dev.mizan.telemetry;

/**
 * The metrics page ({@code metrics}).
 *
 * @param enabled whether {@code /metrics} is served; default true
 * @param publicRead whether it is served without the master key; default false
 */
public record MetricsSettings(boolean enabled, boolean publicRead) {
    /** What holds where nothing is configured. */
    public static final MetricsSettings DEFAULT = new MetricsSettings(true, false);
}
