package internal

import (
	"net/http"
	"testing"
)

func BenchmarkParse(b *testing.B) {
	k := new(keyVaultAuthorizer)
	resp := &http.Response{Header: http.Header{"Www-Authenticate": {
		`Bearer authorization="https://login.microsoftonline.com/tenant", resource="https://vault.azure.net"`,
	}}}
	for b.Loop() {
		if err := k.updateTokenRequestOptions(resp, nil); err != nil {
			b.Fatal(err)
		}
	}
}
