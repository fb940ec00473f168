package discovery

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// ProtectedResourceMetadata is the metadata of a protected resource (RFC 9728 section 2). In JSON
// it is the object that a resource server publishes, without the members that are zero.
//
// A member stays in Extra if its type is not that of its field. So does a URL for people, such as
// resource_documentation, that is not http or https, has user information, or is not ASCII.
type ProtectedResourceMetadata struct {
	// Resource is the resource identifier, an https URL without a fragment. Required.
	Resource string

	// AuthorizationServers holds the issuer identifiers of authorization servers. MCP requires one.
	AuthorizationServers []string

	JWKSURI         string   // URL of the keys that the resource signs with
	ScopesSupported []string // for MCP, the fewest scopes that basic use needs

	// BearerMethodsSupported holds some of "header", "body" and "query". Nil means that the
	// metadata does not say, and empty that no method is supported.
	BearerMethodsSupported            []string
	ResourceSigningAlgValuesSupported []string

	ResourceName          string // for users; other languages are in Extra, such as resource_name#fr
	ResourceDocumentation string // URL, for developers
	ResourcePolicyURI     string
	ResourceTOSURI        string

	TLSClientCertificateBoundAccessTokens bool     // RFC 8705
	AuthorizationDetailsTypesSupported    []string // RFC 9396
	DPoPSigningAlgValuesSupported         []string // RFC 9449
	DPoPBoundAccessTokensRequired         bool     // RFC 9449

	SignedMetadata string // a JWT, as received; it is not verified

	// Extra holds all other members, as received. In JSON output, a field that is not zero takes
	// precedence over a member of Extra with its name.
	Extra map[string]json.RawMessage
}

func (m *ProtectedResourceMetadata) members() []member {
	return []member{
		{"resource", &m.Resource},
		{"authorization_servers", &m.AuthorizationServers},
		{"jwks_uri", &m.JWKSURI},
		{"scopes_supported", &m.ScopesSupported},
		{"bearer_methods_supported", &m.BearerMethodsSupported},
		{"resource_signing_alg_values_supported", &m.ResourceSigningAlgValuesSupported},
		{"resource_name", &m.ResourceName},
		{"resource_documentation", (*link)(&m.ResourceDocumentation)},
		{"resource_policy_uri", (*link)(&m.ResourcePolicyURI)},
		{"resource_tos_uri", (*link)(&m.ResourceTOSURI)},
		{"tls_client_certificate_bound_access_tokens", &m.TLSClientCertificateBoundAccessTokens},
		{"authorization_details_types_supported", &m.AuthorizationDetailsTypesSupported},
		{"dpop_signing_alg_values_supported", &m.DPoPSigningAlgValuesSupported},
		{"dpop_bound_access_tokens_required", &m.DPoPBoundAccessTokensRequired},
		{"signed_metadata", &m.SignedMetadata},
	}
}

// MarshalJSON returns the metadata as a JSON object. It returns an error if a member of Extra is not
// valid JSON.
func (m ProtectedResourceMetadata) MarshalJSON() ([]byte, error) {
	return marshal(m.members(), m.Extra)
}

// UnmarshalJSON reads a JSON object. It refuses what programs read in different ways: two members
// of the same name in an object at any depth, and strings that are not valid Unicode. On error m is
// unchanged.
func (m *ProtectedResourceMetadata) UnmarshalJSON(b []byte) error {
	var v ProtectedResourceMetadata
	extra, err := unmarshal(b, v.members())
	if err != nil {
		return err
	}
	v.Extra = extra
	*m = v
	return nil
}

