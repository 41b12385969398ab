/* What of the console needs no page. */

import { describe, expect, it, vi } from 'vitest';
import { Refusal } from '../src/console/api';
import { latest } from '../src/console/latest';
import { ACTIONS, actionOf, changeKey, chatActionOf, keyOf, keysOf, keyWithAlt, USUAL_KEYS } from '../src/console/shortcuts';
import { clockOf, minuteOf, momentOf, timeOf } from '../src/time';

/* A server that answers when it is told to. */
function held() {
	const asked: string[] = [];
	const answer: Record<string, (value: string) => void> = {};
	const refuse: Record<string, (error: unknown) => void> = {};
	const ask = (key: string) => new Promise<string>((resolve, reject) => {
		asked.push(key);
		answer[key] = resolve;
		refuse[key] = reject;
	});
	return { asked, answer, refuse, ask };
}

const settled = () => new Promise((resolve) => { setTimeout(resolve, 0); });

describe('the latest wish', () => {
	it('is asked for when the one before it is answered, and those between are not', async () => {
		const { asked, answer, ask } = held();
		const told: string[] = [];
		const wish = latest(ask, (key) => told.push(key), () => undefined);
		for (const key of ['w', 'wb', 'wbj'])
			wish.want(key);
		expect(asked).toEqual(['w']);
		answer.w?.('');
		await settled();
		expect(asked).toEqual(['w', 'wbj']);
		answer.wbj?.('');
		await settled();
		expect(told).toEqual(['w', 'wbj']);
	});

	it('is forgotten, though its answer comes', async () => {
		const { answer, ask } = held();
		const told: string[] = [];
		const wish = latest(ask, (key) => told.push(key), () => undefined);
		wish.want('w');
		wish.forget();
		answer.w?.('');
		await settled();
		expect(told).toEqual([]);
	});

	it('is asked for again where the server is busy, four times at most', async () => {
		vi.useFakeTimers();
		const failures: number[] = [];
		let asked = 0;
		const wish = latest(() => { asked++; return Promise.reject(new Refusal(429, 'rate', '', 0)); }, () => undefined, ({ status }) => failures.push(status));
		wish.want('w');
		await vi.advanceTimersByTimeAsync(5000);
		vi.useRealTimers();
		expect([asked, failures]).toEqual([4, [429]]);
	});

	it('fails at once where nobody is signed in', async () => {
		const { asked, refuse, ask } = held();
		const failures: number[] = [];
		const wish = latest(ask, () => undefined, ({ status }) => failures.push(status));
		wish.want('w');
		refuse.w?.(new Refusal(401, 'signed_out', '', 0));
		await settled();
		expect([asked.length, failures]).toEqual([1, [401]]);
	});
});

describe('a shortcut', () => {
	it('is the same key in capitals and in full width', () => {
		expect(['d', 'D', 'ｄ', 'Ｄ'].map((key) => actionOf(USUAL_KEYS, key))).toEqual(['short', 'short', 'short', 'short']);
		expect(actionOf(USUAL_KEYS, '？')).toBe('help');
		expect(keyOf('Enter')).toBe('Enter');
		expect(actionOf(USUAL_KEYS, 'z')).toBeUndefined();
	});

	it('is changed to a letter that nothing else has, and to no digit, blank or named key', () => {
		expect(changeKey(USUAL_KEYS, 'short', 'C')).toEqual([{ ...USUAL_KEYS, short: 'c' }, 'changed']);
		expect(changeKey(USUAL_KEYS, 'short', 'x')).toEqual([USUAL_KEYS, 'taken']);
		for (const key of ['1', ' ', 'Enter', 'F5', '１'])
			expect(changeKey(USUAL_KEYS, 'short', key)).toEqual([USUAL_KEYS, 'unfit']);
		expect(changeKey(USUAL_KEYS, 'short', 'd')[1]).toBe('changed');
	});
});

describe('a moment', () => {
	it('is told as it is in China, whatever the zone of the computer', () => {
		expect(timeOf('2026-11-29T20:05:09Z')).toBe('2026-11-30 04:05:09');
		expect(minuteOf('2026-11-29T20:05:09Z')).toBe('2026-11-30 04:05');
		expect(clockOf('2026-11-29T20:05:09Z')).toBe('04:05');
		expect(minuteOf('no moment')).toBe('');
		expect(momentOf('2026-11-30T04:05')).toBe('2026-11-29T20:05:00.000Z');
		expect(momentOf('')).toBeNull();
		expect(momentOf('2026-13-30T04:05')).toBeNull();
	});
});

describe('keys that were chosen', () => {
	it('stay where a later version uses them for something else, which gets a free one', () => {
		const keys = keysOf({ short: 'j', sms: 'j', full: 7, script: ' ' });
		expect([keys.short, keys.sms, keys.full, keys.script]).toEqual(['j', 'x', 'q', 'k']);
		expect(keys.take).not.toBe('j');
		expect(new Set(Object.values(keys)).size).toBe(ACTIONS.length);
	});

	it('are told apart by where they work', () => {
		expect([actionOf(USUAL_KEYS, 'j'), chatActionOf(USUAL_KEYS, 'J'), chatActionOf(USUAL_KEYS, 'd')]).toEqual([undefined, 'take', undefined]);
	});

	it('are known with Alt, which makes other characters of some', () => {
		expect([keyWithAlt({ key: 'j', code: 'KeyJ' }), keyWithAlt({ key: '∆', code: 'KeyJ' }), keyWithAlt({ key: 'ˆ', code: 'Digit1' }), keyWithAlt({ key: 'Alt', code: 'AltLeft' })]).toEqual(['j', 'j', '1', 'Alt']);
	});
});
