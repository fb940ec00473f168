package authchallenge

import (
	"net/http"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

func parseAuthHeader(header http.Header) []Challenge {
	challenges := []Challenge{}
	offered, _ := wwwauth.Parse(header.Values("WWW-Authenticate")...)
	for _, c := range offered {
		challenges = append(challenges, Challenge{Scheme: strings.ToLower(c.Scheme), Parameters: c.Map()})
	}
	return challenges
}
