package auth

import (
	"fmt"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"

	"github.com/regclient/regclient/types/errs"
)

// ParseAuthHeaders extracts the schemes and parameters from WWW-Authenticate headers
func ParseAuthHeaders(ahl []string) ([]challenge, error) {
	offered, err := wwwauth.Parse(ahl...)
	if err := wwwauth.Tolerate(err, wwwauth.UnquotedValue); err != nil {
		return nil, fmt.Errorf("%w: %w", errs.ErrParsingFailed, err)
	}
	var cl []challenge
	for _, c := range offered {
		cl = append(cl, challenge{authType: strings.ToLower(c.Scheme), params: c.Map()})
	}
	return cl, nil
}

func parseAuthHeader(ah string) ([]challenge, error) {
	return ParseAuthHeaders([]string{ah})
}
