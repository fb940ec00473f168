module github.com/seed-903fb8fe/wwwauth/interop

go 1.26

replace github.com/seed-903fb8fe/wwwauth => ../

require github.com/santhosh-tekuri/jsonschema/v6 v6.0.3

require golang.org/x/text v0.14.0 // indirect
