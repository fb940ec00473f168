/* A server with Basic and Digest of libmicrohttpd: microhttpd PORT USER PASSWORD */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const realm = "Private Area";
static const char *user, *password;

static struct MHD_Response *text(const char *s) {
	return MHD_create_response_from_buffer(strlen(s), (void *)s, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result answer(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                              const char *version, const char *data, size_t *size, void **state) {
	enum MHD_DigestAuthAlgorithm algorithm = strcmp(url, "/md5") == 0 ? MHD_DIGEST_ALG_MD5 : MHD_DIGEST_ALG_SHA256;
	struct MHD_Response *response;
	enum MHD_Result result;
	(void)cls, (void)method, (void)version, (void)data, (void)size, (void)state;
	if (strcmp(url, "/basic") == 0) {
		char *p = NULL, *u = MHD_basic_auth_get_username_password(c, &p);
		int right = u != NULL && p != NULL && strcmp(u, user) == 0 && strcmp(p, password) == 0;
		MHD_free(u), MHD_free(p);
		response = text(right ? "welcome" : "no");
		result = right ? MHD_queue_response(c, MHD_HTTP_OK, response) : MHD_queue_basic_auth_fail_response(c, realm, response);
	} else {
		char *u = MHD_digest_auth_get_username(c);
		int right = u == NULL ? MHD_NO : MHD_digest_auth_check2(c, realm, user, password, 300, algorithm);
		MHD_free(u);
		response = text(right == MHD_YES ? "welcome" : "no");
		result = right == MHD_YES
		             ? MHD_queue_response(c, MHD_HTTP_OK, response)
		             : MHD_queue_auth_fail_response2(c, realm, "opaque", response, right == MHD_INVALID_NONCE, algorithm);
	}
	MHD_destroy_response(response);
	return result;
}

int main(int argc, char **argv) {
	static const char seed[8] = "12345678";
	if (argc != 4)
		return 2;
	user = argv[2], password = argv[3];
	struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(atoi(argv[1]))};
	if (MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ERROR_LOG, atoi(argv[1]), NULL, NULL, &answer, NULL,
	                     MHD_OPTION_SOCK_ADDR, &loopback, MHD_OPTION_DIGEST_AUTH_RANDOM, sizeof seed, seed, MHD_OPTION_NONCE_NC_SIZE, 300, MHD_OPTION_END) == NULL)
		return 1;
	for (;;)
		pause();
}
