/* What the portal wrote on the script element. A bad value is told, and the usual one holds. */

import tokens from '../tokens.json';
import { contrast, readColour, TEXT_CONTRAST_LEAST, textColourOn } from './colour';
import { originOf } from './origin';

export interface Settings {
	title: string;
	named: boolean; // by the portal; otherwise the panel is headed by the office's own title
	colour: string;
	textColour: string;
	side: 'left' | 'right';
	bottom: number; // px from the bottom of the window
	question: string;
	tokenUrl: string; // absolute
}

export type Warn = (text: string) => void;

export interface Source {
	attribute(name: string): string | null;
	absolute(address: string): string;
	origin: string; // of the portal's page
	warn: Warn;
}

const TITLE_USUAL = '在线答疑';
const TITLE_MOST = 16;
const BOTTOM_USUAL = 24;
const BOTTOM_MOST = 400;
const QUESTION_MOST = 4000;

type Judge<T> = (text: string) => T | null;

export function readSettings({ attribute, absolute, origin, warn }: Source): Settings {
	function read<T>(name: string, usual: T, remedy: string, judge: Judge<T>): T {
		const text = (attribute(name) || '').trim();
		if (!text)
			return usual;
		const value = judge(text);
		if (value !== null)
			return value;
		warn(`${name}="${text}" is not used: ${remedy}`);
		return usual;
	}

	function sameOrigin(text: string): string | null {
		const address = absolute(text);
		return originOf(address) === origin ? address : null;
	}

	const title = read('data-title', '', `write at most ${TITLE_MOST} characters.`,
		(text) => (text.length <= TITLE_MOST ? text : null));
	const colour = read('data-color', tokens.light.accent, 'write a colour as #rrggbb.', readColour);
	const textColour = read('data-text-color', textColourOn(colour),
		`write a colour of a contrast of at least ${TEXT_CONTRAST_LEAST}:1 with ${colour}.`,
		(text) => {
			const wanted = readColour(text);
			return wanted && contrast(wanted, colour) >= TEXT_CONTRAST_LEAST ? wanted : null;
		});
	return {
		title: title || TITLE_USUAL,
		named: title !== '',
		colour,
		textColour,
		side: read<'left' | 'right'>('data-position', 'right', 'write left or right.',
			(text) => (text === 'left' || text === 'right' ? text : null)),
		bottom: read('data-bottom', BOTTOM_USUAL, `write a whole number of pixels from 0 to ${BOTTOM_MOST}.`,
			(text) => (/^\d{1,3}$/.test(text) && Number(text) <= BOTTOM_MOST ? Number(text) : null)),
		question: read('data-question', '', `write at most ${QUESTION_MOST} characters.`,
			(text) => (text.length <= QUESTION_MOST ? text : null)),
		tokenUrl: read('data-token-url', '', 'write an address of the portal\'s own origin, such as /dayi-token.', sameOrigin),
	};
}
