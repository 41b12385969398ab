/* Questions as people send them that hold no word: signs, emoji, blanks, what is not seen. */
#ifndef DAYI_TESTS_WORDLESS_H
#define DAYI_TESTS_WORDLESS_H

static const char *const wordless[] = {
	"😂",
	"👍",
	"❤️",
	"👨‍👩‍👧",
	"🇨🇳",
	"😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂",
	"……",
	"...",
	"？？？",
	"?",
	"！",
	"。",
	"，",
	"、",
	"“”",
	"（）",
	"~",
	"+",
	"-----",
	"***",
	" ",
	"    ",
	"　　　　",
	"\t",
	"\r\n",
	"\n\n\n\n",
	"\xe2\x80\x8b", /* U+200B */
	"\xe2\x80\x8b\xe2\x80\x8b\xe2\x80\x8b\xe2\x80\x8b",
	"\xef\xbb\xbf", /* U+FEFF */
	"\xe2\x80\xae", /* U+202E */
	"\xef\xb8\x8f", /* U+FE0F */
	"\xe2\x83\xa3", /* U+20E3 */
	"\xcc\x81",     /* U+0301 */
	"\xef\xbf\xbd", /* U+FFFD */
	"\xee\x80\x80", /* U+E000 */
	"\x7f",
	"\x01",
};

enum { WORDLESS_COUNT = sizeof(wordless) / sizeof(wordless[0]) };

#endif
