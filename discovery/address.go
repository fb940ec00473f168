package discovery

import (
	"net/netip"
	"syscall"
)

// Control refuses to connect to an address that is not public. It is a value for the field Control
// of a [net.Dialer], which calls it with the address that a name has resolved to: a check before
// that can be deceived by a name that resolves to another address the second time.
//
//	transport := &http.Transport{DialContext: (&net.Dialer{Control: discovery.Control}).DialContext}
//
// Public is what is neither loopback, private, link-local, shared (RFC 6598), multicast, unspecified,
// documentation, benchmarking nor reserved in the registries of special-purpose addresses (RFC 6890); an
// IPv6 address that stands for one of IPv4 (mapped, NAT64) counts as that one, and those of 6to4 and
// Teredo are refused. A NAT64 prefix that a network has chosen for itself cannot be told from others.
//
// Through a proxy it sees the address of the proxy only.
func Control(network, address string, _ syscall.RawConn) error {
	return control(address, false)
}

// controlLoopback is Control that lets loopback pass.
func controlLoopback(network, address string, _ syscall.RawConn) error {
	return control(address, true)
}

func control(address string, loopback bool) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return &addressError{}
	}
	ip := ap.Addr().WithZone("").Unmap()
	if loopback && ip.IsLoopback() || isPublic(ip) {
		return nil
	}
	return &addressError{}
}

// An addressError is why a connection was refused. It does not tell the address: who sends URLs to a
// client is not to learn where names of its network lead. A net.OpError around it does tell it, so a
// Step has only what is within.
type addressError struct{}

func (*addressError) Error() string { return "discovery: the address is not public" }

// special holds the blocks of the IANA registries of special-purpose addresses, for IPv4 and IPv6, in
// which no public server can be.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network
	netip.MustParsePrefix("10.0.0.0/8"),      // private
	netip.MustParsePrefix("100.64.0.0/10"),   // shared by carriers, RFC 6598
	netip.MustParsePrefix("127.0.0.0/8"),     // loopback
	netip.MustParsePrefix("169.254.0.0/16"),  // link-local, with the metadata of clouds
	netip.MustParsePrefix("172.16.0.0/12"),   // private
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation
	netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays
	netip.MustParsePrefix("192.168.0.0/16"),  // private
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarking
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("224.0.0.0/3"),     // multicast, reserved, broadcast

	netip.MustParsePrefix("2001::/23"),     // protocol assignments, with Teredo
	netip.MustParsePrefix("2001:db8::/32"), // documentation
	netip.MustParsePrefix("2002::/16"),     // 6to4
	netip.MustParsePrefix("3fff::/20"),     // documentation
}

var (
	global6 = netip.MustParsePrefix("2000::/3")     // all of IPv6 that is assigned to public hosts
	nat64   = netip.MustParsePrefix("64:ff9b::/96") // an IPv4 address in the last 4 bytes, RFC 6052
)

// isPublic tells whether a public server can have the address, which is not an IPv4-mapped one.
func isPublic(ip netip.Addr) bool {
	if nat64.Contains(ip) {
		// In networks without IPv4, this is how the rest of the world looks.
		b := ip.As16()
		ip = netip.AddrFrom4([4]byte(b[12:]))
	}
	if !ip.Is4() && !global6.Contains(ip) {
		return false
	}
	for _, p := range special {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}
