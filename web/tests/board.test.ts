/* The chats that an operator holds, without a page and without a server. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refusal } from '../src/console/api';
import { openBoard, timeline, unseen, type Board } from '../src/console/board';
import type { ChatEvent, ChatRow, ChatsApi, EventsAnswer } from '../src/console/chats-protocol';
import { spanOf } from '../src/console/chats-words';
import { bytesOver } from '../src/console/Talk';

interface Call<T> {
	args: unknown[];
	resolve(value: T): void;
	reject(refusal: Refusal): void;
}

let calls: Record<string, Call<unknown>[]>;
let arrived: string[];
let returned: string[];
let expired: number;
let drafts: Record<string, string>;
let board: Board;

const flush = () => vi.advanceTimersByTimeAsync(0);
const last = (name: string) => calls[name]?.at(-1) as Call<unknown>;
const count = (name: string) => calls[name]?.length ?? 0;
const refusal = (status: number, reason = '') => new Refusal(status, reason, '', 0);
const row = (chat: string, more: Partial<ChatRow> = {}): ChatRow => ({ chat, state: 'with', epoch: 1, last: 0, place: 0, with: '王晓', for: '', since: '2026-11-30T01:00:00.000Z', ...more });
const event = (n: number, kind = 'asked', more: Partial<ChatEvent> = {}): ChatEvent => ({ n, kind, from: kind === 'said' ? '王晓' : '', text: `第${n}句`, masked: false, at: `2026-11-30T01:00:${10 + n}.000Z`, ...more });

async function tell(waiting: number, ...chats: [string, ChatEvent[], Partial<ChatRow>?][]) {
	const answer: EventsAnswer = { waiting, call_backs: 0, chats: chats.map(([chat, events, more]) => ({ ...row(chat, more), events })) };
	last('events').resolve(answer);
	await vi.advanceTimersByTimeAsync(300);
}

beforeEach(() => {
	vi.useFakeTimers();
	calls = {};
	arrived = [];
	returned = [];
	expired = 0;
	drafts = {};
	const method = (name: string) => (...args: unknown[]) => new Promise((resolve, reject) => { (calls[name] ??= []).push({ args, resolve, reject }); });
	const names = ['events', 'queue', 'take', 'say', 'handBack', 'close', 'typing', 'beat', 'transcript', 'colleagues', 'callBacks', 'callBackNumber', 'closeCallBack'];
	const api = Object.fromEntries(names.map((name) => [name, method(name)])) as unknown as ChatsApi;
	let id = 0;
	board = openBoard(api, {
		changed: () => undefined,
		arrived: (what, chat) => arrived.push(what + chat),
		returned: (chat, { reason }) => returned.push(`${chat} ${reason}`),
		expired: () => expired++,
	}, { get: (chat) => drafts[chat] ?? '', set: (chat, text) => { drafts[chat] = text; } }, () => `i${++id}`);
});

afterEach(() => {
	board.stop();
	vi.useRealTimers();
});

describe('the board', () => {
	it('asks behind the last event of each chat, and takes each event once', async () => {
		expect(last('events').args).toEqual(['', null]);
		await tell(0, ['a', [event(1), event(2)]], ['b', [event(1)]]);
		expect(last('events').args).toEqual(['a.2,b.1', 0]);
		await tell(0, ['a', [event(2), event(3)]], ['b', []]);
		expect(board.state().held.map(({ events }) => events.map(({ n }) => n))).toEqual([[1, 2, 3], [1]]);
	});

	it('goes on where it stopped for all chats after a lost line', async () => {
		await tell(2, ['a', [event(1)]], ['b', [event(1)]]);
		last('events').reject(refusal(0));
		await flush();
		expect(board.state().line).toBe('broken');
		await vi.advanceTimersByTimeAsync(500);
		expect(last('events').args).toEqual(['a.1,b.1', null]);
		await tell(2, ['a', [event(2)]], ['b', [event(2)]]);
		expect([board.state().line, ...board.state().held.map((held) => held.last)]).toEqual(['open', 2, 2]);
	});

	it('tries again within half of the lease, however often it failed', async () => {
		for (let i = 0; i < 8; i++) {
			last('events').reject(refusal(0));
			await vi.advanceTimersByTimeAsync(5000);
		}
		expect(count('events')).toBeGreaterThanOrEqual(9);
	});

	it('shows a chat that is in other hands, and gives back what was not sent', async () => {
		await tell(0, ['a', [event(1)]]);
		board.say('a', '还没发出');
		board.draft('a', '正在写');
		await tell(1);
		const [held] = board.state().held;
		expect([held?.gone, held?.draft, held?.typed]).toEqual([true, '还没发出\n正在写', []]);
		board.forget('a');
		expect(board.state().held).toEqual([]);
	});

	it('keeps a chat that was just taken, though an older answer does not know of it', async () => {
		await tell(1);
		const taking = board.take();
		last('take').resolve(row('a', { epoch: 4 }));
		await expect(taking).resolves.toBe('a');
		await tell(0);
		expect(board.state().held.map(({ chat, gone }) => [chat, gone])).toEqual([['a', false]]);
	});

	it('lets a chat that was closed go, though an older answer still has it', async () => {
		await tell(0, ['a', [event(1)]]);
		const closing = board.close('a', 'solved');
		last('close').resolve(row('a'));
		await closing;
		await tell(0, ['a', [event(1)]]);
		expect(board.state().held).toEqual([]);
	});

	it('calls for who begins to wait and for what is typed, not for what one says', async () => {
		await tell(0, ['a', [event(1)]]);
		await tell(1, ['a', [event(2, 'said')]]);
		await tell(1, ['a', [event(3)]]);
		expect(arrived).toEqual(['waiting', 'messagea']);
		const [held] = board.state().held;
		expect(held && unseen(held)).toBe(2);
		board.see('a');
		expect(board.state().held.map(unseen)).toEqual([0]);
	});

	it('ends with the session', async () => {
		last('beat').reject(refusal(401));
		await flush();
		last('events').reject(refusal(401));
		await vi.advanceTimersByTimeAsync(20000);
		expect([expired, count('beat'), count('events')]).toEqual([1, 1, 1]);
	});

	it('is off where the service has no chats', async () => {
		last('events').reject(refusal(404, 'not_found'));
		await flush();
		expect(board.state().line).toBe('off');
	});

	it('beats three seconds after the answer to the beat before, and soon after one that failed', async () => {
		for (let beats = 1; beats < 4; beats++) {
			expect(count('beat')).toBe(beats);
			last('beat').resolve(null);
			await vi.advanceTimersByTimeAsync(3000);
		}
		last('beat').reject(refusal(0));
		await vi.advanceTimersByTimeAsync(500);
		expect(count('beat')).toBe(5);
	});
});

describe('what is said', () => {
	beforeEach(async () => { await tell(0, ['a', [event(1)], { epoch: 3 }]); });

	it('is sent one after the other, and again under the same id', async () => {
		board.say('a', '一');
		board.say('a', '二');
		expect(last('say').args).toEqual(['a', 3, 'i1', '一']);
		last('say').reject(refusal(0));
		await vi.advanceTimersByTimeAsync(1000);
		expect(last('say').args).toEqual(['a', 3, 'i1', '一']);
		last('say').resolve(row('a', { last: 2 }));
		await flush();
		expect(last('say').args).toEqual(['a', 3, 'i2', '二']);
		expect(count('say')).toBe(3);
	});

	it('stands once, whether its event or its answer comes first', async () => {
		board.say('a', '一');
		await tell(0, ['a', [event(2, 'said', { id: 'i1' })]]);
		expect(board.state().held[0]?.typed).toEqual([]);
		last('say').resolve(row('a', { last: 2 }));
		await flush();
		expect([board.state().held[0]?.typed, count('say')]).toEqual([[], 1]);
		board.say('a', '二');
		last('say').resolve(row('a', { last: 3 }));
		await flush();
		expect(board.state().held[0]?.typed.map(({ text }) => text)).toEqual(['二']);
		await tell(0, ['a', [event(3, 'said')]]);
		expect(board.state().held[0]?.typed).toEqual([]);
	});

	it('goes back into the draft where the chat is in other hands', async () => {
		board.say('a', '一');
		board.say('a', '二');
		last('say').reject(refusal(409, 'not_held'));
		await flush();
		const [held] = board.state().held;
		expect([held?.draft, held?.gone, drafts.a, returned]).toEqual(['一\n二', true, '一\n二', ['a not_held']]);
	});

	it('goes back where it is too long, and the chat stays', async () => {
		board.say('a', '一');
		last('say').reject(refusal(413, 'too_long'));
		await flush();
		expect([board.state().held[0]?.gone, board.state().held[0]?.draft]).toEqual([false, '一']);
	});

	it('is measured in bytes, as the server does', () => {
		expect([bytesOver('a'.repeat(4096)), bytesOver('汉'.repeat(1366))]).toEqual([0, 2]);
	});
});

describe('a chat from its first message on', () => {
	const turn = (at: string, question: string) => ({ at, question, outcome: 'answer', reason: null, receipt: '', answers: [] });

	it('has what the robot was asked before, and what it answered meanwhile behind the question', () => {
		const lines = timeline([turn('2026-11-30T00:59:00.000Z', '早先的'), turn('2026-11-30T01:00:11.100Z', '第1句'), turn('2026-11-30T01:00:13.020Z', '第3句')],
			[event(1), event(2, 'queued'), event(3), event(4, 'taken'), event(5, 'said')]);
		expect(lines.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
			'asked q0', 'robot r0', 'asked e1', 'robot r1', 'told e2', 'asked e3', 'robot r2', 'told e4', 'said e5']);
	});

	it('is in order though all of it happened within a second, and numbers are masked in one of both', () => {
		const at = '2026-11-30T01:00:00Z';
		const lines = timeline([turn(at, '第1句'), { ...turn(at, '转人工'), outcome: 'handoff' }, turn(at, '我的号码是410***********4557'), turn(at, '第1句')],
			[event(1, 'asked', { at, text: '转人工' }), event(2, 'queued', { at }), event(3, 'asked', { at, text: '我的号码是410102199003074557' }), event(4, 'to_bot', { at })]);
		expect(lines.map(({ key }) => key)).toEqual(['q0', 'r0', 'e1', 'e2', 'e3', 'r2', 'e4', 'q3', 'r3']);
	});

	it('has waited for so long', () => {
		expect([0, 59999, 61000, 3725000, -5].map(spanOf)).toEqual(['0秒', '59秒', '1分1秒', '1小时2分', '0秒']);
	});
});