// AuthorizationServerMetadata is the metadata of an authorization server (RFC 8414 section 2), or
// of an OpenID provider, which has the same members. It is read and written by the same rules as
// [ProtectedResourceMetadata].
type AuthorizationServerMetadata struct {
	// Issuer is the issuer identifier, an https URL without query or fragment. Required.
	Issuer string

	AuthorizationEndpoint string // required unless no grant type uses it
	TokenEndpoint         string
	RegistrationEndpoint  string // RFC 7591
	RevocationEndpoint    string // RFC 7009
	IntrospectionEndpoint string // RFC 7662
	JWKSURI               string

	ScopesSupported                            []string
	ResponseTypesSupported                     []string
	ResponseModesSupported                     []string
	GrantTypesSupported                        []string // nil means authorization_code and implicit
	TokenEndpointAuthMethodsSupported          []string // nil means client_secret_basic
	TokenEndpointAuthSigningAlgValuesSupported []string
	CodeChallengeMethodsSupported              []string // of PKCE, RFC 7636

	ServiceDocumentation string // URL, for developers
	UILocalesSupported   []string
	OpPolicyURI          string
	OpTOSURI             string

	DeviceAuthorizationEndpoint                string   // RFC 8628
	PushedAuthorizationRequestEndpoint         string   // RFC 9126
	RequirePushedAuthorizationRequests         bool     // RFC 9126
	AuthorizationResponseIssParameterSupported bool     // RFC 9207
	DPoPSigningAlgValuesSupported              []string // RFC 9449
	ProtectedResources                         []string // RFC 9728 section 4
	ClientIDMetadataDocumentSupported          bool     // for Client ID Metadata Documents, as MCP uses them

	SignedMetadata string // a JWT, as received; it is not verified

	// Extra holds all other members, as received. In JSON output, a field that is not zero takes
	// precedence over a member of Extra with its name.
	Extra map[string]json.RawMessage
}

func (m *AuthorizationServerMetadata) members() []member {
	return []member{
		{"issuer", &m.Issuer},
		{"authorization_endpoint", &m.AuthorizationEndpoint},
		{"token_endpoint", &m.TokenEndpoint},
		{"registration_endpoint", &m.RegistrationEndpoint},
		{"revocation_endpoint", &m.RevocationEndpoint},
		{"introspection_endpoint", &m.IntrospectionEndpoint},
		{"jwks_uri", &m.JWKSURI},
		{"scopes_supported", &m.ScopesSupported},
		{"response_types_supported", &m.ResponseTypesSupported},
		{"response_modes_supported", &m.ResponseModesSupported},
		{"grant_types_supported", &m.GrantTypesSupported},
		{"token_endpoint_auth_methods_supported", &m.TokenEndpointAuthMethodsSupported},
		{"token_endpoint_auth_signing_alg_values_supported", &m.TokenEndpointAuthSigningAlgValuesSupported},
		{"code_challenge_methods_supported", &m.CodeChallengeMethodsSupported},
		{"service_documentation", (*link)(&m.ServiceDocumentation)},
		{"ui_locales_supported", &m.UILocalesSupported},
		{"op_policy_uri", (*link)(&m.OpPolicyURI)},
		{"op_tos_uri", (*link)(&m.OpTOSURI)},
		{"device_authorization_endpoint", &m.DeviceAuthorizationEndpoint},
		{"pushed_authorization_request_endpoint", &m.PushedAuthorizationRequestEndpoint},
		{"require_pushed_authorization_requests", &m.RequirePushedAuthorizationRequests},
		{"authorization_response_iss_parameter_supported", &m.AuthorizationResponseIssParameterSupported},
		{"dpop_signing_alg_values_supported", &m.DPoPSigningAlgValuesSupported},
		{"protected_resources", &m.ProtectedResources},
		{"client_id_metadata_document_supported", &m.ClientIDMetadataDocumentSupported},
		{"signed_metadata", &m.SignedMetadata},
	}
}

// An endpoint is a URL that a client may call, or send its user to.
type endpoint struct{ name, url string }

func (m *ProtectedResourceMetadata) endpoints() []endpoint {
	return append([]endpoint{{"jwks_uri", m.JWKSURI}}, extraEndpoints(m.Extra)...)
}

