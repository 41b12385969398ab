/* The keys of the console: what each does, which one it is, and how it is changed. */

export const ACTIONS = ['short', 'sms', 'full', 'script', 'search', 'account', 'help'] as const;
export type Action = (typeof ACTIONS)[number];
export type Keys = Record<Action, string>;

/* Initials of 短, 信, 全, 口径; a key of one character, as typed without Shift. */
export const USUAL_KEYS: Keys = { short: 'd', sms: 'x', full: 'q', script: 'k', search: '/', account: '@', help: '?' };

const KEPT_AS = 'dayi-console-keys';

function isKey(value: unknown): value is string {
	return typeof value === 'string' && /^[^\s\d]$/u.test(value);
}

export function readKeys(): Keys {
	const keys = { ...USUAL_KEYS };
	try {
		const kept = JSON.parse(localStorage.getItem(KEPT_AS) || '{}') as Record<string, unknown>;
		for (const action of ACTIONS) {
			const key = kept[action];
			if (isKey(key))
				keys[action] = key;
		}
	} catch {
		/* What cannot be read is as usual. */
	}
	return new Set(Object.values(keys)).size === ACTIONS.length ? keys : { ...USUAL_KEYS };
}

export function keepKeys(keys: Keys): void {
	try {
		localStorage.setItem(KEPT_AS, JSON.stringify(keys));
	} catch {
		/* Forbidden: they hold until the page is closed. */
	}
}

/* Full-width forms, which an input method may give, and capitals are the same key. */
export function keyOf(key: string): string {
	const code = key.charCodeAt(0);
	const narrow = key.length === 1 && code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : key;
	return narrow.length === 1 ? narrow.toLowerCase() : narrow;
}

export function actionOf(keys: Keys, key: string): Action | undefined {
	return ACTIONS.find((action) => keys[action] === keyOf(key));
}

export type Change = 'changed' | 'taken' | 'unfit';

/* Digits choose a 情形, so they are no shortcut. */
export function changeKey(keys: Keys, action: Action, key: string): [Keys, Change] {
	const wanted = keyOf(key);
	if (!isKey(wanted))
		return [keys, 'unfit'];
	if (ACTIONS.some((other) => other !== action && keys[other] === wanted))
		return [keys, 'taken'];
	return [{ ...keys, [action]: wanted }, 'changed'];
}
