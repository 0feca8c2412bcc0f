package dev.mizan.translation.model;

/** Where the bytes of a picture, a document or a recording are. */
public sealed interface Media {
    /**
     * In the body.
     *
     * @param mimeType e.g. {@code image/png}
     */
    record Inline(String mimeType, String base64) implements Media {}

    /**
     * Elsewhere, where the provider fetches them.
     *
     * @param mimeType empty if it was not said
     */
    record Link(String mimeType, String url) implements Media {}

    /** At the provider, which was given them before. */
    record File(String id) implements Media {}

    /** In the body as plain text. */
    record Plain(String text) implements Media {}

    /** What {@code url} means: a {@code data:} URL in base64 holds its bytes, any other says where they are. */
    static Media ofUrl(String url) {
        int comma = url.indexOf(',');
        if (url.startsWith("data:") && comma > 0) {
            String head = url.substring("data:".length(), comma);
            if (head.endsWith(";base64")) {
                int parameters = head.indexOf(';');
                return new Inline(head.substring(0, parameters), url.substring(comma + 1));
            }
        }
        return new Link("", url);
    }

    /** {@code inline} as a {@code data:} URL. */
    static String dataUrl(Inline inline) {
        return "data:" + inline.mimeType() + ";base64," + inline.base64();
    }
}
