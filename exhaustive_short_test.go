//go:build !exhaustive

package wwwauth_test

// What TestExhaustive covers in some seconds. With the build tag exhaustive it covers all.
const (
	exhaustiveLength = 6
	exhaustivePairs  = 2
)
