/* One's own account: what is asked of the server, and what needs no page. */

import qrcode from 'qrcode-generator';
import { send } from './api';

export interface Session {
	id: string;
	current: boolean; // the one that asks
	since: string;
	seen: string;
	address: string;
	browser: string; // empty where it is not known
}

export interface Secret {
	secret: string; // base32
	uri: string; // otpauth://totp/...
}

export const account = {
	sessions: async () => (await send('GET', 'sessions') as { sessions: Session[] }).sessions,
	endSession: (id: string, csrf: string) => send('DELETE', `sessions/${encodeURIComponent(id)}`, undefined, csrf),
	setPassword: (present: string, wanted: string, csrf: string) => send('POST', 'password', present ? { present, new: wanted } : { new: wanted }, csrf),
	beginTotp: (csrf: string) => send('POST', 'totp', { step: 'begin' }, csrf) as Promise<Secret>,
	confirmTotp: (code: string, csrf: string) => send('POST', 'totp', { step: 'confirm', code }, csrf),
	removeTotp: (code: string, csrf: string) => send('POST', 'totp', { step: 'remove', code }, csrf),
};

/* As it is read and typed: ABCD EFGH ... */
export function inFours(secret: string): string {
	return secret.replace(/.{4}(?=.)/g, '$& ');
}

/* Six digits, with blanks among them or full-width, as an input method may give them; else empty. */
export function codeIn(typed: string): string {
	const code = typed.normalize('NFKC').replace(/\s/g, '');
	return /^\d{6}$/.test(code) ? code : '';
}

const PASSWORD_LEAST = 10;

export type PasswordFault = 'short' | 'same' | 'named';

/* As the server judges it (password.h): characters, not UTF-16 units. */
export function passwordFault(wanted: string, name: string): PasswordFault | undefined {
	const characters = [...wanted];
	if (characters.length < PASSWORD_LEAST)
		return 'short';
	if (new Set(characters).size === 1)
		return 'same';
	return wanted.toLowerCase().includes(name.toLowerCase()) ? 'named' : undefined;
}

const QUIET = 4; // modules of margin that readers need

/* The dark modules as the path of an SVG of `size` units a side. */
export function qrOf(text: string): { size: number; path: string } {
	const code = qrcode(0, 'M');
	code.addData(text);
	code.make();
	const count = code.getModuleCount();
	let path = '';
	for (let row = 0; row < count; row++)
		for (let column = 0; column < count; column++)
			if (code.isDark(row, column))
				path += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
	return { size: count + 2 * QUIET, path };
}
