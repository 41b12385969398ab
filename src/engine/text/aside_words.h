/*
 * The words of aside.txt, which says what each list is for. Each ends with NULL; all are constant.
 * Private to text/.
 */
#ifndef DAYI_TEXT_ASIDE_WORDS_H
#define DAYI_TEXT_ASIDE_WORDS_H

extern const char *const aside_words_of_person[], *const aside_words_of_company[];
extern const char *const aside_words_of_phone[], *const aside_words_link[],
                                                         *const aside_words_owner[];
extern const char *const aside_words_before_name[], *const aside_words_company_form[];
extern const char *const aside_words_branch[], *const aside_words_group[],
                                                       *const aside_words_company[];

#endif
