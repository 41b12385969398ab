/* The keys of the console: what each does, which one it is, and how it is changed. */

export const DESK_ACTIONS = ['short', 'sms', 'full', 'script', 'search', 'account', 'help'] as const;
export const CHAT_ACTIONS = ['take', 'canned', 'robot', 'queue', 'colleague', 'end', 'next'] as const;
export const REVIEW_ACTIONS = ['approve', 'refuse', 'publish', 'rollBack'] as const;
export const ACTIONS = [...DESK_ACTIONS, ...CHAT_ACTIONS, ...REVIEW_ACTIONS] as const;
export type DeskAction = (typeof DESK_ACTIONS)[number];
export type ChatAction = (typeof CHAT_ACTIONS)[number];
export type ReviewAction = (typeof REVIEW_ACTIONS)[number];
export type Action = (typeof ACTIONS)[number];
export type Keys = Record<Action, string>;

/* Initials of 短, 信, 全, 口径; 接, 用语, 排队, 同事, 完, and robot, next; 过, 驳回, 发布, 换回; a key of one character, as typed without Shift. */
export const USUAL_KEYS: Keys = {
	short: 'd', sms: 'x', full: 'q', script: 'k', search: '/', account: '@', help: '?',
	take: 'j', canned: 'y', robot: 'r', queue: 'p', colleague: 't', end: 'w', next: 'n',
	approve: 'g', refuse: 'b', publish: 'f', rollBack: 'h',
};

const KEPT_AS = 'dayi-console-keys';
const FREE = 'abcdefghijklmnopqrstuvwxyz';

function isKey(value: unknown): value is string {
	return typeof value === 'string' && /^[^\s\d]$/u.test(value);
}

/* What was chosen stays, also where a later version uses the key for something else, which gets a free one. */
export function keysOf(kept: Record<string, unknown>): Keys {
	const keys: Partial<Keys> = {};
	const used = new Set<string>();
	const assign = (action: Action, key: string) => {
		keys[action] = key;
		used.add(key);
	};
	for (const action of ACTIONS) {
		const key = kept[action];
		if (isKey(key) && !used.has(key))
			assign(action, key);
	}
	for (const action of ACTIONS)
		if (!keys[action])
			assign(action, [USUAL_KEYS[action], ...FREE].find((key) => !used.has(key)) ?? USUAL_KEYS[action]);
	return keys as Keys;
}

export function readKeys(): Keys {
	try {
		return keysOf(JSON.parse(localStorage.getItem(KEPT_AS) || '{}') as Record<string, unknown>);
	} catch {
		return { ...USUAL_KEYS }; // what cannot be read is as usual
	}
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

function among<T extends Action>(actions: readonly T[], keys: Keys, key: string): T | undefined {
	return actions.find((action) => keys[action] === keyOf(key));
}

export const actionOf = (keys: Keys, key: string) => among(DESK_ACTIONS, keys, key);
export const reviewActionOf = (keys: Keys, key: string) => among(REVIEW_ACTIONS, keys, key);
export const chatActionOf = (keys: Keys, key: string) => among(CHAT_ACTIONS, keys, key);

/* With Alt, which makes another character of some keys; then the place on the keyboard tells. */
export function keyWithAlt({ key, code }: { key: string; code: string }): string {
	const place = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(code)?.[1];
	return /^[!-~]$/.test(key) ? key : place?.toLowerCase() ?? key;
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
