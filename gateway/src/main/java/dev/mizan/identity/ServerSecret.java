package dev.mizan.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/**
 * The secret that keys are hashed and sessions are signed with: given by the operator, or made at first start and kept
 * in the file {@code secret} of the data folder, which only its owner may read.
 */
public final class ServerSecret {
    /** The variable that gives the secret; all processes on one database need the same. */
    public static final String VARIABLE = "MIZAN_SECRET";

    /** The name of the file. */
    public static final String FILE = "secret";

    private static final int LENGTH_MIN = 32;
    private static final int RANDOM_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private ServerSecret() {}

    /**
     * The secret.
     *
     * @param given the value of {@link #VARIABLE}; empty if it is not set
     * @param folder the data folder, made if it is missing; not touched if {@code given} is not empty
     * @throws IllegalArgumentException if the given secret, or the one in the file, is shorter than 32 characters
     */
    public static byte[] open(String given, Path folder) {
        if (!given.isEmpty()) {
            return checked(VARIABLE, given);
        }
        Path file = folder.resolve(FILE);
        try {
            Files.createDirectories(folder);
            return checked(file.toString(), readOrMake(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": " + e.getMessage(), e);
        }
    }

    private static String readOrMake(Path file) throws IOException {
        try {
            String text = Files.readString(file, StandardCharsets.US_ASCII);
            if (isPosix(file) && !Files.getPosixFilePermissions(file).equals(OWNER_ONLY)) {
                Files.setPosixFilePermissions(file, OWNER_ONLY);
            }
            return text;
        } catch (NoSuchFileException e) {
            return make(file);
        }
    }

    /** Writes a whole file first and gives it its name then, so that no other process reads half a secret. */
    private static String make(Path file) throws IOException {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        String text = HexFormat.of().formatHex(bytes);
        Path folder = file.toAbsolutePath().getParent();
        Path draft = isPosix(file)
                ? Files.createTempFile(folder, FILE, ".tmp", PosixFilePermissions.asFileAttribute(OWNER_ONLY))
                : Files.createTempFile(folder, FILE, ".tmp");
        try {
            Files.writeString(draft, text + "\n", StandardCharsets.US_ASCII);
            name(draft, file);
            return Files.readString(file, StandardCharsets.US_ASCII);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void name(Path draft, Path file) throws IOException {
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            // Another process was faster: its secret is the one.
        } catch (UnsupportedOperationException | FileSystemException e) {
            // A file system without links.
            Files.move(draft, file);
        }
    }

    private static boolean isPosix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static byte[] checked(String origin, String text) {
        if (text.length() < LENGTH_MIN) {
            throw new IllegalArgumentException(
                    origin + ": " + text.length() + " characters (expected: >= " + LENGTH_MIN + ", random)");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