func (m *AuthorizationServerMetadata) endpoints() []endpoint {
	return append([]endpoint{
		{"authorization_endpoint", m.AuthorizationEndpoint},
		{"token_endpoint", m.TokenEndpoint},
		{"registration_endpoint", m.RegistrationEndpoint},
		{"revocation_endpoint", m.RevocationEndpoint},
		{"introspection_endpoint", m.IntrospectionEndpoint},
		{"jwks_uri", m.JWKSURI},
		{"device_authorization_endpoint", m.DeviceAuthorizationEndpoint},
		{"pushed_authorization_request_endpoint", m.PushedAuthorizationRequestEndpoint},
	}, extraEndpoints(m.Extra)...)
}

// extraEndpoints returns the members without a field that are endpoints by their names, such as
// userinfo_endpoint and end_session_endpoint of OpenID Connect, in the order of these names.
func extraEndpoints(extra map[string]json.RawMessage) []endpoint {
	var list []endpoint
	add := func(name string, value json.RawMessage) {
		var s string
		if json.Unmarshal(value, &s) == nil {
			list = append(list, endpoint{name, s})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		switch {
		case strings.HasSuffix(name, "_endpoint"), strings.HasSuffix(name, "jwks_uri"), name == "check_session_iframe":
			add(name, extra[name])
		case name == "mtls_endpoint_aliases": // RFC 8705 section 5
			var aliases map[string]json.RawMessage
			_ = json.Unmarshal(extra[name], &aliases) // what is not an object has none
			for _, alias := range slices.Sorted(maps.Keys(aliases)) {
				add(name+"."+alias, aliases[alias])
			}
		}
	}
	return list
}

// MarshalJSON is like [ProtectedResourceMetadata.MarshalJSON].
func (m AuthorizationServerMetadata) MarshalJSON() ([]byte, error) {
	return marshal(m.members(), m.Extra)
}

// UnmarshalJSON is like [ProtectedResourceMetadata.UnmarshalJSON].
func (m *AuthorizationServerMetadata) UnmarshalJSON(b []byte) error {
	var v AuthorizationServerMetadata
	extra, err := unmarshal(b, v.members())
	if err != nil {
		return err
	}
	v.Extra = extra
	*m = v
	return nil
}

// A member is a member of a JSON object and the field that has its value: a *string, *link, *bool
// or *[]string.
type member struct {
	name  string
	field any
}

// A link is a URL that is shown to users: of http or https, in ASCII, and without user information,
// which would hide where it leads.
type link string

func (l *link) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	page, _, _ := strings.Cut(s, "#")
	if err := weburl.CheckHTTP(page); err != nil {
		return err
	}
	if _, err := weburl.Parse(s); err != nil {
		return err
	}
	*l = link(s)
	return nil
}

// An error of a document that is not metadata.
var (
	errNotJSON   = errors.New("discovery: the document is not JSON")
	errNotUTF8   = errors.New("discovery: the document has a string that is not Unicode")
	errNotObject = errors.New("discovery: the document is not a JSON object")
	errTwice     = errors.New("discovery: the document has two members of the same name")
)

// checkJSON refuses text that programs read in different ways (RFC 8259 section 8 and, for names
// that occur twice, section 4; RFC 7493 section 2 forbids all of it): invalid UTF-8, half a
// surrogate pair, and an object with two members of one name, at any depth.
func checkJSON(b []byte) error {
	if !utf8.Valid(b) {
		return errNotUTF8
	}
	if !json.Valid(b) {
		return errNotJSON
	}
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			continue
		}
		i++ // only strings have backslashes, and a character follows each
		if b[i] != 'u' {
			continue
		}
		switch r := escaped(b[i-1:]); {
		case !utf16.IsSurrogate(r):
		case utf16.DecodeRune(r, escaped(b[i+len("uXXXX"):])) == utf8.RuneError:
			return errNotUTF8
		default:
			i += len(`uXXXX\u`) // the second half is done
		}
	}
	type object struct {
		names map[string]bool // nil for an array
		name  bool            // a name comes next, or the end
	}
	var open []object
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber() // any number is a token
	for {
		token, err := d.Token()
		if err != nil {
			return nil // the end: the text is valid
		}
		switch token {
		case json.Delim('{'):
			open = append(open, object{make(map[string]bool), true})
			continue
		case json.Delim('['):
			open = append(open, object{})
			continue
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		}
		if len(open) == 0 {
			continue
		}
		in := &open[len(open)-1]
		if name, ok := token.(string); ok && in.name {
			if in.names[name] {
				return errTwice
			}
			in.names[name] = true
			in.name = false
		} else {
			in.name = in.names != nil
		}
	}
}

