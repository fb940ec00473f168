package weburl

import "strings"

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
	if ip, _, ok := parseIP(host); ok {
		return AddrKind(ip)
	}
	host = strings.TrimSuffix(host, ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	switch {
	case equalFold(last, "localhost"): // RFC 6761 section 6.3
		return Loopback
	case isNumber(last):
		if ip, _, ok := parseIP(host); ok { // there was a dot at the end
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
	ip, _, ok := parseIP(host)
	return equalFold(host, "localhost") || ok && ip.isLoopback()
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

// blocks holds the blocks of the IANA registries of special-purpose addresses that are not public,
// but for those of loopback addresses, and at the end all of IPv4 and what of IPv6 is assigned to
// public hosts. The first block that contains an address tells its kind.
var blocks = []struct {
	first string
	bits  int // how many bits of the first address all have
	kind  Kind
}{
	{"10.0.0.0", 8, Private}, // RFC 1918
	{"172.16.0.0", 12, Private},
	{"192.168.0.0", 16, Private},
	{"100.64.0.0", 10, Private}, // shared by carriers and overlay networks, RFC 6598
	{"fc00::", 7, Private},      // RFC 4193

	{"0.0.0.0", 8, Special},       // this network
	{"169.254.0.0", 16, Special},  // link-local, with the metadata services of clouds
	{"192.0.0.0", 24, Special},    // protocol assignments
	{"192.0.2.0", 24, Special},    // documentation
	{"192.88.99.0", 24, Special},  // 6to4 relays
	{"198.18.0.0", 15, Special},   // benchmarking
	{"198.51.100.0", 24, Special}, // documentation
	{"203.0.113.0", 24, Special},  // documentation
	{"224.0.0.0", 3, Special},     // multicast, reserved, broadcast
	{"2001::", 23, Special},       // protocol assignments, with Teredo
	{"2001:db8::", 32, Special},   // documentation
	{"2002::", 16, Special},       // 6to4
	{"3fff::", 20, Special},       // documentation

	{"0.0.0.0", 0, Public},
	{"2000::", 3, Public},
}

// AddrKind returns the kind of an address, which is given as [net/netip.Addr.As16] returns it: an
// IPv4 address as the IPv4-mapped one. A NAT64 address is Public if its IPv4 address is, and Special
// otherwise.
func AddrKind(addr [16]byte) Kind {
	ip := ipAddr(addr)
	if ip.isLoopback() {
		return Loopback
	}
	if ip.isIn("64:ff9b::", 96) { // RFC 6052
		// In networks without IPv4, all IPv4 hosts have such addresses.
		if v4 := ([4]byte)(addr[12:]); AddrKind(mapped(v4)) == Public {
			return Public
		}
		return Special
	}
	for _, b := range blocks {
		if ip.isIn(b.first, b.bits) {
			return b.kind
		}
	}
	return Special
}
