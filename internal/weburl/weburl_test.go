package weburl_test

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// TestCheckHTTP has a row for each error, and for what must not be one.
func TestCheckHTTP(t *testing.T) {
	for _, tt := range []struct {
		url  string
		want error
	}{
		{"https://h", nil},
		{"HTTPS://H.example:443/a;b=c/%2F?d=[]", weburl.ErrSyntax},
		{"HTTPS://H.example:443/a;b=c/%2F?d=e&f=%5B", nil},
		{"http://h_1.example./", nil},
		{"https://xn--pple-43d.com/", nil},
		{"https://192.0.2.1:8443/", nil},
		{"https://[2001:db8::1]:8443/a", nil},
		{"https://[::ffff:127.0.0.1]/", nil},
		{"https://h:/", nil},
		{"https://h:1", nil},
		{"https://h:65535", nil},

		{"https://h/a b", weburl.ErrByte},
		{"https://h/\t", weburl.ErrByte},
		{"https://h/\x7f", weburl.ErrByte},
		{"https://h/\x00", weburl.ErrByte},
		{"https://h/é", weburl.ErrByte},
		{"https://аpple.com/", weburl.ErrByte},
		{`https://h\@evil.example/`, weburl.ErrByte},
		{`https://h/"`, weburl.ErrByte},
		{"https://h/<>", weburl.ErrByte},
		{"https://h/{x}", weburl.ErrByte},
		{"https://h/^", weburl.ErrByte},
		{"https://h/`", weburl.ErrByte},
		{"https://h/|", weburl.ErrByte},

		{"https://h/%4", weburl.ErrSyntax},
		{"https://h/%g0", weburl.ErrSyntax},
		{"https://h/?%4", weburl.ErrSyntax},
		{"https://h/?%", weburl.ErrSyntax},
		{"https://h/?%0g", weburl.ErrSyntax},
		{"https://h/[x]", weburl.ErrSyntax},
		{"https://[::1]/[", weburl.ErrSyntax},
		{"https://[::1", weburl.ErrSyntax},
		{"https://[h]/", weburl.ErrSyntax},
		{"https://h/#a#b", weburl.ErrSyntax},
		{"https://h:x/", weburl.ErrSyntax},
		{"https://h:-1/", weburl.ErrSyntax},

		{"https://h:0/", weburl.ErrPort},
		{"https://h:00/", weburl.ErrPort},
		{"https://h:65536/", weburl.ErrPort},
		{"https://h:18446744073709551617/", weburl.ErrPort},

		{"", weburl.ErrNotHTTP},
		{"h.example/a", weburl.ErrNotHTTP},
		{"/a", weburl.ErrNotHTTP},
		{"//h/a", weburl.ErrNotHTTP},
		{"https:h", weburl.ErrNotHTTP},
		{"https:/h", weburl.ErrNotHTTP},
		{"https:///h", weburl.ErrNotHTTP},
		{"https://:443/", weburl.ErrNotHTTP},
		{"ftp://h/", weburl.ErrNotHTTP},
		{"file:///etc/passwd", weburl.ErrNotHTTP},
		{"javascript:alert(1)", weburl.ErrNotHTTP},
		{"data:text/html,x", weburl.ErrNotHTTP},
		{"urn:x", weburl.ErrNotHTTP},

		{"https://u@h/", weburl.ErrUserinfo},
		{"https://u:p@h/", weburl.ErrUserinfo},
		{"https://@h/", weburl.ErrUserinfo},
		{"https://accounts.example@evil.example/", weburl.ErrUserinfo},
		{"https://h/#", weburl.ErrFragment},
		{"https://h/#a", weburl.ErrFragment},

		{"https://%65vil.example/", weburl.ErrHost},                    // net/url refuses it, and browsers decode it
		{"https://%D0%B0pple.com/", weburl.ErrHost},                    // xn--pple-43d.com
		{"https://%E2%91%A0%E2%91%A1%E2%91%A6.0.0.1/", weburl.ErrHost}, // 127.0.0.1, after NFKC
		{"http://localho%C5%BFt/", weburl.ErrHost},                     // a long s
		{"https://a%25b/", weburl.ErrHost},
		{"https://a%ff/", weburl.ErrHost},
		{"https://[fe80::1%25eth0]/", weburl.ErrHost},
		{"https://a,b/", weburl.ErrHost},
		{"https://a;b/", weburl.ErrHost},
		{"https://a~b/", weburl.ErrHost},
		{"https://h.example../", weburl.ErrHost},
		{"https://127.0.0.1../", weburl.ErrHost},
		{"https://localhost../", weburl.ErrHost},
		{"https://a..b/", weburl.ErrHost},
		{"https://.a/", weburl.ErrHost},
		{"https://./", weburl.ErrHost},
		{"https://../", weburl.ErrHost},
	} {
		if err := weburl.CheckHTTP(tt.url); err != tt.want {
			t.Errorf("%s: %v, want %v", tt.url, err, tt.want)
		}
	}
}

