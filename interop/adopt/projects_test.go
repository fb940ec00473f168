package adopt

// A project is one whose parser is replaced.
type project struct {
	name    string // of its folder in testdata, and in the table
	module  string
	version string
	folder  string // of the package with the parser

	cut      map[string][]string // what is removed, by file; see find
	tests    []string            // the packages whose tests run
	run      string              // which of their tests run, if not all
	skip     string              // which do not
	nightly  bool                // because it takes a minute to compile
	failures map[string]string   // why a test fails with our parser, by its name
	note     string              // what the table says of run, skip and tests that are cut
}

var projects = []project{
	{
		name: "containerd", module: "github.com/containerd/containerd/v2", version: "v2.4.2",
		folder: "core/remotes/docker/auth",
		cut: map[string][]string{"core/remotes/docker/auth/parse.go": {
			"octetType", "octetTypes", "isToken", "init", "ParseAuthHeader", "parseValueAndParams", "skipSpace", "expectToken", "expectTokenOrQuoted",
		}},
		tests:   []string{"./core/remotes/docker/..."},
		nightly: true,
	},
	{
		name: "oras-go", module: "oras.land/oras-go/v2", version: "v2.6.4",
		folder: "registry/remote/auth",
		cut:    map[string][]string{"registry/remote/auth/challenge.go": {"parseChallenge", "isNotTokenChar", "parseToken", "skipSpace"}},
		tests:  []string{"./registry/remote/auth"},
	},
	{
		name: "distribution", module: "github.com/distribution/distribution/v3", version: "v3.1.2",
		folder: "internal/client/auth/challenge",
		cut: map[string][]string{"internal/client/auth/challenge/authchallenge.go": {
			"octetType", "octetTypes", "isToken", "init", "parseAuthHeader", "parseValueAndParams", "skipSpace", "expectToken", "expectTokenOrQuoted",
		}},
		tests:   []string{"./internal/client/auth/..."},
		nightly: true,
	},
	{
		name: "go-containerregistry", module: "github.com/google/go-containerregistry", version: "v0.22.1",
		folder: "pkg/v1/remote/internal/authchallenge",
		cut: map[string][]string{"pkg/v1/remote/internal/authchallenge/authchallenge.go": {
			"octetType", "octetTypes", "isToken", "init", "parseAuthHeader", "parseValueAndParams", "skipSpace", "expectToken", "expectTokenOrQuoted",
		}},
		tests:   []string{"./pkg/v1/remote/..."},
		nightly: true,
		failures: map[string]string{
			"transport: TestBearerTransportOauth404Fallback": "theirs: a server that answers `WWW-Authenticate: scope=foo`, which has no scheme. go-containerregistry takes `scope` for a scheme; Parse finds no challenge.",
			"transport: TestBearerTransportOauthRefresh":     "the same.",
			"transport: TestBearerTransportTokenRefresh":     "the same.",
		},
	},
	{
		name: "regclient", module: "github.com/regclient/regclient", version: "v0.11.7",
		folder: "internal/auth",
		cut:    map[string][]string{"internal/auth/auth.go": {"charLU", "charLUs", "isSpace", "init", "ParseAuthHeaders", "parseAuthHeader"}},
		tests:  []string{"./internal/auth"},
		failures: map[string]string{
			"auth: TestParseAuthHeader/Quoted_auth_type_and_key": "theirs: the line is `\"Basic\" \"realm\"=/`. Neither a scheme nor a name can have quotes, and no server is known that sends them.",
		},
	},
	{
		name: "go-sdk", module: "github.com/modelcontextprotocol/go-sdk", version: "v1.8.0",
		folder: "oauthex",
		cut: map[string][]string{
			"oauthex/resource_meta.go":      {"ParseWWWAuthenticate", "splitChallenges", "parseSingleChallenge"},
			"oauthex/resource_meta_test.go": {"TestSplitChallenges", "TestSplitChallengesError"},
		},
		tests: []string{"./oauthex", "./auth/..."},
		note:  "`TestSplitChallenges` and `TestSplitChallengesError` are gone with the function that they test: it cut a line into the texts of its challenges, which is no longer needed.",
	},
	{
		name: "mcp-go", module: "github.com/mark3labs/mcp-go", version: "v1.2.1",
		folder: "client/transport",
		cut: map[string][]string{"client/transport/streamable_http.go": {
			"parseAuthParams", "parseQuotedString", "extractResourceMetadataURL", "extractResourceMetadataURLs", "parseAuthParamValue", "isAuthTokenChar",
		}},
		tests:   []string{"./client/transport"},
		run:     "Auth|ResourceMetadata",
		skip:    "TestOAuthHandler_SetExpectedState_CrossRequestScenario",
		note:    "These are the tests of signing in; the others start processes and take minutes. `TestOAuthHandler_SetExpectedState_CrossRequestScenario` is left out because it sends a request to example.com.",
		nightly: true,
	},
	{
		name: "keyvault", module: "github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/internal", version: "v1.2.0",
		cut:     map[string][]string{"challenge_policy.go": {"keyVaultAuthorizer.updateTokenRequestOptions"}},
		tests:   []string{"./..."},
		nightly: true,
	},
}
