package discovery_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth/discovery"
	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
)

// The example of RFC 9728 section 3.2, with members of each type besides.
const fullResource = `{"resource":"https://resource.example.com","authorization_servers":["https://as1.example.com","https://as2.example.net"],` +
	`"jwks_uri":"https://resource.example.com/keys","scopes_supported":["profile","email","phone"],"bearer_methods_supported":["header","body"],` +
	`"resource_signing_alg_values_supported":["ES256"],"resource_name":"A & <B>","resource_documentation":"https://resource.example.com/resource_documentation.html?a=b&c=d",` +
	`"resource_policy_uri":"https://resource.example.com/policy","resource_tos_uri":"https://resource.example.com/tos",` +
	`"tls_client_certificate_bound_access_tokens":true,"authorization_details_types_supported":["payment"],"dpop_signing_alg_values_supported":["ES256"],` +
	`"dpop_bound_access_tokens_required":true,"signed_metadata":"a.b.c","resource_name#fr":"Le nom","x":{"y":[1,null]}}`

// The members of RFC 8414 section 2 and of the later RFCs that have a field.
const fullServer = `{"issuer":"https://server.example.com","authorization_endpoint":"https://server.example.com/authorize","token_endpoint":"https://server.example.com/token",` +
	`"registration_endpoint":"https://server.example.com/register","revocation_endpoint":"https://server.example.com/revoke","introspection_endpoint":"https://server.example.com/introspect",` +
	`"jwks_uri":"https://server.example.com/jwks.json","scopes_supported":["openid","offline_access"],"response_types_supported":["code"],"response_modes_supported":["query"],` +
	`"grant_types_supported":["authorization_code"],"token_endpoint_auth_methods_supported":["none"],"token_endpoint_auth_signing_alg_values_supported":["RS256"],` +
	`"code_challenge_methods_supported":["S256"],"service_documentation":"http://server.example.com/docs","ui_locales_supported":["en-US"],"op_policy_uri":"https://server.example.com/p",` +
	`"op_tos_uri":"https://server.example.com/t","device_authorization_endpoint":"https://server.example.com/device","pushed_authorization_request_endpoint":"https://server.example.com/par",` +
	`"require_pushed_authorization_requests":true,"authorization_response_iss_parameter_supported":true,"dpop_signing_alg_values_supported":["ES256"],` +
	`"protected_resources":["https://resource.example.com"],"client_id_metadata_document_supported":true,"signed_metadata":"a.b.c","userinfo_endpoint":"https://server.example.com/userinfo"}`

// TestMetadataText checks that metadata is written as it was read, unknown members included.
func TestMetadataText(t *testing.T) {
	var resource discovery.ProtectedResourceMetadata
	var server discovery.AuthorizationServerMetadata
	for _, tt := range []struct {
		text  string
		value any
		extra func() map[string]json.RawMessage
		names string
	}{
		{fullResource, &resource, func() map[string]json.RawMessage { return resource.Extra }, "resource_name#fr x"},
		{fullServer, &server, func() map[string]json.RawMessage { return server.Extra }, "userinfo_endpoint"},
	} {
		if err := json.Unmarshal([]byte(tt.text), tt.value); err != nil {
			t.Fatal(err)
		}
		text, err := tt.value.(json.Marshaler).MarshalJSON()
		if err != nil || string(text) != tt.text {
			t.Errorf("%v\n%s, want\n%s", err, text, tt.text)
		}
		for name := range strings.FieldsSeq(tt.names) {
			if tt.extra()[name] == nil {
				t.Errorf("%s is not in %v", name, tt.extra())
			}
		}
		if len(tt.extra()) != len(strings.Fields(tt.names)) {
			t.Errorf("extra members %v, want %s", tt.extra(), tt.names)
		}
	}
	if resource.ScopesSupported[2] != "phone" || !resource.DPoPBoundAccessTokensRequired || resource.ResourceTOSURI != "https://resource.example.com/tos" {
		t.Errorf("%+v", resource)
	}
	if server.CodeChallengeMethodsSupported[0] != "S256" || !server.AuthorizationResponseIssParameterSupported {
		t.Errorf("%+v", server)
	}
	for _, m := range []json.Marshaler{discovery.ProtectedResourceMetadata{}, discovery.AuthorizationServerMetadata{}} {
		if text, err := m.MarshalJSON(); err != nil || string(text) != "{}" {
			t.Errorf("zero: %s, %v", text, err)
		}
	}
}

