// Pack makes the folder that a web server serves as the page: it compiles the Go code, gives each file but
// index.html a name with the hash of its contents, and puts a copy compressed by brotli and one by gzip beside it.
//
//	go run -C page/pack . DIR
//
// It is a module of its own because it needs a package for brotli, and the module of the page has no dependencies.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"
)

// names are the files of the page. Each names only those before it.
var names = []string{"page.wasm", "wasm_exec.js", "worker.js", "examples.js", "page.js", "style.css", "icon.svg", "index.html"}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: pack DIR")
		os.Exit(64)
	}
	if err := pack(".", os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

// pack writes the page, whose sources are in the folder above that of this program, to the folder dir.
func pack(here, dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	env, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	root := strings.TrimSpace(string(env))
	hashed := map[string]string{}
	var brotlied, gzipped int
	for _, name := range names {
		b, err := source(here, root, name)
		if err != nil {
			return err
		}
		for plain, other := range hashed {
			b = bytes.ReplaceAll(b, []byte(`"`+plain+`"`), []byte(`"`+other+`"`))
			b = bytes.ReplaceAll(b, []byte(`"./`+plain+`"`), []byte(`"./`+other+`"`))
		}
		if name != "index.html" {
			hash := sha256.Sum256(b)
			base, extension, _ := strings.Cut(name, ".")
			hashed[name] = base + "." + hex.EncodeToString(hash[:])[:16] + "." + extension
			name = hashed[name]
		}
		br, gz, err := write(filepath.Join(dir, name), b)
		if err != nil {
			return err
		}
		brotlied += br
		gzipped += gz
		fmt.Printf("%8d %8d %8d  %s\n", len(b), br, gz, name)
	}
	fmt.Printf("%8s %8d %8d  bytes in all: plain, brotli, gzip\n", "", brotlied, gzipped)
	return nil
}

// source returns a file of the page: compiled, from the Go distribution, or from the folder of the page.
func source(here, root, name string) ([]byte, error) {
	switch name {
	case "page.wasm":
		return compile(here)
	case "wasm_exec.js":
		return os.ReadFile(filepath.Join(root, "lib", "wasm", name))
	}
	return os.ReadFile(filepath.Join(here, "..", name))
}

// compile returns the Go code of the page. Without inlining (-l) the file is larger, and a tenth smaller when compressed.
func compile(here string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "pack")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "page.wasm")
	build := exec.Command("go", "build", "-tags=page", "-trimpath", "-buildvcs=false", "-gcflags=all=-l", "-ldflags=-s -w -buildid=", "-o", file, ".")
	build.Dir = filepath.Join(here, "..")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	return os.ReadFile(file)
}

// write writes a file and its compressed copies, and returns the lengths of these.
func write(name string, b []byte) (brotlied, gzipped int, err error) {
	if err := os.WriteFile(name, b, 0o666); err != nil {
		return 0, 0, err
	}
	br, err := compressed(b, func(w io.Writer) (io.WriteCloser, error) {
		return brotli.NewWriterOptions(w, brotli.WriterOptions{Quality: 11, LGWin: 24}), nil
	})
	if err != nil {
		return 0, 0, err
	}
	gz, err := compressed(b, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestCompression) })
	if err != nil {
		return 0, 0, err
	}
	if err := os.WriteFile(name+".br", br, 0o666); err != nil {
		return 0, 0, err
	}
	return len(br), len(gz), os.WriteFile(name+".gz", gz, 0o666)
}

func compressed(b []byte, to func(io.Writer) (io.WriteCloser, error)) ([]byte, error) {
	var out bytes.Buffer
	w, err := to(&out)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
