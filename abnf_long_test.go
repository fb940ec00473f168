//go:build exhaustive

package wwwauth_test

func init() {
	exhaustiveLength, exhaustivePairs, randomLines, hostileSize = 7, 3, 1_000_000, 1<<20
}
