package dev.mizan.edge;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/**
 * A certificate and its private key, seen to belong together.
 *
 * @param certificate PEM
 * @param key PEM; never printed
 */
public record ServerCertificate(String certificate, String key) {
    private static final long FILE_BYTES_MAX = 1_000_000;
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    /** Any bytes: signed with the key and verified with the certificate. */
    private static final byte[] PROBE = "mizan".getBytes(StandardCharsets.US_ASCII);

    /**
     * What the files of {@code settings} hold now. Blocking.
     *
     * @throws IllegalArgumentException if they can't be read, or are not a certificate and its key
     */
    public static ServerCertificate read(TlsSettings settings) {
        ServerCertificate identity = new ServerCertificate(text(settings.certificate()), text(settings.key()));
        try {
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(identity.certificate.getBytes(StandardCharsets.US_ASCII)));
            check(certificate.getPublicKey(), identity.privateKey(certificate.getPublicKey()));
            return identity;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    settings.certificate() + " and " + settings.key() + " are no certificate and key: " + e.getMessage()
                            + " (expected: PEM, the key in PKCS 8, unencrypted, and the certificate's)",
                    e);
        }
    }

    PemKeyCertOptions options() {
        return new PemKeyCertOptions().addCertValue(Buffer.buffer(certificate)).addKeyValue(Buffer.buffer(key));
    }

    @Override
    public String toString() {
        return "ServerCertificate[***]";
    }

    private PrivateKey privateKey(PublicKey its) throws GeneralSecurityException {
        int begin = key.indexOf(BEGIN);
        int end = key.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new GeneralSecurityException("there is no '" + BEGIN + "'");
        }
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(key.substring(begin + BEGIN.length(), end));
            return KeyFactory.getInstance(its.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(bytes));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the key is not Base64", e);
        }
    }

    private static void check(PublicKey publicKey, PrivateKey privateKey) throws GeneralSecurityException {
        String algorithm =
                switch (publicKey.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> publicKey.getAlgorithm();
                };
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(privateKey);
        signature.update(PROBE);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(PROBE);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("the key is another certificate's");
        }
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new IllegalArgumentException(
                        file + " is too long (expected: at most " + FILE_BYTES_MAX + " bytes)");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " can't be read: " + e, e);
        }
    }
}
