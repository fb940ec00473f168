package internal

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/seed-903fb8fe/wwwauth"
)

// updateTokenRequestOptions parses authentication parameters from Key Vault's challenge
func (k *keyVaultAuthorizer) updateTokenRequestOptions(resp *http.Response, req *http.Request) error {
	headers := resp.Header.Values("WWW-Authenticate")
	if len(headers) == 0 {
		return errors.New("response has no WWW-Authenticate header for challenge authentication")
	}
	// Key Vault puts no commas between the parameters, which Parse reads all the same.
	challenges, _ := wwwauth.Parse(headers...)
	challenge, _ := wwwauth.Select(challenges, "Bearer")
	scope, ok := challenge.Lookup("scope")
	if !ok {
		scope = challenge.Get("resource")
	}
	if scope == "" {
		return errors.New("could not find a valid resource in the WWW-Authenticate header")
	}
	if k.verifyChallengeResource {
		// the challenge resource's host must match the requested vault's host
		parsed, err := url.Parse(scope)
		if err != nil {
			return fmt.Errorf("invalid challenge resource %q: %v", scope, err)
		}
		if !strings.HasSuffix(req.URL.Host, "."+parsed.Host) {
			return fmt.Errorf(challengeMatchError, scope)
		}
	}
	if !strings.HasSuffix(scope, "/.default") {
		scope += "/.default"
	}
	k.setTokenRequestOptions(policy.TokenRequestOptions{
		TenantID: parseTenant(challenge.Get("authorization")),
		Scopes:   []string{scope},
	})
	return nil
}
