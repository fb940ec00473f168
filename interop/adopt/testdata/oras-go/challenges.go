package auth

import (
	"errors"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

// parseChallenge parses the "WWW-Authenticate" header returned by the remote
// registry, and extracts parameters if scheme is Bearer. A parameter without
// a value, or with one that was cut off, is left out.
//
// Reference: https://distribution.github.io/distribution/spec/auth/token/#how-to-authenticate
func parseChallenge(header string) (scheme Scheme, params map[string]string) {
	challenges, err := wwwauth.Parse(header)
	if len(challenges) == 0 {
		return SchemeUnknown, nil
	}
	first := challenges[0]
	scheme = parseScheme(first.Scheme)
	if scheme != SchemeBearer || len(first.Params) == 0 {
		return scheme, nil
	}
	params = first.Map()
	var departures wwwauth.ErrorList
	errors.As(err, &departures)
	for _, d := range departures {
		if (d.Code == wwwauth.UnterminatedQuote || d.Code == wwwauth.MissingValue) && d.Challenge == 0 && d.Param >= 0 {
			delete(params, strings.ToLower(first.Params[d.Param].Name))
		}
	}
	return scheme, params
}
