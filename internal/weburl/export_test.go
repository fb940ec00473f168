package weburl

func ParseIP(s string) (ip [16]byte, zone string, ok bool) { return parseIP(s) }

func IsIn(ip [16]byte, first string, bits int) bool { return ipAddr(ip).isIn(first, bits) }
