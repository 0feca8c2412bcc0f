package dev.mizan.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * A certificate that nobody knows, made by the JDK's {@code keytool}, and its key.
 *
 * @param keys both, under {@link #ALIAS}
 */
public record Certificate(KeyStore keys) {
    /** The name in every store. */
    public static final String ALIAS = "mizan";

    /** The password of every store, and of the key. */
    public static final String PASSWORD = "changeit";

    private static final String STORE_TYPE = "PKCS12";
    private static final int WAIT_SECONDS_MAX = 60;

    /**
     * Makes one.
     *
     * @param file where keytool is to write its store; there must be none
     * @param algorithm of the key: {@code EC} or {@code RSA}
     * @param names whom it is for, e.g. {@code dns:localhost,ip:127.0.0.1}
     */
    public static Certificate make(Path file, String algorithm, String names) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=" + names.substring(names.indexOf(':') + 1).split(",", -1)[0],
                        "-ext",
                        "san=" + names,
                        "-validity",
                        "2",
                        "-storetype",
                        STORE_TYPE,
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(file.resolveSibling(file.getFileName() + ".log").toFile())
                .start();
        if (!keytool.waitFor(WAIT_SECONDS_MAX, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IllegalStateException("keytool made no certificate in " + file);
        }
        KeyStore keys = KeyStore.getInstance(STORE_TYPE);
        try (InputStream content = Files.newInputStream(file)) {
            keys.load(content, PASSWORD.toCharArray());
        }
        return new Certificate(keys);
    }

    /** What trusts this certificate and no other. */
    public KeyStore trust() throws GeneralSecurityException, IOException {
        KeyStore trust = KeyStore.getInstance(STORE_TYPE);
        trust.load(null, null);
        trust.setCertificateEntry(ALIAS, keys.getCertificate(ALIAS));
        return trust;
    }

    /** Writes {@link #trust} to {@code file}. */
    public void writeTrust(Path file) throws GeneralSecurityException, IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            trust().store(out, PASSWORD.toCharArray());
        }
    }

    /** The certificate in PEM. */
    public String pem() throws GeneralSecurityException {
        return pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
    }

    /** The key in PEM. */
    public String keyPem() throws GeneralSecurityException {
        return pem("PRIVATE KEY", keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
    }

    private static String pem(String what, byte[] bytes) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
    }
}
