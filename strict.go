package wwwauth

import (
	"math"
	"strings"
)

// A Parser parses like the function [Parse], but has limits of its own and reuses its memory from
// call to call. The zero Parser is ready to use and has the limits of Parse. A Parser must not be
// used by several goroutines at once, and must not be copied after its first use.
//
// When a limit is exceeded, parsing stops, the last departure in the error is [TooLarge], and the
// challenges before it are returned. The number of bytes is not limited: real tokens are tens of
// KiB long, and net/http limits the header as a whole.
type Parser struct {
	// MaxChallenges, MaxParams and MaxProblems limit how many challenges, parameters (of all
	// challenges together) and departures a call returns, not counting the TooLarge itself. Zero means
	// the default of 128, 1024 and 256; a negative number means no limit.
	MaxChallenges, MaxParams, MaxProblems int

	_ noCopy
	store
}

// A store holds what was read.
type store struct {
	challenges []Challenge
	params     []Param // of all challenges, in order
	first      int     // where those of the last challenge begin
}

// A noCopy makes go vet report copies of the struct that it is in.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// Parse is like the function [Parse], but the challenges and their Params are valid only until the
// next call, which overwrites them. Their strings and the error stay valid.
func (p *Parser) Parse(lines ...string) ([]Challenge, error) {
	departure, ok := p.strict(lines)
	if ok {
		return p.result(), nil
	}
	return p.tolerant(lines, departure)
}

// A place is where the strict parser gave up: at a list element, or at what follows a scheme and SP.
// Everything before it conforms and has been read. The zero place is the start of the first line.
type place struct {
	line, offset int
	before       int  // the number of challenges on the lines before
	open         bool // the last challenge can take a parameter
	afterScheme  bool
}

// strict reads lines that keep to the grammar and the limits, and reports whether they do. At the first
// departure it gives up and returns the place from which tolerant has to read.
//
// One token of look-ahead decides everything: a token that "=" follows is a parameter, any other
// opens a challenge.
//
//	#element = [ element ] *( OWS "," OWS [ element ] )
func (p *Parser) strict(lines []string) (departure place, ok bool) {
	p.reset()
	open := false // a challenge is open that can take a parameter
	for n, s := range lines {
		s = trimOWS(s)
		before := len(p.challenges)
		i := elementStart(s, 0)
		if open {
			i = p.strictParams(s, i)
		}
		for i < len(s) {
			// challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
			end := i
			if i+8 <= len(s) {
				end += leading(load(s, i)|' '*ones, 'a') // letters: real lines take a twentieth less
			}
			end = tokenEnd(s, end)
			arg := skipOWS(s, end)
			if end == i || arg < len(s) && s[arg] == '=' || len(p.challenges) == limit(p.MaxChallenges, defaultChallenges) {
				return place{n, i, before, open, false}, false
			}
			if p.challenges == nil {
				p.makeRoom(lines)
			}
			p.finish()
			p.begin(s[i:end])
			open = end < len(s) && s[end] == ' '
			if arg == len(s) {
				break
			}
			if s[arg] == ',' {
				if i = elementStart(s, arg); open {
					i = p.strictParams(s, i)
				}
				continue
			}
			if !open || strings.IndexByte(s[end:arg], '\t') >= 0 {
				return place{}, false
			}
			// No text is both a token68 and parameters: after the "=" of a parameter comes its value,
			// after that of a token68 none. What has no "=" where names end is hardly a name, and to
			// read a long token68 once, and not as a name before, takes a third of the time.
			mayBeName := arg+24 > len(s) || hasEquals(load(s, arg)) || hasEquals(load(s, arg+8)) || hasEquals(load(s, arg+16))
			if i = arg; !mayBeName {
				i = p.strictToken68(s, arg)
			}
			if i == arg {
				i = p.strictParams(s, arg)
			}
			if i == arg {
				i = p.strictToken68(s, arg)
			}
			if i == arg {
				if isControl(s[i]) {
					return place{}, false // tolerant may see whitespace here, and "=" after it
				}
				return place{n, i, before, true, true}, false
			}
			open = p.challenges[len(p.challenges)-1].Token68 == ""
		}
	}
	return place{}, true
}

// strictToken68 reads the token68 of the open challenge at s[i] and returns where the next element starts; i if
// there is none.
func (p *Parser) strictToken68(s string, i int) int {
	end := token68End(s, i)
	if end == i || !delimited(s, end) {
		return i
	}
	p.challenges[len(p.challenges)-1].Token68 = s[i:end]
	return elementStart(s, end)
}

