module github.com/seed-903fb8fe/wwwauth

go 1.25

require github.com/google/go-cmp v0.7.0
