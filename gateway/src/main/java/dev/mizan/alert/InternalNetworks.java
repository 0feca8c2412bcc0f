package dev.mizan.alert;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Tells addresses of internal networks from those of the Internet: loopback, link-local (cloud metadata among them),
 * private (RFC 1918, RFC 4193), shared (RFC 6598), and whatever else IANA's special-purpose registries (read
 * 2026-11-25) do not route globally; also where an IPv6 address carries such an IPv4 address. Safe for use by many
 * threads.
 */
final class InternalNetworks {
    private static final List<Block> BLOCKS = List.of(
            block("0.0.0.0", 8),
            block("10.0.0.0", 8),
            block("100.64.0.0", 10),
            block("127.0.0.0", 8),
            // Azure's platform service is a public address that only its own machines reach.
            block("168.63.129.16", 32),
            block("169.254.0.0", 16),
            block("172.16.0.0", 12),
            block("192.0.0.0", 24),
            block("192.0.2.0", 24),
            block("192.168.0.0", 16),
            block("198.18.0.0", 15),
            block("198.51.100.0", 24),
            block("203.0.113.0", 24),
            block("224.0.0.0", 3),
            block("::", 96),
            block("64:ff9b:1::", 48),
            block("100::", 64),
            block("2001::", 23),
            block("2001:db8::", 32),
            block("fc00::", 7),
            block("fe80::", 9),
            block("ff00::", 8));

    /** Prefixes after which an IPv6 address carries an IPv4 address: NAT64 and 6to4. */
    private static final Block NAT64 = block("64:ff9b::", 96);

    private static final Block SIX_TO_FOUR = block("2002::", 16);

    private InternalNetworks() {}

    /** Whether {@code address} is one that an outsider's address must not lead to. */
    static boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (NAT64.contains(bytes)) {
            return contains(ipv4(bytes, 12));
        }
        if (SIX_TO_FOUR.contains(bytes)) {
            return contains(ipv4(bytes, 2));
        }
        return BLOCKS.stream().anyMatch(block -> block.contains(bytes));
    }

    private static final class Block {
        private final byte[] prefix;
        private final int bits;

        Block(byte[] prefix, int bits) {
            this.prefix = prefix;
            this.bits = bits;
        }

        boolean contains(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            int whole = bits / 8;
            if (!Arrays.equals(address, 0, whole, prefix, 0, whole)) {
                return false;
            }
            int mask = 0xff00 >> bits % 8 & 0xff;
            return mask == 0 || (address[whole] & mask) == (prefix[whole] & mask);
        }
    }

    private static Block block(String prefix, int bits) {
        try {
            // A literal: nothing is looked up.
            return new Block(InetAddress.getByName(prefix).getAddress(), bits);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(prefix, e);
        }
    }

    private static InetAddress ipv4(byte[] bytes, int offset) {
        try {
            return Inet4Address.getByAddress(Arrays.copyOfRange(bytes, offset, offset + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
