/*
 * The words of document_words.txt: what an import takes for a mark, a heading, the frame of a page
 * or the head of a column. Each list ends with NULL; all are constant. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_DOCUMENT_WORDS_H
#define DAYI_EXCHANGE_DOCUMENT_WORDS_H

/* Marks: 问1：, Q1：, 答：, A：, and the B： that makes an A： the first of several choices. */
extern const char *const words_question[], *const words_question_letter[];
extern const char *const words_answer[], *const words_answer_letter[];
extern const char *const words_second_choice[];
extern const char *const words_answer_symbol[], *const words_bullet[];

/* Behind 第 and a number: an item, a chapter. */
extern const char *const words_ordinal_item[], *const words_ordinal_chapter[];
extern const char *const words_english_chapter[]; /* PART 2 */

/* Stand in a question that has no question mark. */
extern const char *const words_asking[], *const words_asking_end[];

extern const char *const words_fold[];         /* the sign that a heading can be opened */
extern const char *const words_english_page[]; /* Page 3 of 9 */
extern const char *const words_contents[];     /* the heading of a table of contents */

/* A remark about the document: how it begins, or behind a blank who printed it. */
extern const char *const words_closing_start[], *const words_closing_deed[];
extern const char *const words_closing_whole[]; /* - END - */

/* Begin a line that says who wrote or publishes the document; what may stand behind the word. */
extern const char *const words_credit[], *const words_credit_who[];
extern const char *const words_credit_reporter[]; /* the same in brackets, before a name */

/* 最后发布日期：2026年9月1日印发, Last updated: 1st September 2026 */
extern const char *const words_date_label_which[], *const words_date_label_deed[];
extern const char *const words_date_label[], *const words_date_deed[];
extern const char *const words_month_english[], *const words_day_english[];

extern const char *const words_contact_phone[]; /* the label of a number that has none */
extern const char *const words_contact_label[]; /* end the label of a way to reach somebody */

/* The frame of a web page: at the start of a line, there before a colon, anywhere. */
extern const char *const words_number_name[], *const words_number_phone[];
extern const char *const words_number_behind[];
extern const char *const words_web_home[]; /* the first part of the path of a page */
extern const char *const words_web_start[], *const words_web_label[], *const words_web_inside[];

extern const char *const words_web_turn[], *const words_web_pager[]; /* 共 2 页 1 2 下一页 */
extern const char *const words_web_class[];    /* of an element of the frame */
extern const char *const words_web_question[]; /* the same of one that holds a question */
extern const char *const words_web_answer[];

/* The label of a field that is no text of an entry; the same of two words. */
extern const char *const words_field[], *const words_field_deed[], *const words_field_what[];

/* The head of a mail, before colons, and what it is about. */
extern const char *const words_mail_label[], *const words_mail_subject[];

/* At the start of a line, and there before a colon. */
extern const char *const words_annex[], *const words_annex_label[];

/* Begin a line that may close the last answer as well as the document; before a colon, too. */
extern const char *const words_last_line[], *const words_last_line_label[];

extern const char *const words_office_end[]; /* end the name of an office */
extern const char *const words_heading_start[], *const words_heading_end[];

/* Introduce the quoted text of a popup, may stand before its quotes, link two of them. */
extern const char *const words_popup_before[], *const words_popup_between[];
extern const char *const words_popup_link[];

/* Heads of columns and names of members, in lower case, without blanks, - and _. */
extern const char *const words_head_id[], *const words_head_number[], *const words_head_question[];
extern const char *const words_head_answer[], *const words_head_alternates[];
extern const char *const words_head_not[], *const words_head_internal[], *const words_head_title[];
extern const char *const words_head_group[], *const words_head_owner[];
extern const char *const words_head_content[], *const words_head_ask[],
                                                       *const words_head_ask_what[];
extern const char *const words_head_ask_detail[], *const words_head_ask_title[];
extern const char *const words_head_reply[], *const words_head_reply_what[];
extern const char *const words_head_ask_word[], *const words_head_answer_word[];
extern const char *const words_head_article[], *const words_head_stop[];
extern const char *const words_head_question_end[], *const words_head_answer_end[];

/* What a number before them counts; right behind it; words that begin like these. */
extern const char *const words_measure[], *const words_measure_near[], *const words_measure_no[];

/* Heads that say whether an entry is given out, and values under them. */
extern const char *const words_head_live[], *const words_head_off[], *const words_head_state[];
extern const char *const words_head_state_end[];
extern const char *const words_value_no[], *const words_value_yes[], *const words_value_off[];
extern const char *const words_value_on[];

extern const char *const words_web_untitled[]; /* titles of pages that say nothing */
extern const char *const words_table_sum[];    /* begin a row that is none of entries */
extern const char *const words_talk_host[];    /* who leads a talk */
extern const char *const words_talk_no_name[]; /* what before a time is an opening hour */
extern const char *const words_talk_attachment[];

/* An answer that is none; that is one only where the question holds the last of these. */
extern const char *const words_placeholder[], *const words_placeholder_no[];
extern const char *const words_placeholder_no_unless[];
/* Begin and end one in words of its own. */
extern const char *const words_placeholder_start[], *const words_placeholder_end[];

#endif
