#!/bin/bash -eu
# Builds the fuzz targets of the root package as libFuzzer binaries, in the image of OSS-Fuzz. It is run
# in the root of the module, and changes the files there.

# The converter makes ordinary files of the tests of the package, with which those of package
# wwwauth_test, in the same folder, would clash.
rm -f $(go list -f '{{range .XTestGoFiles}}{{.}} {{end}}' .)

# The targets import what the converter puts in the place of package testing.
printf 'package wwwauth\n\nimport _ "github.com/AdamKorcz/go-118-fuzz-build/testing"\n' > register_fuzz_dependency.go
go mod tidy

for target in $(grep -ho '^func Fuzz[A-Za-z0-9]*' fuzz_test.go fuzz_views_test.go oracle_test.go | cut -c 6-); do
	compile_native_go_fuzzer github.com/seed-903fb8fe/wwwauth "$target" "$target"
	cp .clusterfuzzlite/challenges.dict "$OUT/$target.dict"
done
