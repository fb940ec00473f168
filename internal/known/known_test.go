package known

import (
	"slices"
	"strings"
	"testing"
)

func TestNear(t *testing.T) {
	for s, want := range map[string]string{
		"Beaer": "Bearer", "beaerer": "Bearer", "Bearer": "", "Basci": "Basic", "Negociate": "Negotiate",
		"Diegst": "Digest", "NTML": "NTLM", "Foo": "", "Token": "", "": "", "Be": "", "DPop": "",
	} {
		if got := NearScheme(s); got != want {
			t.Errorf("scheme %q: %q, want %q", s, got, want)
		}
	}
	for s, want := range map[string]string{
		"relm": "realm", "ralm": "realm", "scopes": "scope", "resource_metdata": "resource_metadata",
		"error-description": "error_description", "realm": "", "ID": "", "xyz": "",
	} {
		if got := NearParam(s); got != want {
			t.Errorf("parameter %q: %q, want %q", s, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "ab", 1}, {"ab", "abc", 1}, {"abc", "axc", 1}, {"abcd", "badc", 2}, {"abc", "", 3}} {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("%q to %q: %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

// Each name is listed once, and parameters in lower case.
func TestNames(t *testing.T) {
	for _, list := range [][]string{Schemes, Params} {
		for i, name := range list {
			if slices.ContainsFunc(list[:i], func(s string) bool { return strings.EqualFold(s, name) }) {
				t.Errorf("%s is listed twice", name)
			}
		}
	}
	for _, name := range Params {
		if name != strings.ToLower(name) {
			t.Errorf("%s is not in lower case", name)
		}
	}
}
