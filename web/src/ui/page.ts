/* What every part of the page may need. */

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Conversation } from '../conversation';
import type { Contact } from '../protocol';
import type { Words } from '../words';

export interface Page {
	words: Words;
	conversation: Conversation;
	/* Of the office; empty where it has none or is not known. */
	contacts: Contact[];
	/* While a reply is awaited nothing more can be tapped. */
	paused: boolean;
	/* All questions are listed in the first card; `there`: and the person is led to them. */
	browsing: 'no' | 'here' | 'there';
	browse(how: Page['browsing']): void;
	/* To screen readers alone. */
	announce(text: string): void;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
	const page = useContext(PageContext);
	if (!page)
		throw new Error('a part of the page stands outside of it');
	return page;
}

/* The office speaks Chinese, whatever the page's own words are in. */
export const OFFICE_LANGUAGE = 'zh-CN';
