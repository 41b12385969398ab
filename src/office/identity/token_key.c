#include "office/identity/token_key.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>

#include "base/key_file.h"
#include "base/language.h"

enum { KEY_CEILING = 64 << 10, RSA_BITS = 2048, HMAC_BYTES = 32, P256_SIGNATURE = 64 };

static const char field[] = "token key";

/* OpenSSL asks for the password of a locked key: refuse, nobody sits at the server. */
static int no_password(char *text, int size, int writing, void *context)
{
	(void)text;
	(void)size;
	(void)writing;
	(void)context;
	return -1;
}

static EVP_PKEY *read_pem(const struct buf *bytes, enum token_key_use use)
{
	BIO *bio = BIO_new_mem_buf(bytes->ptr, (int)bytes->len);
	EVP_PKEY *key;

	if (!bio)
		return NULL;
	if (use == TOKEN_KEY_VERIFY)
		key = PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL);
	else
		key = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
	BIO_free(bio);
	ERR_clear_error();
	return key;
}

static bool is_p256(const EVP_PKEY *key)
{
	char name[32] = "";
	size_t len;

	return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
	       EVP_PKEY_get_group_name(key, name, sizeof(name), &len) == 1 &&
	       strcmp(name, SN_X9_62_prime256v1) == 0;
}

/* NULL, or what is wrong with it. */
static const char *check_pem(struct token_key *key, enum token_key_use use)
{
	const char *problem = NULL;
	EVP_PKEY *pem = read_pem(&key->bytes, use);

	if (!pem)
		return use == TOKEN_KEY_VERIFY
		               ? N_("must be a public key in PEM (BEGIN PUBLIC KEY)")
		               : N_("must be a private key in PEM without a password");
	if (key->type == JWT_ALG_ES256 && !is_p256(pem))
		problem = N_("ES256 needs a key on the curve P-256");
	if (key->type == JWT_ALG_RS256 && EVP_PKEY_get_base_id(pem) != EVP_PKEY_RSA)
		problem = N_("RS256 needs an RSA key");
	else if (key->type == JWT_ALG_RS256 && EVP_PKEY_get_bits(pem) < RSA_BITS)
		problem = N_("an RSA key of less than 2048 bits can be broken");
	if (key->type == JWT_ALG_RS256)
		key->signature_bytes = (size_t)EVP_PKEY_get_size(pem);
	EVP_PKEY_free(pem);
	return problem;
}

/* Whoever can read a public key could sign with it, were it taken for a secret. */
static const char *check_secret(const struct token_key *key)
{
	if (strstr(buf_text(&key->bytes), "-----BEGIN"))
		return N_("HS256 needs a secret, and this is a key in PEM");
	return NULL;
}

static bool set_algorithm(struct token_key *key, const char *name)
{
	static const struct token_key known[] = {
		{ .algorithm = "RS256", .type = JWT_ALG_RS256 },
		{ .algorithm = "ES256", .type = JWT_ALG_ES256, .signature_bytes = P256_SIGNATURE },
		{ .algorithm = "HS256", .type = JWT_ALG_HS256, .signature_bytes = HMAC_BYTES },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].algorithm, name) == 0) {
			*key = known[i];
			return true;
		}
	}
	return false;
}

enum status token_key_init(struct token_key *key, const char *algorithm, const char *file,
                           enum token_key_use use, struct faults *faults)
{
	const bool known = set_algorithm(key, algorithm);
	const char *problem;
	enum key_kind kind;
	enum status status;

	if (!known)
		*key = (struct token_key){ 0 };
	buf_init(&key->bytes, KEY_CEILING);
	if (!known) {
		faults_add(faults, FAULT_ERROR, NULL, 0, "token algorithm",
		           "must be RS256, ES256 or HS256");
		return STATUS_INVALID;
	}
	kind = key->type != JWT_ALG_HS256 && use == TOKEN_KEY_VERIFY ? KEY_PUBLIC : KEY_SECRET;
	status = key_file_read(file, kind, &key->bytes, faults);
	if (status != STATUS_OK)
		return status;
	problem = key->type == JWT_ALG_HS256 ? check_secret(key) : check_pem(key, use);
	if (!problem)
		return STATUS_OK;
	faults_add(faults, FAULT_ERROR, file, 0, field, "%s", problem);
	return STATUS_INVALID;
}

void token_key_deinit(struct token_key *key)
{
	if (key->bytes.ptr)
		OPENSSL_cleanse(key->bytes.ptr, key->bytes.len);
	buf_deinit(&key->bytes);
}
