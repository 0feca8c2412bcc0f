package dev.mizan.licence;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the configuration says of licences ({@code licences}).
 *
 * @param prefix what every licence key begins with; default {@code DMZ-}
 * @param publicKey the key that licences are verified with, Base64 of its X.509 form, with or without PEM's first and
 *     last line; empty for the one in the data folder
 * @param privateKeyFile the key that licences are signed with, PKCS 8 in PEM; empty for the one in the data folder
 */
public record LicenceSettings(String prefix, String publicKey, Optional<Path> privateKeyFile) {
    /** What holds where nothing is configured. */
    public static final LicenceSettings DEFAULT = new LicenceSettings("DMZ-", "", Optional.empty());
}
