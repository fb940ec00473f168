package lint_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// vendors has how often each rule finds something in the lines of real servers in testdata/corpus/wild.json that
// keep to the grammar, with the reason why that is worth a word. Most of those lines came to be there because a
// client failed on them; what servers send that nobody complains of, the others, is quiet.
var vendors = map[string]int{
	// MUSTs of the scheme, which cameras, printers and routers break; clients have learned to do without.
	"digest-params":       19, // of RFC 2069, without qop; fingerprints that were cut after the realm
	"digest-quoted":       13, // algorithm="MD5" and stale="FALSE": Hikvision, Cisco, Keenetic
	"digest-unquoted":     2,  // qop=auth: Ultimaker, Flexisip
	"realm-unquoted":      15, // appliances, Okta, and tests of clients
	"bearer-no-params":    6,  // Azure DevOps and medplum: a client cannot learn where to get a token
	"basic-no-realm":      2,
	"space-around-equals": 3,
	"empty-element":       3,
	"token68-not-allowed": 1, // "Basic realm=": Chrome asks for no password
	"bearer-character":    1, // Symfony translates the description
	"handshake-base64":    1,
	"privatetoken-base64": 1,

	// What named clients fail on.
	"several-on-one-line":  18, // IIS, ownCloud, iCloud, TFS behind one line
	"bearer-not-first":     5,
	"basic-before-digest":  3,
	"basic-not-last":       4, // "Basic, Negotiate, NTLM" of TFS and Exchange
	"md5-before-sha":       1,
	"digest-qop":           4, // auth,auth-int: Subversion sends nothing
	"digest-sha-256-alone": 2, // Shelly
	"quote-in-value":       2,
	"needless-escape":      1,
	"empty-value":          2,
	"name-case":            1,
	"spaces-after-scheme":  1,
	"lookalike":            3, // the decoys of python-sdk#3009

	// Slips.
	"apostrophes":       1,
	"scheme-misspelt":   1, // Negociate
	"param-misspelt":    1, // algorigthm
	"metadata-path":     1, // /.well-known/ after the path of a gateway
	"dpop-error-scheme": 1,
}

func TestVendors(t *testing.T) {
	got := map[string]int{}
	lines, quiet := 0, 0
	for name, v := range vectors(t) {
		if !strings.HasPrefix(name, "wild-") {
			continue
		}
		if _, err := wwwauth.Parse(v.Lines...); err != nil {
			continue
		}
		lines++
		rules := ruleNames(lint.Check(lint.Lines(v.Lines...)))
		if len(rules) == 0 {
			quiet++
		}
		for _, rule := range rules {
			got[rule]++
		}
	}
	if diff := cmp.Diff(vendors, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if quiet*2 < lines {
		t.Errorf("%d of %d are quiet", quiet, lines)
	}
}
