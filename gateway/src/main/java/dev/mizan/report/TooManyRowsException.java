package dev.mizan.report;

/** A report has more rows than fit into memory with safety: {@link LedgerReader#SPEND_ROWS_MAX}. */
public final class TooManyRowsException extends RuntimeException {
    public TooManyRowsException() {
        super("more than " + LedgerReader.SPEND_ROWS_MAX + " rows");
    }
}