// TestMetadataTypes checks that a member of another type than that of its field is as if it were unknown.
func TestMetadataTypes(t *testing.T) {
	for _, tt := range []struct{ member, extra string }{
		{`"scopes_supported":"a b"`, `"scopes_supported":"a b"`},
		{`"scopes_supported":["a",1]`, `"scopes_supported":["a",1]`},
		{`"scopes_supported":["a",null]`, `"scopes_supported":["a",null]`},
		{`"scopes_supported":null`, ``},
		{`"bearer_methods_supported":null`, ``},
		{`"resource_documentation":null`, ``},
		{`"resource_name":null`, ``},
		{`"dpop_bound_access_tokens_required":null`, ``},
		{`"scopes_supported":[]`, ``},
		{`"bearer_methods_supported":[]`, `"bearer_methods_supported":[]`},
		{`"resource_name":1`, `"resource_name":1`},
		{`"dpop_bound_access_tokens_required":"true"`, `"dpop_bound_access_tokens_required":"true"`},
		{`"dpop_bound_access_tokens_required":false`, ``},
		{`"resource_documentation":"javascript:alert(1)"`, `"resource_documentation":"javascript:alert(1)"`},
		{`"resource_policy_uri":"/policy"`, `"resource_policy_uri":"/policy"`},
		{`"resource_tos_uri":"data:text/html,x"`, `"resource_tos_uri":"data:text/html,x"`},
		{`"resource_tos_uri":7`, `"resource_tos_uri":7`},
		{`"resource_tos_uri":"https://accounts.google.com@evil.example/"`, `"resource_tos_uri":"https://accounts.google.com@evil.example/"`},
		{`"resource_tos_uri":"https://h.example/\u202egpj.exe"`, `"resource_tos_uri":"https://h.example/\u202egpj.exe"`},
		{`"resource_tos_uri":"https://h.example/\u2066"`, `"resource_tos_uri":"https://h.example/\u2066"`},
		{`"resource_tos_uri":"https://h.example/a\nb"`, `"resource_tos_uri":"https://h.example/a\nb"`},
		{`"resource_tos_uri":"https://h.example/#a\u202eb"`, `"resource_tos_uri":"https://h.example/#a\u202eb"`},
		{`"resource_tos_uri":"https://%D0%B0pple.com/"`, `"resource_tos_uri":"https://%D0%B0pple.com/"`},
		{`"Resource_name":"x"`, `"Resource_name":"x"`},
	} {
		var m discovery.ProtectedResourceMetadata
		if err := json.Unmarshal([]byte(`{"resource":"r",`+tt.member+`}`), &m); err != nil {
			t.Errorf("%s: %v", tt.member, err)
			continue
		}
		want := `{"resource":"r"`
		if tt.extra != "" {
			want += "," + tt.extra
		}
		if text, err := json.Marshal(m); err != nil || string(text) != want+"}" {
			t.Errorf("%s: %s, %v", tt.member, text, err)
		}
		if len(m.ScopesSupported) > 0 || m.ResourceName != "" || m.DPoPBoundAccessTokensRequired || m.ResourceDocumentation+m.ResourcePolicyURI+m.ResourceTOSURI != "" {
			t.Errorf("%s: %+v", tt.member, m)
		}
	}
	// A link may lead to a place in a page.
	var linked discovery.ProtectedResourceMetadata
	if err := linked.UnmarshalJSON([]byte(`{"resource_tos_uri":"https://h.example/a#b"}`)); err != nil || linked.ResourceTOSURI != "https://h.example/a#b" {
		t.Errorf("%v, %+v", err, linked)
	}
	// On error the value stays as it was.
	m := discovery.ProtectedResourceMetadata{Resource: "r"}
	if err := m.UnmarshalJSON([]byte(`{"resource":"s","resource":"t"}`)); err == nil || m.Resource != "r" {
		t.Errorf("%v, %+v", err, m)
	}
	// The field counts where Extra has the same name; what is not JSON cannot be written.
	m.Extra = map[string]json.RawMessage{"resource": json.RawMessage(`"s"`)}
	if text, err := json.Marshal(m); err != nil || string(text) != `{"resource":"r"}` {
		t.Errorf("%s, %v", text, err)
	}
	m.Extra = map[string]json.RawMessage{"x": json.RawMessage(`{`)}
	if _, err := json.Marshal(m); err == nil {
		t.Error("broken JSON is written")
	}
}