// strictParams reads the list elements from s[i] on that are parameters of the open challenge, and
// returns where the element after them starts; i if there are none.
//
//	auth-param = token BWS "=" BWS ( token / quoted-string )
func (p *Parser) strictParams(s string, i int) int {
	params := p.params
	most := min(limit(p.MaxParams, defaultParams), p.first+manyParams)
	// Each name sets a bit, which its length and first letter choose. Only names with the same bit
	// must be compared.
	names := uint64(0)
	if len(params) > p.first {
		names = math.MaxUint64
	}
	for {
		end := i
		if i+8 <= len(s) {
			end += leading(load(s, i), '^') // "^", "_", "`" and small letters: a tenth less
		}
		end = tokenEnd(s, end)
		v := skipOWS(s, end)
		if end == i || v == len(s) || s[v] != '=' {
			break
		}
		name := s[i:end]
		bit := uint64(1) << ((lower(name[0]) ^ uint8(len(name)<<3)) & 63)
		if len(params) == most || names&bit != 0 && index(params[p.first:], name) >= 0 {
			break
		}
		names |= bit

		v = skipOWS(s, v+1)
		var value string
		if v < len(s) && s[v] == '"' {
			// Nearly all values are visible ASCII and spaces up to the next quote. Reading those here,
			// and not in quotedString, saves a tenth of the time; reading up to eight at once, a twentieth.
			value = s[v+1:]
			n := strings.IndexByte(value, '"')
			if n < 0 {
				break
			}
			value, end = value[:n], v+n+2
			var plain bool
			if n <= 8 && end > 8 {
				plain = endsInQDText(load(s, end-9), n)
			} else {
				plain = isQDText(value)
			}
			if !plain {
				value, end = quotedString(s, v)
			}
		} else {
			end = tokenEnd(s, v)
			value = s[v:end]
		}
		next := skipOWS(s, end)
		if end <= v || next < len(s) && s[next] != ',' {
			break
		}
		if len(params) == cap(params) {
			params = grow(params)
		}
		params = append(params, Param{name, value})
		if i = next; i == len(s) {
			break // most challenges are alone on their line: this saves a tenth of the time
		}
		for i++; i < len(s) && class[s[i]]&separator != 0; {
			if i++; i == next+16 {
				i = longSeparatorsEnd(s, i)
			}
		}
	}
	p.params = params
	return i
}

// A slab is room for a small header: a challenge and its parameters in one allocation, which takes half
// the time of two.
type slab[Params any] struct {
	challenges [1]Challenge
	params     Params
}

// makeRoom allocates memory for what the lines can hold: a parameter for each "=", of which it counts
// those in the first 8 KiB of a line. With slabs of these sizes Parse takes a fifth less on what servers
// send than with one size of four; larger ones gain nothing.
func (p *Parser) makeRoom(lines []string) {
	n := 0
	for _, s := range lines {
		n += strings.Count(s[:min(len(s), 8<<10)], "=")
	}
	switch {
	case n > 6:
		p.challenges = make([]Challenge, 0, 4)
		p.params = make([]Param, 0, min(n, limit(p.MaxParams, defaultParams)))
	case len(lines) > 1:
		p.challenges = make([]Challenge, 0, min(len(lines), 4)) // mostly one on each
		p.params = make([]Param, 0, n)
	case n == 0:
		p.challenges = make([]Challenge, 0, 1)
	case n == 1:
		room := new(slab[[1]Param])
		p.challenges, p.params = room.challenges[:0], room.params[:0]
	case n == 2:
		room := new(slab[[2]Param])
		p.challenges, p.params = room.challenges[:0], room.params[:0]
	case n == 3:
		room := new(slab[[3]Param])
		p.challenges, p.params = room.challenges[:0], room.params[:0]
	case n == 4:
		room := new(slab[[4]Param])
		p.challenges, p.params = room.challenges[:0], room.params[:0]
	case n == 5:
		room := new(slab[[5]Param])
		p.challenges, p.params = room.challenges[:0], room.params[:0]
	default:
		room := new(slab[[6]Param])
		p.challenges, p.params = room.challenges[:0], room.params[:0]
	}
}

// reset forgets what an earlier call has read.
func (s *store) reset() {
	s.challenges, s.params, s.first = s.challenges[:0], s.params[:0], 0
}

// begin opens a challenge. The one before must be finished. The parameters added from now on belong to the new one.
func (s *store) begin(scheme string) {
	n := len(s.challenges)
	if n == cap(s.challenges) {
		s.challenges = grow(s.challenges)
	}
	s.challenges = s.challenges[:n+1]
	// Field by field, since to copy a struct with pointers takes a call while the collector runs: Parse of real
	// lines takes a twentieth less.
	c := &s.challenges[n]
	c.Scheme, c.Token68, c.Params = scheme, "", nil
}

// add adds a parameter to the last challenge.
func (s *store) add(name, value string) {
	if len(s.params) == cap(s.params) {
		s.params = grow(s.params)
	}
	s.params = append(s.params, Param{name, value})
}

// grow doubles the room of s, which is full. Of large slices append would add a quarter only, and in
// the end have allocated five times as much as is in use.
func grow[T any](s []T) []T {
	return append(make([]T, 0, max(1, 2*len(s))), s...)
}

// finish gives the last challenge its parameters: with no room after them, so that appending to
// them leaves those of the next challenge alone.
func (s *store) finish() {
	if n := len(s.params); n > s.first {
		s.challenges[len(s.challenges)-1].Params = s.params[s.first:n:n]
		s.first = n
	}
}

func (s *store) result() []Challenge {
	s.finish()
	if len(s.challenges) == 0 {
		return nil
	}
	return s.challenges
}

// The limits of the zero Parser.
const (
	defaultChallenges = 128
	defaultParams     = 1024
	defaultProblems   = 256
)

// limit returns the number that a limit of the Parser means.
func limit(n, byDefault int) int {
	switch {
	case n < 0:
		return math.MaxInt
	case n == 0:
		return byDefault
	}
	return n
}
