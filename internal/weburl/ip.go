package weburl

import "strings"

// An ipAddr is an IPv6 address, or an IPv4 address as the IPv4-mapped one: with 2 bytes 0xff before
// its 4. It is all that is needed of package net/netip, which would be one in 50 bytes of the page
// that a browser loads.
type ipAddr [16]byte

// mapped returns an IPv4 address.
func mapped(v4 [4]byte) ipAddr {
	return ipAddr{10: 0xff, 0xff, v4[0], v4[1], v4[2], v4[3]}
}

// isLoopback reports whether ip is in 127.0.0.0/8 or is ::1.
func (ip ipAddr) isLoopback() bool {
	return ip == mapped([4]byte{127, ip[13], ip[14], ip[15]}) || ip == ipAddr{15: 1}
}

// isIn reports whether ip is in the block of addresses that have so many bits of the first one.
func (ip ipAddr) isIn(first string, bits int) bool {
	start, _, _ := parseIP(first)
	if !strings.Contains(first, ":") {
		bits += 96 // of the mapped address
	}
	for i := range bits {
		if (ip[i/8]^start[i/8])<<(i%8)&0x80 != 0 {
			return false
		}
	}
	return true
}

// parseIP reads an IP address as [net/netip.ParseAddr] does, and reports whether s is one.
//
//	IP-address = IPv4address / IPv6address [ "%" zone ]
func parseIP(s string) (ip ipAddr, zone string, ok bool) {
	if !strings.Contains(s, ":") {
		v4, ok := parseIPv4(s)
		return mapped(v4), "", ok
	}
	s, zone, scoped := strings.Cut(s, "%")
	if scoped && zone == "" {
		return ip, "", false
	}
	ip, ok = parseIPv6(s)
	return ip, zone, ok
}

// parseIPv4 reads an IPv4 address.
//
//	IPv4address = dec-octet 3( "." dec-octet )
//	dec-octet   = 0 to 255, without leading zeros
func parseIPv4(s string) (ip [4]byte, ok bool) {
	for i := range ip {
		octet, rest, more := strings.Cut(s, ".")
		if octet == "" || len(octet) > 3 || octet[0] == '0' && octet != "0" || more != (i < 3) {
			return ip, false
		}
		n := 0
		for _, c := range []byte(octet) {
			if c < '0' || '9' < c {
				return ip, false
			}
			n = 10*n + int(c-'0')
		}
		if n > 255 {
			return ip, false
		}
		ip[i], s = byte(n), rest
	}
	return ip, true
}

// parseIPv6 reads an IPv6 address.
//
//	IPv6address = groups / [ groups ] "::" [ groups ]
//	groups      = *( h16 ":" ) ( h16 / IPv4address )
//	h16         = 1*4HEXDIG
//
// It has 8 groups; an IPv4address, which can only be at its end, counts as two, and "::" as those
// that are missing, which are zero, and one at least.
func parseIPv6(s string) (ip ipAddr, ok bool) {
	left, right, short := strings.Cut(s, "::")
	n, ok := ip.setGroups(left, !short)
	if !ok || !short {
		return ip, ok && n == len(ip)
	}
	var end ipAddr
	m, ok := end.setGroups(right, true)
	if !ok || n+m > len(ip)-2 {
		return ip, false
	}
	copy(ip[len(ip)-m:], end[:m])
	return ip, true
}

// setGroups reads groups, if any, into the first n bytes of ip. They may end with an IPv4 address
// if they are the last ones.
func (ip *ipAddr) setGroups(s string, last bool) (n int, ok bool) {
	for more := s != ""; more; {
		var group string
		group, s, more = strings.Cut(s, ":")
		if v4, ok := parseIPv4(group); ok && last && !more && n+4 <= len(ip) {
			return n + copy(ip[n:], v4[:]), true
		}
		if group == "" || len(group) > 4 || n == len(ip) {
			return n, false
		}
		value := 0
		for _, c := range []byte(group) {
			if class[c] != hex {
				return n, false
			}
			value = value<<4 | int(hexValue(c))
		}
		ip[n], ip[n+1] = byte(value>>8), byte(value)
		n += 2
	}
	return n, true
}
