//go:build page

package input

import "io"

// A gzipReader has no use in the page: its worker decompresses files with what the browser has, so that
// compress/gzip need not be loaded.
type gzipReader struct{ io.Reader }

func newGzipReader(in io.Reader, _ *Lost) *gzipReader { return &gzipReader{in} }

// isGzip returns false: nothing is left to decompress.
func isGzip([]byte) bool { return false }
