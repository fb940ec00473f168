// Proxy writes one version of modules of a Git repository into a folder that the go command takes as a
// module proxy (GOPROXY=file://...). The files are those that any other proxy would make of the commit.
//
//	proxy FOLDER REPOSITORY COMMIT VERSION SUBFOLDER...
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

func main() {
	if len(os.Args) < 6 {
		fmt.Fprintln(os.Stderr, "usage: proxy FOLDER REPOSITORY COMMIT VERSION SUBFOLDER...")
		os.Exit(64)
	}
	for _, folder := range os.Args[5:] {
		if err := add(os.Args[1], os.Args[2], os.Args[3], os.Args[4], folder); err != nil {
			fmt.Fprintf(os.Stderr, "proxy: module in %s: %v\n", folder, err)
			os.Exit(1)
		}
	}
}

// add writes the module in folder, which is . for the root of the repository.
func add(proxy, repository, commit, version, folder string) error {
	mod, err := exec.Command("git", "-C", repository, "show", commit+":"+path.Join(folder, "go.mod")).Output()
	if err != nil {
		return err
	}
	m := module.Version{Path: modfile.ModulePath(mod), Version: version}
	escaped, err := module.EscapePath(m.Path)
	if err != nil {
		return err
	}
	if folder == "." {
		folder = ""
	}
	var archive bytes.Buffer
	if err := zip.CreateFromVCS(&archive, m, repository, commit, folder); err != nil {
		return err
	}
	// The time would be that of the commit; nothing that is tried here depends on it.
	info, err := json.Marshal(struct {
		Version string
		Time    time.Time
	}{version, time.Unix(0, 0).UTC()})
	if err != nil {
		return err
	}
	versions := filepath.Join(proxy, filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(versions, 0o777); err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"list":            []byte(version + "\n"),
		version + ".info": info,
		version + ".mod":  mod,
		version + ".zip":  archive.Bytes(),
	} {
		if err := os.WriteFile(filepath.Join(versions, name), data, 0o666); err != nil {
			return err
		}
	}
	return nil
}