// TestMetadataJSON checks that text which programs read in different ways is not read at all.
func TestMetadataJSON(t *testing.T) {
	for text, want := range map[string]bool{
		`{"a":{"b":1,"c":{"b":2}},"b":[{"b":1},{"b":1}]}`: true,
		`{"a":{"b":1,"b":1}}`:                             false,
		`{"a":[{"b":1,"c":[],"b":{}}]}`:                   false,
		`{"a":{"b":{},"\u0062":1}}`:                       false,
		`{"a":1,"\u0061":1}`:                              false,
		`{"":1,"":1}`:                                     false,
		`{"a":"b","b":"a","c":["a","a"]}`:                 true,
		`{"a":{"a":{"a":"a"}}}`:                           true,
		`{"a":"\ud83d\ude00 \uD83D\uDE00"}`:               true,
		`{"a":"\ud83d"}`:                                  false,
		`{"a":"\ud83dx\ude00"}`:                           false,
		`{"a":"\ude00\ud83d"}`:                            false,
		`{"a":"\udfff"}`:                                  false,
		`{"a":"\ud83d\n"}`:                                false,
		`{"a":"\ud83d\\ude00"}`:                           false,
		`{"\ud800":1}`:                                    false,
		`{"a":"\\ud800"}`:                                 true,
		`{"a":"\\\\ud800"}`:                               true,
		`{"a":"\\\ud800"}`:                                false,
		"{\"a\":\"\xff\"}":                                false,
		"{\"a\":\"\xed\xa0\x80\"}":                        false,
		"{\"\xc3\":1}":                                    false,
		"{\"a\":\"\u00e9\"}":                              true,
		`{"a":1e999,"b":{"c":1,"c":2}}`:                   false,
		`{"a":-1E+9999,"b":{"c":1,"d":2}}`:                true,
		`{"a":[[[{"b":"c"}]]],"b":null,"c":true}`:         true,
	} {
		for _, m := range []json.Unmarshaler{new(discovery.ProtectedResourceMetadata), new(discovery.AuthorizationServerMetadata)} {
			if err := m.UnmarshalJSON([]byte(text)); (err == nil) != want {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
}

// FuzzMetadata checks that any text is read without harm, and that what was read is written so that it
// is read as the same.
func FuzzMetadata(f *testing.F) {
	seeds := mutate.Of(f)
	for _, seed := range []string{fullResource, fullServer, `{}`, `null`, `[]`, `{"resource":1,"resource":2}`, `{"a":"\ud800","b":"\u0000","a<":1}`, "{\"\xff\":1}", `{"scopes_supported":[null]}`,
		`{"resource_tos_uri":"http://[::1"}`, `{"bearer_methods_supported":[]}`, strings.Repeat(`{"a":`, 100), `{"issuer":"x"} `, `{"issuer":"x"}x`} {
		seeds.Add([]byte(seed))
	}
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, text []byte) {
		checkRoundTrip(t, text, new(discovery.ProtectedResourceMetadata), new(discovery.ProtectedResourceMetadata))
		checkRoundTrip(t, text, new(discovery.AuthorizationServerMetadata), new(discovery.AuthorizationServerMetadata))
	})
}

func checkRoundTrip[T any, P interface {
	*T
	json.Marshaler
	json.Unmarshaler
}](t *testing.T, text []byte, a, b P) {
	t.Helper()
	if err := a.UnmarshalJSON(text); err != nil {
		if !json.Valid(text) && strings.Contains(err.Error(), string(text)) && len(text) > 20 {
			t.Errorf("%v quotes the text", err)
		}
		return
	}
	if !json.Valid(text) {
		t.Fatalf("%s is not JSON", text)
	}
	first, err := a.MarshalJSON()
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if err := b.UnmarshalJSON(first); err != nil {
		t.Fatalf("%s gives %s: %v", text, first, err)
	}
	second, err := b.MarshalJSON()
	if err != nil || string(second) != string(first) {
		t.Fatalf("%s gives %s, and that %s, %v", text, first, second, err)
	}
	if string(first) != "{}" && json.Valid(text) {
		var before, after map[string]any
		if json.Unmarshal(text, &before) == nil && json.Unmarshal(first, &after) == nil {
			for name, value := range after {
				if !reflect.DeepEqual(before[name], value) {
					t.Fatalf("%s: %s is %v, was %v", text, name, value, before[name])
				}
			}
		}
	}
}
