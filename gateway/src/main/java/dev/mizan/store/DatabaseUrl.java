package dev.mizan.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Where a PostgreSQL database is, as {@code DATABASE_URL} says it.
 *
 * @param jdbcUrl without user and password
 * @param user empty to leave it to the driver
 * @param password empty if none
 */
record DatabaseUrl(String jdbcUrl, String user, String password) {
    private static final String EXPECTED =
            " (expected: postgresql://USER:PASSWORD@HOST:PORT/DATABASE or jdbc:postgresql://…)";

    /**
     * Reads {@code postgres://}, {@code postgresql://} and {@code jdbc:postgresql:} addresses.
     *
     * @throws IllegalArgumentException if it is none of them; the message never repeats the password
     */
    static DatabaseUrl parse(String text) {
        if (text.startsWith("jdbc:postgresql:")) {
            return new DatabaseUrl(text, "", "");
        }
        if (!text.startsWith("postgres://") && !text.startsWith("postgresql://")) {
            int scheme = text.indexOf(':');
            throw new IllegalArgumentException(
                    "database_url: '" + (scheme < 0 ? "" : text.substring(0, scheme)) + ":…'" + EXPECTED);
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            // The exception's own message holds the whole address, password included.
            throw new IllegalArgumentException("database_url: not an address at character " + e.getIndex() + EXPECTED
                    + "; percent-encode special characters of the password");
        }
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        int at = authority.lastIndexOf('@');
        String hosts = authority.substring(at + 1);
        String userInfo = at < 0 ? "" : authority.substring(0, at);
        int colon = userInfo.indexOf(':');
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new DatabaseUrl(
                "jdbc:postgresql://" + (hosts.isEmpty() ? "localhost" : hosts) + path + query,
                decode(colon < 0 ? userInfo : userInfo.substring(0, colon)),
                colon < 0 ? "" : decode(userInfo.substring(colon + 1)));
    }

    /** Without the password. */
    @Override
    public String toString() {
        return jdbcUrl.replaceAll("(?i)(password=)[^&]*", "$1***");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
