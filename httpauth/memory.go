package httpauth

import (
	"hash/maphash"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// How much is remembered. What is forgotten costs one round trip more, and nothing else.
const (
	maxOrigins = 1024
	maxSpaces  = 16      // of an origin
	maxPaths   = 32      // of a space
	maxPath    = 1 << 10 // bytes; a longer one is not remembered
	maxNonces  = 256     // of an origin, whose counts are known
)

// A memory holds what let earlier requests in. It is safe for use from several goroutines; nothing
// is done while its lock is held but to look things up. The zero memory is empty.
type memory struct {
	mu      sync.Mutex
	clock   uint64 // of uses
	origins map[spaceKey]*known
	digests filter
	seed    maphash.Seed // of nonces, so that nobody can choose two with the same hash
}

// A spaceKey is where credentials may be sent to.
type spaceKey struct {
	origin  string
	host    string // of the Host field, if it is not the one of the origin
	isProxy bool
}

// known is what is known of an origin.
type known struct {
	used   uint64
	spaces []*knownSpace             // the last used one last
	counts map[uint64]*atomic.Uint32 // by hash of the nonce
	nonces []uint64                  // the keys of counts, the oldest first
}

// A knownSpace is a protection space that let a request in.
type knownSpace struct {
	answer answer
	paths  []string // prefixes of its paths
}

// find returns what to send to a URL from the start: the answer of the protection space that has
// the longest prefix of its path, and nil if there is none.
func (m *memory) find(key spaceKey, u *url.URL) *answer {
	p := path(u)
	m.mu.Lock()
	defer m.mu.Unlock()
	o := m.origins[key]
	if o == nil {
		return nil
	}
	m.clock++
	o.used = m.clock
	longest := -1
	var found answer
	for _, space := range o.spaces {
		for _, prefix := range space.paths {
			if len(prefix) >= longest && strings.HasPrefix(p, prefix) {
				longest, found = len(prefix), space.answer
			}
		}
	}
	if longest < 0 {
		return nil
	}
	found.isFresh = false
	return &found
}

// findSpace returns what let a request in to a protection space, and nil if nothing is known of it.
func (m *memory) findSpace(key spaceKey, space Space) *answer {
	m.mu.Lock()
	defer m.mu.Unlock()
	if o := m.origins[key]; o != nil {
		for _, s := range o.spaces {
			if s.answer.space == space {
				found := s.answer
				return &found
			}
		}
	}
	return nil
}

// keep remembers an answer that let a request in to a URL.
func (m *memory) keep(key spaceKey, a *answer, u *url.URL) {
	if a.space.Scheme != "Digest" && a.space.Scheme != "Basic" {
		return
	}
	prefixes := prefixes(key, a, u)
	m.mu.Lock()
	defer m.mu.Unlock()
	o := m.open(key)
	i := slices.IndexFunc(o.spaces, func(s *knownSpace) bool { return s.answer.space == a.space })
	var space *knownSpace
	switch {
	case i >= 0:
		space = o.spaces[i]
		o.spaces = append(slices.Delete(o.spaces, i, i+1), space)
	default:
		space = &knownSpace{}
		o.spaces = append(o.spaces, space)
		if len(o.spaces) > maxSpaces {
			o.spaces = slices.Delete(o.spaces, 0, 1)
		}
	}
	space.answer = *a
	if len(space.paths) > 0 && !a.isFresh {
		return
	}
	for _, prefix := range prefixes {
		if len(prefix) <= maxPath && !slices.Contains(space.paths, prefix) {
			space.paths = append(space.paths, strings.Clone(prefix))
		}
	}
	if over := len(space.paths) - maxPaths; over > 0 {
		space.paths = slices.Delete(space.paths, 1, 1+over) // the first may cover the whole origin
	}
}

// prefixes returns the prefixes of the paths for which an answer is good that let a request in to a
// URL.
func prefixes(key spaceKey, a *answer, u *url.URL) []string {
	switch {
	case key.isProxy:
		return []string{""} // a proxy has one space for all
	case a.session == nil:
		return []string{folder(u)}
	case len(a.session.Challenge().Domain) == 0:
		return []string{"", folder(u)} // the folder finds its way if there are several spaces
	}
	return append(inDomain(a.session.Challenge().Domain, u), folder(u))
}

// drop forgets an answer that was refused, unless there is a newer one for its space.
func (m *memory) drop(key spaceKey, a *answer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if o := m.origins[key]; o != nil {
		o.spaces = slices.DeleteFunc(o.spaces, func(s *knownSpace) bool {
			return s.answer.space == a.space && s.answer.session == a.session
		})
	}
}

// count returns the count of requests with a nonce. A server may send the same nonce in several
// challenges; all that answer it share the count.
func (m *memory) count(key spaceKey, nonce string) *atomic.Uint32 {
	m.mu.Lock()
	defer m.mu.Unlock()
	o := m.open(key)
	if o.counts == nil {
		o.counts = make(map[uint64]*atomic.Uint32)
	}
	h := maphash.String(m.seed, nonce)
	if n := o.counts[h]; n != nil {
		return n
	}
	if len(o.nonces) == maxNonces {
		delete(o.counts, o.nonces[0])
		o.nonces = slices.Delete(o.nonces, 0, 1)
	}
	n := new(atomic.Uint32)
	o.counts[h] = n
	o.nonces = append(o.nonces, h)
	return n
}

// open returns what is known of an origin, which from now on is something. If there are too many,
// the one that was not used for the longest time is forgotten.
func (m *memory) open(key spaceKey) *known {
	if m.origins == nil {
		m.origins = make(map[spaceKey]*known)
		m.seed = maphash.MakeSeed()
	}
	m.clock++
	o := m.origins[key]
	if o == nil {
		if len(m.origins) == maxOrigins {
			var oldest spaceKey
			var used uint64
			for k, o := range m.origins {
				if used == 0 || o.used < used {
					oldest, used = k, o.used
				}
			}
			delete(m.origins, oldest)
		}
		o = &known{}
		m.origins[key] = o
	}
	o.used = m.clock
	return o
}

func (m *memory) sawDigest(key spaceKey) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.digests.add(key)
}

func (m *memory) hasSeenDigest(key spaceKey) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.digests.has(key)
}

// A filter is a set of any number of keys, of a fixed size: a Bloom filter. It never forgets a key.
// One that was not added it may take for one that was: with a thousand keys one in some billions,
// with a hundred thousand one in a hundred. Hashes have a seed, so nobody can choose a key that
// does so.
type filter struct {
	seed maphash.Seed
	bits []uint64
}

const filterBits = 1 << 20

func (f *filter) add(key spaceKey) {
	if f.bits == nil {
		f.seed = maphash.MakeSeed()
		f.bits = make([]uint64, filterBits/64)
	}
	for _, bit := range f.places(key) {
		f.bits[bit/64] |= 1 << (bit % 64)
	}
}

func (f *filter) has(key spaceKey) bool {
	if f.bits == nil {
		return false
	}
	for _, bit := range f.places(key) {
		if f.bits[bit/64]&(1<<(bit%64)) == 0 {
			return false
		}
	}
	return true
}

// places returns the bits for a key, from two halves of one hash.
func (f *filter) places(key spaceKey) (bits [4]uint32) {
	h := maphash.Comparable(f.seed, key)
	low, high := uint32(h), uint32(h>>32)|1
	for i := range bits {
		bits[i] = (low + uint32(i)*high) % filterBits
	}
	return bits
}
