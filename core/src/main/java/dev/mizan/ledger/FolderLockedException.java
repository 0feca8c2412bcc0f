package dev.mizan.ledger;

/** A folder is in use by another process. The message names the folder and, where known, the process. */
public final class FolderLockedException extends RuntimeException {
    public FolderLockedException(String message) {
        super(message);
    }
}
