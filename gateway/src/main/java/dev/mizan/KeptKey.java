package dev.mizan;

import dev.mizan.identity.KeyText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/**
 * A key that is made at first start and kept in a file of the data folder that only its owner may read: the master key
 * where the operator gives none, and the demonstration's sample key.
 *
 * @param text the key; printed as {@code ***} by {@link #toString}
 * @param made whether it was made just now
 */
record KeptKey(String text, boolean made) {
    /** The file of the master key in the data folder. */
    static final String MASTER = "master-key";

    /** The key in {@code folder}'s file {@code name}, made if there is none; the caller holds the folder's lock. */
    static KeptKey open(Path folder, String name) {
        Path file = folder.resolve(name);
        try {
            if (Files.exists(file)) {
                String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
                if (!text.isEmpty()) {
                    return new KeptKey(text, false);
                }
                Files.delete(file);
            }
            Files.createDirectories(folder);
            String text = KeyText.random(new SecureRandom());
            boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
            FileAttribute<?>[] ownerOnly = posix
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                    }
                    : new FileAttribute<?>[0];
            Files.createFile(file, ownerOnly);
            Files.writeString(file, text + "\n", StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
            return new KeptKey(text, true);
        } catch (IOException e) {
            throw new CannotStartException(file + " can't be read or written: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "KeptKey[***]";
    }
}
