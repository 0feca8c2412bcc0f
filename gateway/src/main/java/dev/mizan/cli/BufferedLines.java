package dev.mizan.cli;

import java.io.IOException;
import java.io.OutputStream;

/** Collects output until it is worth a system call; closing it does nothing, for it outlives its many writers. */
final class BufferedLines extends OutputStream {
    private final OutputStream out;
    private final byte[] buffer = new byte[1 << 16];
    private int filled;

    BufferedLines(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > buffer.length - filled) {
            drain();
        }
        if (length > buffer.length) {
            out.write(bytes, offset, length);
            return;
        }
        System.arraycopy(bytes, offset, buffer, filled, length);
        filled += length;
    }

    /** Does nothing: a JSON generator flushes at the end of each value. */
    @Override
    public void flush() {}

    @Override
    public void close() {}

    void flushAll() throws IOException {
        drain();
        out.flush();
    }

    private void drain() throws IOException {
        out.write(buffer, 0, filled);
        filled = 0;
    }
}
