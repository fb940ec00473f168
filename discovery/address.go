package discovery

import (
	"net/netip"
	"syscall"

	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// Control refuses to connect to an address that is not public. It is a value for the Control field
// of a [net.Dialer], which calls it with each address that a name has resolved to. An earlier check
// could be defeated by a name that resolves to a different address the next time.
//
//	transport := &http.Transport{DialContext: (&net.Dialer{Control: discovery.Control}).DialContext}
//
// An address is public unless it is loopback, private, link-local, shared (RFC 6598), multicast,
// unspecified, or set aside for documentation, benchmarking or future use by the registries of
// special-purpose addresses (RFC 6890). An IPv6 address that maps or translates to IPv4
// (IPv4-mapped, NAT64) is judged by its IPv4 address; 6to4 and Teredo addresses are not public. A
// NAT64 prefix that a network chose for itself cannot be distinguished from other addresses.
//
// Through a proxy, Control sees only the address of the proxy.
func Control(network, address string, _ syscall.RawConn) error {
	return reach{}.control(network, address, nil)
}

// A reach says which addresses a client may use besides public ones.
type reach struct{ loopback, private bool }

// allows reports whether a host or an address of that kind may be used.
func (r reach) allows(kind weburl.Kind) bool {
	switch kind {
	case weburl.Public:
		return true
	case weburl.Loopback:
		return r.loopback
	case weburl.Private:
		return r.private
	}
	return false
}

func (r reach) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !r.allows(weburl.AddrKind(ap.Addr().As16())) {
		return errAddress
	}
	return nil
}

// An addressError is why a connection was refused. It does not have the address: whoever sends URLs
// to a client must not learn where names lead in its network. A net.OpError around it does have it,
// so a Step holds only what is inside.
type addressError struct{}

var errAddress = &addressError{}

func (*addressError) Error() string { return "discovery: the address is not public" }
