package dev.mizan.translation.model;

import java.util.Locale;
import java.util.Map;

/** What kind of thing a file is, by its name. */
public final class MimeTypes {
    private static final Map<String, String> BY_ENDING = Map.ofEntries(
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("webp", "image/webp"),
            Map.entry("gif", "image/gif"),
            Map.entry("heic", "image/heic"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("txt", "text/plain"),
            Map.entry("csv", "text/csv"),
            Map.entry("html", "text/html"),
            Map.entry("md", "text/markdown"));

    private MimeTypes() {}

    /** The MIME type of a file's name or URL by its ending; empty if it is not known. */
    public static String ofName(String name) {
        int end = name.length();
        for (char stop : new char[] {'?', '#'}) {
            int at = name.indexOf(stop);
            end = at < 0 ? end : Math.min(end, at);
        }
        int dot = name.lastIndexOf('.', end - 1);
        return dot < 0
                ? ""
                : BY_ENDING.getOrDefault(name.substring(dot + 1, end).toLowerCase(Locale.ROOT), "");
    }
}
