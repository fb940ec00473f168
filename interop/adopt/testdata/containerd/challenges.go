package auth

import (
	"net/http"
	"sort"

	"github.com/seed-903fb8fe/wwwauth"
)

// ParseAuthHeader parses challenges from WWW-Authenticate header
func ParseAuthHeader(header http.Header) []Challenge {
	challenges := []Challenge{}
	offered, _ := wwwauth.Parse(header.Values("WWW-Authenticate")...)
	for _, c := range offered {
		var s AuthenticationScheme
		switch {
		case c.Is("Basic"):
			s = BasicAuth
		case c.Is("Digest"):
			s = DigestAuth
		case c.Is("Bearer"):
			s = BearerAuth
		default:
			continue
		}
		challenges = append(challenges, Challenge{Scheme: s, Parameters: c.Map()})
	}
	sort.Stable(byScheme(challenges))
	return challenges
}
