package oauthex

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

// ParseWWWAuthenticate parses WWW-Authenticate headers.
// The header format is defined in RFC 9110, Section 11.6.1, and can contain
// one or more challenges, separated by commas.
// It returns a slice of challenges or an error if one of the headers is malformed.
// Values that should have quotes but do not are accepted.
func ParseWWWAuthenticate(headers []string) ([]Challenge, error) {
	offered, err := wwwauth.Parse(headers...)
	if err := wwwauth.Tolerate(err, wwwauth.UnquotedValue); err != nil {
		return nil, fmt.Errorf("malformed WWW-Authenticate: %w", err)
	}
	var challenges []Challenge
	for _, c := range offered {
		if c.Token68 != "" {
			return nil, fmt.Errorf("challenge of scheme %s without parameters", c.Scheme)
		}
		challenge := Challenge{Scheme: strings.ToLower(c.Scheme)}
		if len(c.Params) > 0 {
			challenge.Params = c.Map()
		}
		challenges = append(challenges, challenge)
	}
	return challenges, nil
}

// parseSingleChallenge parses a string containing exactly one challenge.
func parseSingleChallenge(s string) (Challenge, error) {
	challenges, err := ParseWWWAuthenticate([]string{s})
	if err != nil {
		return Challenge{}, err
	}
	if len(challenges) != 1 {
		return Challenge{}, errors.New("not one challenge")
	}
	return challenges[0], nil
}