// escaped returns the UTF-16 code unit of the escape at the start of b, and 0 if there is none.
func escaped(b []byte) rune {
	if len(b) < len(`\uXXXX`) || b[0] != '\\' || b[1] != 'u' {
		return 0
	}
	n, _ := strconv.ParseUint(string(b[2:6]), 16, 16) // of valid JSON
	return rune(n)
}

// unmarshal reads a JSON object into the fields of the members, and returns the other members.
// Unlike encoding/json it is case-sensitive.
func unmarshal(b []byte, members []member) (map[string]json.RawMessage, error) {
	if err := checkJSON(b); err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(b)) // of valid text, which gives no errors
	if start, _ := d.Token(); start != json.Delim('{') {
		return nil, errNotObject
	}
	values := make(map[string]json.RawMessage)
	for d.More() {
		token, _ := d.Token()
		name, _ := token.(string)
		var value json.RawMessage
		_ = d.Decode(&value)
		values[name] = value
	}
	for _, m := range members {
		value, ok := values[m.name]
		if !ok || bytes.Equal(value, []byte("null")) || unmarshalField(value, m.field) {
			delete(values, m.name)
		}
	}
	if len(values) == 0 {
		return nil, nil
	}
	return values, nil
}

// unmarshalField reads the value into the field. If it has another type, unmarshalField returns
// false and leaves the field unchanged.
func unmarshalField(value []byte, field any) bool {
	list, ok := field.(*[]string)
	if !ok {
		return json.Unmarshal(value, field) == nil
	}
	var elements []*string // nil for null, which encoding/json would read as ""
	if json.Unmarshal(value, &elements) != nil || slices.Contains(elements, nil) {
		return false
	}
	*list = make([]string, len(elements))
	for i, s := range elements {
		(*list)[i] = *s
	}
	return true
}

// marshal returns a JSON object with the members that are not zero, in order, then the extra ones.
func marshal(members []member, extra map[string]json.RawMessage) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // URLs are full of &
	add := func(name string, value any) error {
		separator := byte(',')
		if b.Len() == 0 {
			separator = '{'
		}
		b.WriteByte(separator)
		_ = encoder.Encode(name) // a string can always be encoded
		b.Truncate(b.Len() - len("\n"))
		b.WriteByte(':')
		if err := encoder.Encode(value); err != nil {
			return err
		}
		b.Truncate(b.Len() - len("\n"))
		return nil
	}
	written := make(map[string]bool)
	for _, m := range members {
		zero := false
		switch field := m.field.(type) {
		case *string:
			zero = *field == ""
		case *link:
			zero = *field == ""
		case *bool:
			zero = !*field
		case *[]string:
			// RFC 9728 section 3.2 has empty lists left out, except for this one, which section 2
			// gives a meaning.
			zero = len(*field) == 0 && (m.name != "bearer_methods_supported" || *field == nil)
		}
		if zero {
			continue
		}
		written[m.name] = true
		if err := add(m.name, m.field); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		if written[name] {
			continue
		}
		if err := add(name, extra[name]); err != nil {
			return nil, err
		}
	}
	if b.Len() == 0 {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// reasonOf returns the text of an error of unmarshal without the name of the package.
func reasonOf(err error) string {
	return strings.TrimPrefix(err.Error(), "discovery: ")
}
