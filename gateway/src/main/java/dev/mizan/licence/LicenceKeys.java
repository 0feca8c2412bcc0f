package dev.mizan.licence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The two halves of the key that licences are signed and verified with (Ed25519): given by the operator, or made when
 * the first licence is issued and kept in the data folder, the private half readable by its owner alone. Blocking; safe
 * for use by many threads and processes.
 */
public final class LicenceKeys {
    /** The file of both halves in the data folder. */
    public static final String FILE = "licence-key";

    /** The file of the public half, to be given to other gateways and products. */
    public static final String PUBLIC_FILE = "licence-key.pub";

    private static final String ALGORITHM = "Ed25519";
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";
    private static final long FILE_BYTES_MAX = 100_000;
    private static final int LINE_LENGTH = 64;

    private final LicenceSettings settings;
    private final Path folder;

    /** @param folder the data folder */
    public LicenceKeys(LicenceSettings settings, Path folder) {
        this.settings = settings;
        this.folder = folder;
    }

    /**
     * The key to verify with; empty if none was given and none has been made yet.
     *
     * @throws IllegalArgumentException if what there is is no such key
     */
    public Optional<PublicKey> publicKey() {
        if (!settings.publicKey().isEmpty()) {
            return Optional.of(publicKey("licences.public_key", settings.publicKey()));
        }
        Path own = folder.resolve(FILE);
        Path file = settings.privateKeyFile().orElse(own);
        Optional<String> both = read(file);
        if (both.isPresent()) {
            return Optional.of(publicHalf(file, both.get()));
        }
        // A gateway that only verifies is given the public half alone.
        Path alone = folder.resolve(PUBLIC_FILE);
        return read(alone).map(text -> publicKey(alone.toString(), text));
    }

    /**
     * The key to sign with, made if there is none.
     *
     * @throws IllegalArgumentException if what there is is no such key, or not the other half of the public key
     */
    public PrivateKey privateKey() {
        Path file = settings.privateKeyFile().orElse(folder.resolve(FILE));
        Optional<String> kept = read(file);
        if (kept.isEmpty()
                && (settings.privateKeyFile().isPresent()
                        || !settings.publicKey().isEmpty())) {
            throw new IllegalArgumentException(file + ": no such file (expected: the private key that belongs to"
                    + " licences.public_key, PKCS 8 in PEM)");
        }
        String text = kept.orElseGet(() -> make(file));
        PrivateKey key = privateKey(file, text);
        PublicKey other = settings.publicKey().isEmpty()
                ? publicHalf(file, text)
                : publicKey("licences.public_key", settings.publicKey());
        requirePair(file, new KeyPair(other, key));
        return key;
    }

    /** The Ed25519 key that {@code text} is, as {@link LicenceSettings#publicKey}. */
    public static PublicKey parsePublic(String text) {
        return publicKey("licences.public_key", text);
    }

    private static PublicKey publicHalf(Path file, String text) {
        return block(text, PUBLIC)
                .map(body -> publicKey(file.toString(), body))
                .orElseThrow(() -> new IllegalArgumentException(
                        file + ": no PUBLIC KEY in it (expected: one beside the private key, or licences.public_key)"));
    }

    private static PublicKey publicKey(String origin, String text) {
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(block(text, PUBLIC).orElse(text));
            return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(bytes));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(origin + ": no key (expected: an Ed25519 public key, X.509 in PEM)", e);
        }
    }

    private static PrivateKey privateKey(Path file, String text) {
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(block(text, PRIVATE).orElse(""));
            return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(bytes));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // The cause could repeat what was read.
            throw new IllegalArgumentException(file + ": no key (expected: an Ed25519 private key, PKCS 8 in PEM)");
        }
    }

    private static void requirePair(Path file, KeyPair pair) {
        try {
            byte[] probe = FILE.getBytes(StandardCharsets.US_ASCII);
            Signature signing = Signature.getInstance(ALGORITHM);
            signing.initSign(pair.getPrivate());
            signing.update(probe);
            Signature verifying = Signature.getInstance(ALGORITHM);
            verifying.initVerify(pair.getPublic());
            verifying.update(probe);
            if (!verifying.verify(signing.sign())) {
                throw new IllegalArgumentException(
                        file + ": not the private key of the public key (expected: two halves of one key)");
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + ": missing (expected: in every Java)", e);
        }
    }

    private String make(Path file) {
        try {
            Files.createDirectories(folder);
            KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            String publicHalf = pem(PUBLIC, pair.getPublic().getEncoded());
            String text = pem(PRIVATE, pair.getPrivate().getEncoded()) + publicHalf;
            String kept = keep(file, text, "rw-------");
            keep(folder.resolve(PUBLIC_FILE), pem(PUBLIC, publicHalf(file, kept).getEncoded()), "rw-r--r--");
            return kept;
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + ": missing (expected: in every Java)", e);
        }
    }

    /** Writes a whole file first and gives it its name then; if another process was faster, its file is the one. */
    private static String keep(Path file, String text, String permissions) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
        Path draft = Files.createTempFile(file.toAbsolutePath().getParent(), FILE, ".tmp", attributes);
        try {
            Files.writeString(draft, text, StandardCharsets.US_ASCII);
            try {
                Files.createLink(file, draft);
            } catch (FileAlreadyExistsException e) {
                // Another process was faster: its key is the one.
            } catch (UnsupportedOperationException | FileSystemException e) {
                // A file system without links.
                Files.move(draft, file);
            }
            return Files.readString(file, StandardCharsets.US_ASCII);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static Optional<String> read(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new IllegalArgumentException(
                        file + ": longer than " + FILE_BYTES_MAX + " bytes (expected: a key in PEM)");
            }
            return Optional.of(Files.readString(file, StandardCharsets.US_ASCII));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": " + e.getMessage(), e);
        }
    }

    private static Optional<String> block(String text, String label) {
        Matcher block = Pattern.compile("-----BEGIN " + label + "-----([^-]*)-----END " + label + "-----")
                .matcher(text);
        return block.find() ? Optional.of(block.group(1)) : Optional.empty();
    }

    private static String pem(String label, byte[] bytes) {
        String body = Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }
}
