package weburl

import (
	"net/netip"
	"strings"
)

// A Kind says what a host is, as far as its name or address tells.
type Kind uint8

const (
	Public   Kind = iota // a public address, or a name
	Loopback             // the local host
	Private              // an address of a private network: RFC 1918, RFC 4193 or RFC 6598
	Special              // an address that no server on the internet has, or an odd spelling of one
)

// HostKind returns the kind of a host: that of the address if it is one, and otherwise what the name says.
// It takes the host as [net/url.URL.Hostname] returns it. A name that is Public may still resolve
// to any address.
//
// A name that ends in a number, such as 2130706433 or 0x7f.1, is Special: some programs take it for
// an IPv4 address, and there is no such top-level domain.
func HostKind(host string) Kind {
	if ip, err := netip.ParseAddr(host); err == nil {
		return AddrKind(ip)
	}
	host = strings.TrimSuffix(host, ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	switch {
	case equalFold(last, "localhost"): // RFC 6761 section 6.3
		return Loopback
	case isNumber(last):
		if ip, err := netip.ParseAddr(host); err == nil { // there was a dot at the end
			return AddrKind(ip)
		}
		return Special
	}
	return Public
}

// IsLoopback reports whether the host is certainly the local host: localhost, an address of 127.0.0.0/8,
// or ::1. Plain http is safe there. Other names of the local host are of the kind Loopback too, but
// whether they resolve to it is up to the resolver.
func IsLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return equalFold(host, "localhost") || err == nil && AddrKind(ip) == Loopback
}

// isNumber reports whether a label of a host name is a number: decimal or octal, or hexadecimal
// after 0x.
func isNumber(label string) bool {
	digits := "0123456789"
	if len(label) >= 2 && label[0] == '0' && label[1]|0x20 == 'x' {
		label, digits = label[2:], "0123456789abcdefABCDEF"
		if label == "" {
			return true
		}
	}
	return label != "" && strings.Trim(label, digits) == ""
}

// equalFold compares without regard to ASCII case. Unlike [strings.EqualFold] it folds no other
// letter: "localho\u017ft" is not localhost.
func equalFold(s, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

var (
	private = prefixes(
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", // RFC 1918
		"100.64.0.0/10", // shared by carriers and overlay networks, RFC 6598
		"fc00::/7",      // RFC 4193
	)
	// The other blocks of the IANA registries of special-purpose addresses that are not globally
	// reachable, or that lead elsewhere.
	special = prefixes(
		"0.0.0.0/8",       // this network
		"169.254.0.0/16",  // link-local, with the metadata services of clouds
		"192.0.0.0/24",    // protocol assignments
		"192.0.2.0/24",    // documentation
		"192.88.99.0/24",  // 6to4 relays
		"198.18.0.0/15",   // benchmarking
		"198.51.100.0/24", // documentation
		"203.0.113.0/24",  // documentation
		"224.0.0.0/3",     // multicast, reserved, broadcast

		"2001::/23",     // protocol assignments, with Teredo
		"2001:db8::/32", // documentation
		"2002::/16",     // 6to4
		"3fff::/20",     // documentation
	)
	global6 = netip.MustParsePrefix("2000::/3")     // all of IPv6 that is assigned to public hosts
	nat64   = netip.MustParsePrefix("64:ff9b::/96") // an IPv4 address in the last 4 bytes, RFC 6052
)

// AddrKind returns the kind of an address. An IPv4-mapped address counts as the IPv4 address. A
// NAT64 address is Public if its IPv4 address is, and Special otherwise.
func AddrKind(ip netip.Addr) Kind {
	ip = ip.WithZone("").Unmap()
	if nat64.Contains(ip) {
		// In networks without IPv4, all IPv4 hosts have such addresses.
		b := ip.As16()
		if AddrKind(netip.AddrFrom4([4]byte(b[12:]))) == Public {
			return Public
		}
		return Special
	}
	switch {
	case ip.IsLoopback():
		return Loopback
	case contains(private, ip):
		return Private
	case contains(special, ip), !ip.Is4() && !global6.Contains(ip):
		return Special
	}
	return Public
}

func contains(blocks []netip.Prefix, ip netip.Addr) bool {
	for _, block := range blocks {
		if block.Contains(ip) {
			return true
		}
	}
	return false
}

func prefixes(blocks ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(blocks))
	for i, block := range blocks {
		list[i] = netip.MustParsePrefix(block)
	}
	return list
}
