package dev.mizan.report;

/** What spend can be grouped and filtered by: the dimension set of the rollups. */
public enum Dimension {
    TENANT("tenant"),
    TEAM("team"),
    USER("user"),
    KEY("key"),
    ALIAS("alias"),
    PROVIDER("provider"),
    MODEL("model"),
    ENDPOINT("endpoint"),
    OPERATION("operation"),
    DOCUMENT_TYPE("document_type"),
    COMPLEXITY("complexity"),
    STATUS("status"),
    CACHE("cache");

    private final String label;

    Dimension(String label) {
        this.label = label;
    }

    /** The name in queries and JSON. */
    public String label() {
        return label;
    }
}
