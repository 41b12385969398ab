#include "engine/diagnose/sql_tokens.h"

#include <assert.h>
#include <string.h>

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

size_t sql_skip_blanks(const char *sql, size_t at)
{
	for (;;) {
		at += strspn(sql + at, " \t\r\n\f");
		if (sql[at] == '-' && sql[at + 1] == '-') {
			at += strcspn(sql + at, "\n");
		} else if (sql[at] == '/' && sql[at + 1] == '*') {
			const char *end = strstr(sql + at + 2, "*/");
			at = end ? (size_t)(end - sql) + 2 : strlen(sql);
		} else {
			return at;
		}
	}
}

size_t sql_word_length(const char *text)
{
	size_t len = 0;
	while (is_letter(text[len]) || is_digit(text[len]))
		len++;
	return len;
}

size_t sql_quoted_length(const char *text)
{
	assert(*text);
	const char quote = *text;
	for (size_t i = 1; text[i]; i++) {
		if (text[i] != quote)
			continue;
		if (text[i + 1] != quote)
			return i + 1;
		i++;
	}
	return 0;
}

/* 60, 1.5, .5, 6e1 */
static size_t number_length(const char *text)
{
	size_t len = 0;
	while (is_digit(text[len]) || text[len] == '.')
		len++;
	if (text[len] == 'e' || text[len] == 'E') {
		const size_t sign = text[len + 1] == '-' || text[len + 1] == '+';
		if (is_digit(text[len + 1 + sign]))
			len += 1 + sign;
		while (is_digit(text[len]))
			len++;
	}
	return len;
}

bool sql_token_read(const char *sql, size_t *at, struct token *out)
{
	static const char *const pairs[] = { "||", "<=", ">=", "<>", "!=", "==", "<<", ">>" };
	const size_t start = sql_skip_blanks(sql, *at);
	const char *text = sql + start;
	enum token_kind kind = TOKEN_SIGN;
	size_t len = 1;
	if (!*text) {
		kind = TOKEN_END;
		len = 0;
	} else if (is_letter(*text)) {
		kind = TOKEN_WORD;
		len = sql_word_length(text);
	} else if (is_digit(*text) || (*text == '.' && is_digit(text[1]))) {
		kind = TOKEN_NUMBER;
		len = number_length(text);
	} else if (*text == '\'' || *text == '"') {
		kind = *text == '"' ? TOKEN_QUOTED_WORD : TOKEN_TEXT;
		len = sql_quoted_length(text);
		if (len == 0)
			return false;
	}
	for (size_t i = 0; kind == TOKEN_SIGN && i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (strncmp(text, pairs[i], 2) == 0)
			len = 2;
	*out = (struct token){ kind, { text, len } };
	*at = start + len;
	assert(kind == TOKEN_END || len > 0); /* every token moves on */
	return true;
}
