package transport

import (
	"errors"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

// parseAuthParams returns the parameters of the first challenge of a
// WWW-Authenticate header value, with their names in lower case.
func parseAuthParams(header string) map[string]string {
	challenges, _ := wwwauth.Parse(header)
	if len(challenges) == 0 {
		return map[string]string{}
	}
	return challenges[0].Map()
}

// extractResourceMetadataURL returns the first resource_metadata parameter of
// the WWW-Authenticate headers (RFC 9728 Section 5.1), and "" if there is none.
func extractResourceMetadataURL(wwwAuthHeaders []string) string {
	for _, header := range wwwAuthHeaders {
		for _, u := range extractResourceMetadataURLs(header) {
			return u
		}
	}
	return ""
}

// extractResourceMetadataURLs returns every resource_metadata parameter of a
// WWW-Authenticate header value, in order: a first challenge of an attacker
// must not hide a legitimate later one. A URL that was cut off is not returned,
// or a hostile server could dictate where discovery lands.
func extractResourceMetadataURLs(header string) []string {
	challenges, err := wwwauth.Parse(header)
	var departures wwwauth.ErrorList
	errors.As(err, &departures)
	var urls []string
	for i, c := range challenges {
		for j, p := range c.Params {
			cut := slices.ContainsFunc(departures, func(d *wwwauth.SyntaxError) bool {
				return d.Code == wwwauth.UnterminatedQuote && d.Challenge == i && d.Param == j
			})
			if strings.EqualFold(p.Name, "resource_metadata") && p.Value != "" && !cut {
				urls = append(urls, p.Value)
			}
		}
	}
	return urls
}
