/*
 * Suggestions that an account does not want, kept in the browser over its sessions. They are
 * questions of people: hashes of them are kept, never their words.
 */

import type { Proposal } from './authoring-protocol';

const DISMISSED_MOST = 1000;
const WORDS_KEPT_AS = 'dayi-suggestions-dismissed'; // an earlier page kept the words themselves
const keptAs = (account: string) => `${WORDS_KEPT_AS}-${account}`;

/* 64 bits in two halves, each FNV-1a from another start. */
export function hashOf({ entry, alternate }: Pick<Proposal, 'entry' | 'alternate'>): string {
	const text = `${entry} ${alternate}`;
	return [0x811c9dc5, 0x9747b28c].map((start) => {
		let hash = start;
		for (let at = 0; at < text.length; at++)
			hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
		return (hash >>> 0).toString(16).padStart(8, '0');
	}).join('');
}

export function readDismissed(account: string): string[] {
	try {
		localStorage.removeItem(WORDS_KEPT_AS);
		const kept = JSON.parse(localStorage.getItem(keptAs(account)) || '[]') as unknown;
		return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === 'string') : [];
	} catch {
		return [];
	}
}

export function keepDismissed(account: string, hashes: string[]): void {
	try {
		localStorage.setItem(keptAs(account), JSON.stringify(hashes.slice(-DISMISSED_MOST)));
	} catch {
		/* Forbidden or full: they are hidden until the page is closed. */
	}
}
