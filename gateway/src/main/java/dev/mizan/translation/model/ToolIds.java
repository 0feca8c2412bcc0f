package dev.mizan.translation.model;

import java.util.regex.Pattern;

/** Ids of calls of tools, as strict providers take them. */
public final class ToolIds {
    private static final Pattern OTHER = Pattern.compile("[^a-zA-Z0-9_-]");

    private ToolIds() {}

    /** {@code id} with nothing in it but letters, digits, {@code _} and {@code -}. */
    public static String plain(String id) {
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean isDigit = c >= '0' && c <= '9';
            if (!isLetter && !isDigit && c != '_' && c != '-') {
                return OTHER.matcher(id).replaceAll("_");
            }
        }
        return id;
    }
}
