package dev.mizan.edge;

import java.nio.file.Path;

/**
 * What the listener proves itself with ({@code server.tls}): files in PEM, read again when they change.
 *
 * @param certificate the certificate and those that lead to its root, in that order; an empty path for no TLS
 * @param key its private key, PKCS 8, unencrypted
 */
public record TlsSettings(Path certificate, Path key) {
    /** Plain HTTP. */
    public static final TlsSettings NONE = new TlsSettings(Path.of(""), Path.of(""));

    /** Whether there is TLS. */
    public boolean isOn() {
        return !certificate.toString().isEmpty();
    }
}
