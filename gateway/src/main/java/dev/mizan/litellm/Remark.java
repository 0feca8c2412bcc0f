package dev.mizan.litellm;

/**
 * What an import has to say of one setting.
 *
 * @param path where it is in the file that was imported, such as {@code model_list[2].litellm_params.order}; never a
 *     value, as values may be secrets
 * @param kind whether anything of it was carried over
 * @param text why not, or what is different now
 */
public record Remark(String path, Kind kind, String text) {
    /** What became of a setting. */
    public enum Kind {
        /** It is not in the new configuration. */
        LEFT("left"),
        /** It is, and means something else, or something more is to be done. */
        DIFFERS("differs");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** The name in JSON. */
        public String label() {
            return label;
        }
    }
}
