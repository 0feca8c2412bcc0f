package dev.mizan.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * An operating-system lock on a file, held until it is closed or the process ends, however it ends.
 *
 * <p>The file stays when the lock goes. An exclusive owner writes its process id into a second file beside it
 * ({@code .pid}), for messages: the lock file itself must never be opened twice, because closing any of its
 * descriptors gives a POSIX lock back.
 */
public final class FolderLock implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock, creating {@code file} (not its folder) if it is not there; empty if another owner holds it, or
     * if the file was deleted meanwhile.
     *
     * @param shared whether others may hold it shared at the same time
     * @throws UncheckedIOException if the file can't be opened or locked
     */
    public static Optional<FolderLock> tryLock(Path file, boolean shared) {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            boolean held = false;
            try {
                // A lock on a file that an owner deleted between our open and our lock excludes nobody.
                held = lock(channel, shared) && Files.exists(file);
                if (held && !shared) {
                    Files.writeString(pidFile(file), ProcessHandle.current().pid() + "\n");
                }
            } finally {
                if (!held) {
                    channel.close();
                }
            }
            return held ? Optional.of(new FolderLock(file, channel)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("lock " + file + ": " + e.getMessage(), e);
        }
    }

    /** Id of the process that last owned the lock on {@code file} alone; {@code unknown} if none is written down. */
    public static String owner(Path file) {
        try {
            String pid = Files.readString(pidFile(file)).strip();
            return pid.isEmpty() ? "unknown" : pid;
        } catch (IOException e) {
            return "unknown";
        }
    }

    public Path file() {
        return file;
    }

    /** Gives the lock back; the file stays. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("unlock " + file + ": " + e.getMessage(), e);
        }
    }

    private static Path pidFile(Path file) {
        return file.resolveSibling(file.getFileName() + ".pid");
    }

    private static boolean lock(FileChannel channel, boolean shared) throws IOException {
        try {
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }
}
