module github.com/seed-903fb8fe/wwwauth/page/pack

go 1.25

require github.com/andybalholm/brotli v1.2.8
