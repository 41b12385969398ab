/* 转人工 on the applicant's page, without a page. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followHandover, isServed, type Desk, type HandoverEvent } from '../src/handover';
import type { Exchange } from '../src/http';

interface Poll {
	after: number;
	place: number;
	answer(status: number, body?: unknown, retryAfterMs?: number): void;
	fail(): void;
}

let polls: Poll[];
let desk: Desk;
let heard: HandoverEvent[];

const event = (n: number, kind = 'said') => ({ n, kind, from: '王晓', text: `第${n}句` });
const flush = () => vi.advanceTimersByTimeAsync(0);
const numbers = () => heard.map(({ n }) => n);
const latest = () => polls[polls.length - 1] as Poll;

function start() {
	return followHandover((after, place) => new Promise<Exchange>((resolve, reject) => {
		polls.push({
			after, place,
			answer: (status, body = null, retryAfterMs = 0) => resolve({ status, body, retryAfterMs }),
			fail: () => reject(new Error('no answer')),
		});
	}), (now, events) => {
		desk = now;
		heard.push(...events);
	});
}

beforeEach(() => {
	vi.useFakeTimers();
	polls = [];
	heard = [];
});

afterEach(() => {
	vi.useRealTimers();
});

describe('events over HTTP', () => {
	it('are asked for behind the last one, for as long as a person is to answer', async () => {
		start().follow(0);
		latest().answer(200, { state: 'waiting', with: '', place: 2, last: 2, events: [event(1, 'asked'), event(2, 'queued')] });
		await flush();
		expect([desk.stage, desk.place, isServed(desk)]).toEqual(['waiting', 2, true]);
		expect([latest().after, latest().place]).toEqual([2, 2]);
		latest().answer(200, { state: 'with', with: '王晓', last: 3, events: [event(3, 'taken')] });
		await flush();
		expect(latest().after).toBe(3);
		latest().answer(200, { state: 'closed', last: 4, events: [event(4, 'ended')] });
		await vi.advanceTimersByTimeAsync(60000);
		expect(numbers()).toEqual([1, 2, 3, 4]);
		expect(polls).toHaveLength(3);
	});

	it('that are more than one answer holds are all read, though the case is over', async () => {
		start().follow(0);
		latest().answer(200, { state: 'closed', last: 3, events: [event(1), event(2)] });
		await flush();
		latest().answer(200, { state: 'closed', last: 3, events: [event(3)] });
		await flush();
		expect(numbers()).toEqual([1, 2, 3]);
	});

	it('are asked for again after a pause that grows, where no answer came', async () => {
		start().follow(7);
		for (const pause of [1000, 2000, 4000, 8000, 15000, 15000]) {
			const before = polls.length;
			latest().fail();
			await vi.advanceTimersByTimeAsync(pause - 1);
			expect(polls).toHaveLength(before);
			await vi.advanceTimersByTimeAsync(1);
			expect(polls).toHaveLength(before + 1);
		}
		expect(latest().after).toBe(7);
	});

	it('wait as long as a busy server says', async () => {
		start().follow(0);
		latest().answer(429, null, 5000);
		await vi.advanceTimersByTimeAsync(4999);
		expect(polls).toHaveLength(1);
		await vi.advanceTimersByTimeAsync(1);
		expect(polls).toHaveLength(2);
	});

	it('are not asked for in a circle by a server that answers at once with nothing', async () => {
		start().follow(0);
		for (let i = 0; i < 5; i++) {
			latest().answer(200, { state: 'waiting', place: 1, last: 0, events: [] });
			await vi.advanceTimersByTimeAsync(1000);
		}
		expect(polls).toHaveLength(6);
	});

	it('end where the conversation is none of ours', async () => {
		start().follow(0);
		latest().answer(403);
		await vi.advanceTimersByTimeAsync(60000);
		expect([polls.length, desk.stage]).toEqual([1, 'bot']);
	});

	it('are asked for at once when the network is back', async () => {
		const follower = start();
		follower.follow(0);
		latest().fail();
		await flush();
		follower.hurry();
		expect(polls).toHaveLength(2);
		follower.hurry();
		expect(polls).toHaveLength(2);
		await vi.advanceTimersByTimeAsync(26000);
		follower.hurry();
		expect(polls).toHaveLength(3);
		polls[1]?.answer(200, { state: 'with', last: 1, events: [event(1)] });
		await flush();
		expect(heard).toEqual([]);
	});
});

describe('events over the WebSocket', () => {
	it('take the place of asking, and one that comes both ways is heard once', async () => {
		const follower = start();
		follower.follow(0);
		latest().answer(200, { state: 'waiting', place: 1, last: 2, events: [event(1), event(2)] });
		await flush();
		follower.state({ state: 'with', with: '王晓', last: 3 });
		for (const n of [1, 2, 3])
			follower.event(event(n));
		latest().answer(200, { state: 'with', last: 3, events: [event(3)] });
		await vi.advanceTimersByTimeAsync(60000);
		expect(numbers()).toEqual([1, 2, 3]);
		expect([desk.stage, desk.with, desk.last]).toEqual(['with', '王晓', 3]);
		expect(polls).toHaveLength(2);
	});

	it('are asked for again once the line is lost, from where it stood', () => {
		const follower = start();
		follower.state({ state: 'with', last: 5 });
		follower.event(event(5));
		follower.lineLost();
		expect(polls.map(({ after }) => after)).toEqual([5]);
	});

	it('of nobody are not asked for when the line is lost', () => {
		const follower = start();
		follower.state({ state: 'bot', last: 0 });
		follower.lineLost();
		expect(polls).toEqual([]);
	});

	it('begin anew in another conversation', () => {
		const follower = start();
		follower.state({ state: 'with', last: 5 });
		follower.event(event(5));
		follower.stop();
		follower.state({ state: 'waiting', last: 1 });
		follower.event(event(1));
		expect(numbers()).toEqual([5, 1]);
	});
});
