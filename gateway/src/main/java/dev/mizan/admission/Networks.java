package dev.mizan.admission;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Networks that callers may come from, as CIDR blocks: {@code 10.0.0.0/8}, {@code 2001:db8::/32}. */
public final class Networks {
    private Networks() {}

    /** Whether {@code text} is a network, or one address. */
    public static boolean isNetwork(String text) {
        try {
            rule(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Whether {@code address} is in {@code network}.
     *
     * @param address an IP address, no name
     */
    public static boolean contains(String network, String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null) {
            return false;
        }
        try {
            return rule(network).matches(new InetSocketAddress(InetAddress.getByAddress(bytes), 0));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static IpSubnetFilterRule rule(String network) {
        int slash = network.indexOf('/');
        String address = slash < 0 ? network : network.substring(0, slash);
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null) {
            throw new IllegalArgumentException("network: '" + network + "' (expected: such as 10.0.0.0/8)");
        }
        int prefix = slash < 0 ? bytes.length * 8 : Integer.parseInt(network.substring(slash + 1));
        return new IpSubnetFilterRule(address, prefix, IpFilterRuleType.ACCEPT);
    }
}
