//go:build exhaustive

package wwwauth_test

const (
	exhaustiveLength = 7
	exhaustivePairs  = 3
)