// TestParse checks what is a URI reference, though not a URL to fetch.
func TestParse(t *testing.T) {
	for _, s := range []string{"", "/a", "//h/a", "?", "#a", "urn:x:y", "mailto:a@h", "https://u:p@h/#a", "data:,x", "a/b"} {
		if _, err := weburl.Parse(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, s := range []string{"urn:{x}", ":", "a:%", "/%zz", "//h:99999", "http://[::1]x/"} {
		if u, err := weburl.Parse(s); err == nil {
			t.Errorf("%s: %v", s, u)
		}
	}
}

// TestFetchable checks that a URL is judged as clients send it: with what a browser would encode encoded,
// and without its fragment.
func TestFetchable(t *testing.T) {
	for url, want := range map[string]error{
		"https://h/a":                   nil,
		"https://h/a b?c=d e":           nil,
		"https://h/?a[]={b}|c":          nil,
		"https://h/#a#b":                nil,
		"https://h/\u00e9\"<>\\^`":      nil,
		"https://[2001:db8::1]/[a]":     nil,
		"https://h?[a]":                 nil,
		"https://h/%zz":                 weburl.ErrSyntax,
		"https://u@h/":                  weburl.ErrUserinfo,
		"https://h\\@evil.example/":     weburl.ErrUserinfo,
		"https://\u0430pple.com/":       weburl.ErrHost,
		"https://a b/":                  weburl.ErrHost,
		"https:h":                       weburl.ErrNotHTTP,
		"/a":                            weburl.ErrNotHTTP,
		"":                              weburl.ErrNotHTTP,
		"#a":                            weburl.ErrNotHTTP,
		"javascript:alert(1)//https://": weburl.ErrNotHTTP,
	} {
		if err := weburl.Fetchable(url); err != want {
			t.Errorf("%s: %v, want %v", url, err, want)
		}
	}
}

// notInURL are the visible ASCII bytes that are not allowed in a URL.
const notInURL = "\"<>\\^`{|}"

func TestEncode(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "a-b.c_d~e%20": "a-b.c_d~e%20", "a b\t\x00\x7f": "a%20b%09%00%7F", "\u00e9": "%C3%A9", notInURL: "%22%3C%3E%5C%5E%60%7B%7C%7D", "'": "'",
	} {
		if got := weburl.Encode(s, ""); got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	}
	if got := weburl.Encode("it's", "'"); got != "it%27s" {
		t.Error(got)
	}
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	if got := weburl.Decode(weburl.Encode(string(every), "%")); got != string(every) {
		t.Errorf("%q", got)
	}
	for s, want := range map[string]string{"": "", "%": "%", "%4": "%4", "%zz%41%6a%4G%6A": "%zzAj%4Gj", "a+b%2b": "a+b+", "%%41": "%A"} {
		if got := weburl.Decode(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestHost(t *testing.T) {
	for url, want := range map[string]string{
		"https://H.example:8443/A": "h.example", "https://[2001:DB8::1]:1/": "2001:db8::1", "https://u:p@h/": "h", "": "", "/a": "", "https://[": "", "urn:a": "",
	} {
		if got := weburl.Host(url); got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
}

// TestHostKind judges hosts by how they are spelled. All that programs read as loopback or as
// another address that is not public must not be Public.
func TestHostKind(t *testing.T) {
	for kind, hosts := range map[weburl.Kind]string{
		weburl.Public:   "example.com EXAMPLE.com. mcp.example localhost.example.com notlocalhost xn--pple-43d.com 1.example a.b1 0xg 8.8.8.8 8.8.8.8. 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808 127.0.0.1.nip.io",
		weburl.Loopback: "localhost LocalHost localhost. a.localhost a.b.LOCALHOST. 127.0.0.1 127.0.0.1. 127.255.255.255 ::1 ::ffff:127.0.0.1 ::ffff:7f00:1 0:0:0:0:0:0:0:1",
		weburl.Private:  "10.0.0.1 10.0.0.1. 172.16.0.1 172.31.255.255 192.168.0.1 100.64.0.1 fd00::1 fc00::1 fd00:ec2::254 ::ffff:10.0.0.1",
		weburl.Special: "0.0.0.0 :: 169.254.169.254 fe80::1 fe80::1%eth0 224.0.0.1 255.255.255.255 ff02::1 fec0::1 2001:db8::1 2002:7f00:1::1 64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 ::127.0.0.1 192.0.0.192 " +
			"127.1 127.0.1 2130706433 017700000001 0x7f000001 0x7f.1 0X7F.1 0177.0.0.1 127.0.0.01 127.0.0.0x1 0x 1 0 256.1.1.1 1.2.3.4.5 127.1. a.1 a.0x1 08.8.8.8",
	} {
		for host := range strings.FieldsSeq(hosts) {
			if got := weburl.HostKind(host); got != kind {
				t.Errorf("%s: %d, want %d", host, got, kind)
			}
		}
	}
}

// TestAddressSpellings writes addresses in all ways that inet_aton reads: in one to four parts, each in
// decimal, octal or hexadecimal.
func TestAddressSpellings(t *testing.T) {
	forms := []string{"%d", "0%o", "00%o", "0x%x", "0X%X", "0x00%x"}
	count := 0
	for _, address := range []uint32{0x7f000001, 0x7fffffff, 0xa9fea9fe, 0x0a000001, 0xc0a80101, 0xac100001, 0x64400001, 0, 0xe0000001, 0xffffffff} {
		var spell func(prefix string, rest uint32, parts int)
		spell = func(prefix string, rest uint32, parts int) {
			for _, form := range forms {
				if parts > 1 {
					spell(prefix+fmt.Sprintf(form, rest>>24)+".", rest<<8, parts-1)
					continue
				}
				width := 8 * (4 - strings.Count(prefix, "."))
				host := prefix + fmt.Sprintf(form, rest>>(32-width))
				count++
				for _, h := range []string{host, host + "."} {
					if weburl.HostKind(h) == weburl.Public {
						t.Errorf("%s is public", h)
					}
				}
			}
		}
		for parts := 1; parts <= 4; parts++ {
			spell("", address, parts)
		}
	}
	t.Logf("%d spellings", count)
}

func TestIsLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true, "::ffff:127.0.0.1": true,
		"localhost.": false, "a.localhost": false, "localho\u017ft": false, "localhost.example.com": false, "127.1": false,
		"0.0.0.0": false, "::": false, "10.0.0.1": false, "": false, "\uff4cocalhost": false, "64:ff9b::127.0.0.1": false,
	} {
		if got := weburl.IsLoopback(host); got != want {
			t.Errorf("%s: %v", host, got)
		}
	}
}

// TestKindOfAddresses compares the blocks with what net/netip knows of addresses.
func TestKindOfAddresses(t *testing.T) {
	for first := range 256 {
		for second := range 256 {
			ip := netip.AddrFrom4([4]byte{byte(first), byte(second), 113, 1})
			kind := weburl.AddrKind(ip.As16())
			switch {
			case ip.IsLoopback() != (kind == weburl.Loopback):
				t.Errorf("%v: %d, and loopback %v", ip, kind, ip.IsLoopback())
			case ip.IsPrivate() && kind != weburl.Private:
				t.Errorf("%v: %d, and private", ip, kind)
			case kind == weburl.Public && (!ip.IsGlobalUnicast() || ip.IsLinkLocalUnicast()):
				t.Errorf("%v: public, and not global unicast", ip)
			}
		}
	}
	if kind := weburl.AddrKind(netip.Addr{}.As16()); kind != weburl.Special {
		t.Errorf("the zero Addr: %d", kind)
	}
}

// FuzzSplit holds the splitter against net/url: what Split accepts has the same parts there, or is refused
// because net/url is stricter about hosts; what Split refuses, net/url refuses too.
func FuzzSplit(f *testing.F) {
	seeds := mutate.Of(f)
	for _, s := range []string{
		"https://h/a?b", "HTTP://u:p@H:80/%41;a=b/..?c=%zz&d#e%20", "//h", "/a:b", "a:b", "a/b:c", "1a:b", ":", "?", "#", "", "https://[::1]:8/", "https://[::1%25eth0]/",
		"https://[127.0.0.1]/", "https://[v1.a]/", "https://h:a/", "https://h::1/", "https://a@b@c/", `https://h\@i/`, "https://%41/", "https://h/%4", "https://é/ü", "https:h",
		"https://h?a/b@c", "https:///a", "///a", "urn:x:y", "mailto:a@h", "https://h:/", "https://a b/", "https://a%25b/", "https://{h}/{x}", "https://h/[x]?[y]#[z]",
	} {
		seeds.Add(s)
	}
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, s string) {
		u, err := weburl.Split(s)
		std, stdErr := url.Parse(s)
		if err != nil {
			if stdErr == nil && !isLax(std) {
				t.Errorf("Split(%q): %v, but net/url says %+v", s, err, std)
			}
			return
		}
		if stdErr != nil {
			if !strings.Contains(u.Host, "%") {
				t.Errorf("Split(%q): %+v, but net/url says %v", s, u, stdErr)
			}
			return
		}
		path := std.EscapedPath() + std.Opaque
		if strings.HasPrefix(s, "///") {
			return // net/url takes it all for the path
		}
		same := u.Scheme == std.Scheme && u.HasUser == (std.User != nil) && u.Port == std.Port() && u.Query == std.RawQuery && decode(u.Path) == decode(path) &&
			decode(u.Fragment) == std.Fragment && (strings.Contains(u.Host, "%") || u.Host == std.Hostname())
		if !same {
			t.Errorf("Split(%q): %+v, but net/url says %+v", s, u, std)
		}
	})
}

// isLax reports whether net/url accepts what no URL has: quotes, colons and a bracket in a host, control bytes
// in a fragment, and invalid percent-encoding in what follows a scheme without a slash.
func isLax(u *url.URL) bool {
	_, err := url.PathUnescape(u.Opaque)
	return err != nil || strings.ContainsAny(u.Hostname(), `<>"]`) || strings.ContainsFunc(u.Fragment, unicode.IsControl) || !strings.HasPrefix(u.Host, "[") && strings.Count(u.Host, ":") > 1
}

func decode(s string) string {
	decoded, err := url.PathUnescape(s)
	if err != nil {
		return s
	}
	return decoded
}

// FuzzParse holds the grammar against net/url and the checks that it lacks.
func FuzzParse(f *testing.F) {
	seeds := mutate.Of(f)
	for _, s := range []string{"https://h/a?b", "a:b#c", "//%41/", "/a?%zz", "/a?[", "#a#b", "//h:65536", "//u@h", "//[::1]", "//[::1]:0", "{", "é", "a?b:c"} {
		seeds.Add(s)
	}
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, s string) {
		if u, _ := weburl.Split(s); strings.Contains(u.Host, "%") || strings.HasPrefix(s, "///") {
			return // net/url refuses percent-encoded ASCII in a host, and takes the slashes for a path
		}
		u, err := weburl.Parse(s)
		if want := reference(s); err != want {
			t.Errorf("Parse(%q): %+v, %v, want %v", s, u, err, want)
		}
	})
}

