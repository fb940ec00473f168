package weburl_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// checkIP compares what ParseIP and netip.ParseAddr say of s.
func checkIP(t *testing.T, s string) {
	t.Helper()
	ip, zone, ok := weburl.ParseIP(s)
	std, err := netip.ParseAddr(s)
	if ok != (err == nil) || ok && (ip != std.As16() || zone != std.Zone()) {
		t.Errorf("%q: %v, zone %q, %v, but net/netip says %v, %v", s, ip, zone, ok, std, err)
	}
}

// TestParseIP has all that consists of at most five of some parts of addresses, alone and after and
// before up to eight groups.
func TestParseIP(t *testing.T) {
	parts := []string{":", "::", ".", "%", "0", "00", "1", "a", "F", "g", "fffff", "1.2.3.4", "255", "256", "01"}
	length := 5
	if testing.Short() {
		length = 4
	}
	var spell func(s string, rest int)
	spell = func(s string, rest int) {
		checkIP(t, s)
		for _, part := range parts[:len(parts)*min(rest, 1)] {
			spell(s+part, rest-1)
		}
	}
	spell("", length)
	for n := 1; n <= 8; n++ {
		groups := strings.Repeat("1:", n)
		spell(groups, 2)
		for _, middle := range parts {
			for _, end := range []string{"", ":", "::", "1.2.3.4", ":1.2.3.4", ":1.2.3.4%z", ":1.2.3"} {
				for m := range 9 {
					checkIP(t, groups+middle+strings.Repeat(":1", m)+end)
				}
			}
		}
	}
}

func FuzzParseIP(f *testing.F) {
	for _, s := range []string{
		"1.2.3.4", "255.255.255.255", "1.2.3.04", "1.2.3", "1.2.3.4.5", "1.2.3.4%z", "::", "::1", "1::", "fe80::1%eth0", "fe80::1%", "%", "%::",
		"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7::8", "1:2:3:4:5:6:1.2.3.4", "::ffff:1.2.3.4", "1.2.3.4::", "::1.2.3.4:5", "1::2::3", ":::", "::00001", "2001:DB8::G",
	} {
		f.Add(s)
	}
	f.Fuzz(checkIP)
}

// FuzzIsIn holds blocks of addresses against those of net/netip, but for the blocks of IPv6 addresses that are
// so large that all of IPv4 is in them as well, mapped.
func FuzzIsIn(f *testing.F) {
	f.Add("10.0.0.1", "10.0.0.0", uint8(8))
	f.Add("172.32.0.1", "172.16.0.0", uint8(12))
	f.Add("8.8.8.8", "::", uint8(0))
	f.Add("2001:1ff::", "2001::", uint8(23))
	f.Add("2001:200::", "2001::", uint8(23))
	f.Add("::1", "::1", uint8(128))
	f.Add("::ffff:1.2.3.4", "0.0.0.0", uint8(0))
	f.Fuzz(func(t *testing.T, s, first string, bits uint8) {
		ip, _, _ := weburl.ParseIP(s)
		std, err := netip.ParseAddr(s)
		start, startErr := netip.ParseAddr(first)
		if err != nil || startErr != nil || start.Is4In6() {
			return
		}
		block := netip.PrefixFrom(start.WithZone(""), int(bits))
		std = std.Unmap().WithZone("")
		if !block.IsValid() || std.Is4() && start.Is6() {
			return
		}
		if got := weburl.IsIn(ip, first, int(bits)); got != block.Contains(std) {
			t.Errorf("%s in %v: %v", s, block, got)
		}
	})
}
