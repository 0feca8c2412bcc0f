package dev.mizan.ledger;

import com.github.f4b6a3.ulid.UlidCreator;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One folder under {@code <data>/journal}, owned by holding the lock on the file {@code lock} in it.
 *
 * <p>Its name is the instance's name: configured, or a ULID made with the folder. A process without a configured name
 * takes the first folder, by name, that nobody owns, and makes one if there is none: so a process that starts again
 * finds what it left, and a name lasts as long as its folder.
 */
final class InstanceFolder implements AutoCloseable {
    private static final String LOCK_FILE = "lock";
    private static final int ATTEMPTS_MAX = 100;

    private final Path parent;
    private final Path path;
    private final FolderLock lock;

    private InstanceFolder(Path parent, Path path, FolderLock lock) {
        this.parent = parent;
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes the folder named {@code instance}, or any if that is empty.
     *
     * @throws FolderLockedException if the named folder has another owner
     */
    static InstanceFolder take(Path parent, String instance, long nowMillis) throws IOException {
        Files.createDirectories(parent);
        if (!instance.isEmpty()) {
            Path path = parent.resolve(instance);
            Files.createDirectories(path);
            return lock(parent, path)
                    .orElseThrow(() -> new FolderLockedException("journal folder " + path + " is in use by process "
                            + FolderLock.owner(path.resolve(LOCK_FILE))
                            + " (expected: one process per journal folder)"));
        }
        for (Path path : folders(parent)) {
            Optional<InstanceFolder> taken = lock(parent, path);
            if (taken.isPresent()) {
                return taken.get();
            }
        }
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            Path path = Files.createDirectory(
                    parent.resolve(UlidCreator.getUlid(nowMillis).toString()));
            Optional<InstanceFolder> taken = lock(parent, path);
            if (taken.isPresent()) {
                return taken.get();
            }
            // Another process took it for an orphan between its making and its locking, and removes it.
        }
        throw new IOException("no folder could be locked in " + parent + " in " + ATTEMPTS_MAX + " attempts");
    }

    /** Takes every folder beside this one that nobody owns. */
    List<InstanceFolder> takeOrphans() throws IOException {
        List<InstanceFolder> orphans = new ArrayList<>();
        for (Path other : folders(parent)) {
            if (!other.equals(path)) {
                lock(parent, other).ifPresent(orphans::add);
            }
        }
        return orphans;
    }

    Path path() {
        return path;
    }

    String name() {
        return path.getFileName().toString();
    }

    /** Deletes the folder and all that is in it, then gives it back. */
    void remove() throws IOException {
        try (this) {
            // The lock file last: while it is there and locked, nobody else takes the folder.
            for (Path file : files()) {
                if (!file.equals(lock.file())) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(lock.file());
            Files.deleteIfExists(path);
        }
    }

    /** Gives the folder back. */
    @Override
    public void close() {
        lock.close();
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
            stream.forEach(files::add);
        }
        return files;
    }

    private static Optional<InstanceFolder> lock(Path parent, Path path) {
        return FolderLock.tryLock(path.resolve(LOCK_FILE), false).map(lock -> new InstanceFolder(parent, path, lock));
    }

    /** The folders that are journals: those with a lock file. */
    private static List<Path> folders(Path parent) throws IOException {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> stream =
                Files.newDirectoryStream(parent, path -> Files.exists(path.resolve(LOCK_FILE)))) {
            stream.forEach(folders::add);
        }
        folders.sort(null);
        return folders;
    }
}