// reference parses a URI reference as Parse does, with net/url.
func reference(s string) error {
	if strings.Trim(s, "%"+visible) != "" || strings.ContainsAny(s, notInURL) {
		return weburl.ErrByte
	}
	u, err := url.Parse(s)
	switch {
	case err != nil, strings.Contains(u.Hostname(), ":") != strings.Contains(u.Host, "["):
		return weburl.ErrSyntax
	case strings.Count(s, "[")+strings.Count(s, "]") != 2*strings.Count(u.Host, "["), strings.Count(s, "#") > 1:
		return weburl.ErrSyntax
	}
	if _, err := url.PathUnescape(s); err != nil {
		return weburl.ErrSyntax
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return weburl.ErrPort
		}
	}
	return nil
}

// visible holds the bytes of visible ASCII.
var visible = func() (s string) {
	for c := '!'; c <= '~'; c++ {
		s += string(c)
	}
	return s
}()

// FuzzCheckHTTP checks that what is accepted is what net/url accepts, and leads to the same place; and it holds
// the short cut for plain URLs against the parser, to which a URL with a query goes.
func FuzzCheckHTTP(f *testing.F) {
	seeds := mutate.Of(f)
	for _, s := range []string{
		"https://example.com/.well-known/oauth-protected-resource/mcp", "http://127.0.0.1:8080/~a_b-c.d//", "https://h", "http://h:1",
		"https://h:9999", "https://h:65535", "https://h:65536/", "https://h:01/", "https://h:/", "https://h:a/", "https://:1/", "https://", "https:///a",
		"https://h/a?b", "https://h#a", "https://h/%41", "https://u@h/", "https://[::1]/", "HTTPS://h/", "http:/h", "ftp://h/", "https://h/\x00", "https://-/",
		"https://[::1%25eth0]/", `https://h\@i/`, "https://%41/", "https://h:0/", "//[", "https://%E2%91%A0/", "HTTPS://H:65535",
	} {
		seeds.Add(s)
	}
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, s string) {
		err := weburl.CheckHTTP(s)
		if want := weburl.CheckHTTP(s + "?"); err != want {
			t.Errorf("CheckHTTP(%q) = %v, and with a query %v", s, err, want)
		}
		if err != nil {
			return
		}
		u, err := weburl.Parse(s)
		std, stdErr := url.Parse(s)
		if err != nil || stdErr != nil || std.Scheme != u.Scheme || std.Hostname() != u.Host || std.Port() != u.Port || std.User != nil || std.Opaque != "" ||
			std.EscapedPath() != u.Path || std.RawQuery != u.Query || strings.ContainsFunc(u.Host, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
			t.Errorf("%q: %+v, %v, but net/url says %+v, %v", s, u, err, std, stdErr)
		}
	})
}
