import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect, socketUrl, type Connection, type Line } from '../src/connection';
import type { Exchange } from '../src/http';
import type { Reply, Welcome } from '../src/protocol';

interface Frame {
	type: string;
	[member: string]: unknown;
}

class FakeSocket {
	sent: Frame[] = [];
	closed = false;
	onopen: (() => void) | null = null;
	onmessage: ((event: { data: string }) => void) | null = null;
	onclose: (() => void) | null = null;

	send(text: string) {
		this.sent.push(JSON.parse(text) as Frame);
	}

	close() {
		this.closed = true;
	}

	says(frame: Frame) {
		this.onmessage?.({ data: JSON.stringify(frame) });
	}

	welcomes(session = 's1') {
		this.onopen?.();
		this.says({ type: 'welcome', session });
	}

	asks() {
		return this.sent.filter((frame) => frame.type === 'ask');
	}
}

interface Posted {
	path: string;
	body: unknown;
	token: string | undefined;
	answer(status: number, body: unknown, retryAfterMs?: number): void;
	fail(): void;
}

let sockets: FakeSocket[];
let posts: Posted[];
let lines: Line[];
let replies: [string, Reply][];
let welcomes: Welcome[];
let held: boolean[];
let opening: (() => void) | undefined; // what the constructor does first
let told: unknown[]; // of the person at the office
let lastEvent: number;
let notices: unknown[]; // of the office to everybody
let luck: number; // what Math.random() would say

function start(session?: string, token?: string): Connection {
	return connect({
		openSocket() {
			opening?.();
			sockets.push(new FakeSocket());
			return sockets[sockets.length - 1] as unknown as WebSocket;
		},
		request: (_method, path, body, given) => new Promise<Exchange>((resolve, reject) => {
			posts.push({
				path, body, token: given,
				answer: (status, answered, retryAfterMs = 0) => resolve({ status, body: answered, retryAfterMs }),
				fail: () => reject(new Error('no answer')),
			});
		}),
		random: () => luck,
	}, {
		line: (line) => lines.push(line),
		welcome: (welcome) => welcomes.push(welcome),
		session: () => undefined,
		held: (waits) => held.push(waits),
		reply: (id, reply) => replies.push([id, reply]),
		state: (state) => told.push(state),
		event: (event) => told.push(event),
		lastEvent: () => lastEvent,
		lineLost: () => told.push('lost'),
		notice: (notice) => notices.push(notice),
		typing: () => told.push('typing'),
	}, session, token);
}

const last = () => sockets[sockets.length - 1] as FakeSocket;
const flush = () => vi.advanceTimersByTimeAsync(0);

/* Three attempts in a row that open nothing. */
async function blocked() {
	for (let i = 0; i < 3; i++) {
		last().onclose?.();
		if (i < 2)
			await vi.advanceTimersByTimeAsync(30000);
	}
}

beforeEach(() => {
	vi.useFakeTimers();
	sockets = [];
	posts = [];
	lines = [];
	replies = [];
	welcomes = [];
	held = [];
	opening = undefined;
	told = [];
	lastEvent = 0;
	notices = [];
	luck = 1;
});

describe('a person at the office', () => {
	it('is heard behind the last event that is known, until the line is lost', () => {
		lastEvent = 3;
		start('s0');
		last().onopen?.();
		expect(last().sent).toEqual([{ type: 'hello', resume: 's0', after: 3 }]);
		for (const frame of [{ type: 'welcome', session: 's0' }, { type: 'state', state: 'with' }, { type: 'event', n: 4, kind: 'said' }])
			last().onmessage?.({ data: JSON.stringify(frame) });
		last().onclose?.();
		expect(told).toEqual([{ type: 'state', state: 'with' }, { type: 'event', n: 4, kind: 'said' }, 'lost']);
	});
});

afterEach(() => {
	vi.useRealTimers();
});

describe('over WebSocket', () => {
	it('says hello with the session and the token, and asks only once it is welcome', () => {
		const connection = start('s0', 'good');
		connection.ask({ id: 'a-1', text: '问' });
		last().onopen?.();
		expect(last().sent).toEqual([{ type: 'hello', resume: 's0', token: 'good', after: 0 }]);
		last().says({ type: 'welcome', session: 's0' });
		expect(last().sent[1]).toEqual({ type: 'ask', id: 'a-1', text: '问' });
		expect(lines).toEqual(['connecting', 'open']);
	});

	it('asks again under the same id on a new line, and never after the reply', async () => {
		const connection = start();
		last().welcomes();
		connection.ask({ id: 'a-1', text: '一' });
		connection.ask({ id: 'a-2', text: '二' });
		last().says({ type: 'reply', to: 'a-1', outcome: 'answer' });
		last().onclose?.();
		await vi.advanceTimersByTimeAsync(1000);
		last().welcomes();
		expect(sockets.length).toBe(2);
		expect(last().asks()).toEqual([{ type: 'ask', id: 'a-2', text: '二' }]);
		last().says({ type: 'reply', to: 'a-2', outcome: 'answer' });
		last().says({ type: 'reply', to: 'a-2', outcome: 'answer' });
		expect(replies.map(([id]) => id)).toEqual(['a-1', 'a-2']);
	});

	it('waits twice as long after each failure, 30 s at most', async () => {
		start();
		for (const wait of [1000, 2000, 4000, 8000, 16000, 30000, 30000]) {
			const opened = sockets.length;
			last().onclose?.();
			await vi.advanceTimersByTimeAsync(wait - 1);
			expect(sockets.length, `before ${wait} ms`).toBe(opened);
			await vi.advanceTimersByTimeAsync(1);
			expect(sockets.length, `after ${wait} ms`).toBe(opened + 1);
		}
	});

	it('stays away after a bye for as long as that says', async () => {
		start();
		last().welcomes();
		last().says({ type: 'bye', reason: 'draining', text: '重启', reconnect_after_ms: 4000 });
		last().onclose?.();
		await vi.advanceTimersByTimeAsync(3999);
		expect(sockets.length).toBe(1);
		await vi.advanceTimersByTimeAsync(1);
		expect(sockets.length).toBe(2);
		expect(lines).toEqual(['connecting', 'open', 'connecting', 'connecting']);
		/* The line breaks again, without a word: that counts from the start. */
		last().onclose?.();
		await vi.advanceTimersByTimeAsync(1000);
		expect(sockets.length).toBe(3);
	});

	it('comes back earlier after a bye where something was asked', async () => {
		const connection = start();
		last().welcomes();
		connection.ask({ id: 'a-1', text: '一' });
		last().says({ type: 'bye', reason: 'draining', text: '重启', reconnect_after_ms: 4000 });
		last().onclose?.();
		await vi.advanceTimersByTimeAsync(500);
		expect(sockets.length).toBe(2);
		last().welcomes();
		expect(last().asks()).toEqual([{ type: 'ask', id: 'a-1', text: '一' }]);
		last().says({ type: 'reply', to: 'a-1', outcome: 'answer' });
		last().says({ type: 'bye', reason: 'draining', text: '重启', reconnect_after_ms: 4000 });
		last().onclose?.();
		connection.ask({ id: 'a-2', text: '二' });
		expect(sockets.length).toBe(3);
		last().welcomes();
		expect(last().asks()).toEqual([{ type: 'ask', id: 'a-2', text: '二' }]);
	});

	it('gives up a line that stays silent for 15 s after a question', async () => {
		const connection = start();
		last().welcomes();
		connection.ask({ id: 'a-1', text: '问' });
		await vi.advanceTimersByTimeAsync(14999);
		expect(last().closed).toBe(false);
		await vi.advanceTimersByTimeAsync(1);
		expect(sockets[0]?.closed).toBe(true);
		expect(lines[lines.length - 1]).toBe('broken');
	});

	it('is given up at once when the device has no network, and tried again when it has', () => {
		const connection = start();
		last().welcomes();
		connection.giveUp();
		expect(sockets[0]?.closed).toBe(true);
		expect(lines[lines.length - 1]).toBe('broken');
		connection.hurry();
		expect(sockets.length).toBe(2);
	});

	it('leaves a quiet line alone while nothing is asked', async () => {
		start();
		last().welcomes();
		await vi.advanceTimersByTimeAsync(600000);
		expect(last().closed).toBe(false);
	});

	it('answers an error for a question with that error', () => {
		const connection = start();
		last().welcomes();
		connection.ask({ id: 'a-1', text: '问' });
		last().says({ type: 'error', to: 'a-1', text: '不行' });
		expect(replies).toEqual([['a-1', { outcome: 'error', text: '不行' }]]);
	});

	it('says so when a rating was noted, and when it was not', async () => {
		const connection = start();
		last().welcomes();
		const noted = connection.rate('A7KQ-2M9X', 'down', '看不懂');
		expect(last().sent[1]).toEqual({ type: 'rate', receipt: 'A7KQ-2M9X', value: 'down', reason: '看不懂' });
		last().says({ type: 'rated', receipt: 'A7KQ-2M9X' });
		expect(await noted).toBe(true);
		const refused = connection.rate('A7KQ-2M9X', 'up');
		last().says({ type: 'error', reason: 'unknown_type' });
		expect(await refused).toBe(false);
	});

	it('hands in a token that comes between hello and welcome', () => {
		const connection = start();
		connection.signIn('early');
		last().onopen?.();
		connection.signIn('late');
		last().says({ type: 'welcome', session: 's1' });
		expect(last().sent).toEqual([{ type: 'hello', token: 'early', after: 0 }, { type: 'hello', token: 'late', after: 0 }]);
	});

	it('forgets session, token and open questions when it begins anew', () => {
		const connection = start('s1', 'good');
		last().welcomes();
		connection.ask({ id: 'a-1', text: '问' });
		connection.reset();
		expect(sockets[0]?.closed).toBe(true);
		last().welcomes('s2');
		expect(last().sent).toEqual([{ type: 'hello', after: 0 }]);
	});
});

describe('a question that does not wait for the WebSocket', () => {
	const askAtOnce = () => {
		const connection = start();
		connection.ask({ id: 'a-1', text: '问' }, true);
		return posts[0] as Posted;
	};

	it('is asked over HTTP, and its session greeted over the WebSocket that opens meanwhile', async () => {
		const post = askAtOnce();
		expect(post.path).toBe('api/v1/ask');
		last().onopen?.();
		expect(last().sent).toEqual([]);
		post.answer(200, { outcome: 'answer', session: 's2' });
		await flush();
		expect(replies.map(([id]) => id)).toEqual(['a-1']);
		expect(last().sent).toEqual([{ type: 'hello', resume: 's2', after: 0 }]);
		last().says({ type: 'welcome', session: 's2' });
		expect(last().asks()).toEqual([]);
	});

	it('is asked over the WebSocket where HTTP gave no answer', async () => {
		const post = askAtOnce();
		last().onopen?.();
		post.fail();
		await flush();
		last().says({ type: 'welcome', session: 's1' });
		expect(last().asks().map((frame) => frame.id)).toEqual(['a-1']);
	});

	it('is not asked in the conversation that was begun before HTTP failed', async () => {
		const connection = start();
		connection.ask({ id: 'a-1', text: '问' }, true);
		connection.reset();
		last().welcomes('s2');
		posts[0]?.fail();
		await flush();
		expect(last().asks()).toEqual([]);
		expect(lines[lines.length - 1]).toBe('open');
	});

	it('is asked over the WebSocket where that is open already', () => {
		const connection = start();
		last().welcomes();
		connection.ask({ id: 'a-1', text: '问' }, true);
		expect(posts).toEqual([]);
		expect(last().asks().map((frame) => frame.id)).toEqual(['a-1']);
	});
});

describe('where no WebSocket can be opened', () => {
	it('asks over HTTP in the same session and with the token as a header', async () => {
		const connection = start('s1', 'good');
		await blocked();
		connection.ask({ id: 'a-1', text: '问' });
		const post = posts.filter(({ path }) => path === 'api/v1/ask')[0] as Posted;
		expect(post.body).toEqual({ id: 'a-1', text: '问', session: 's1' });
		expect(post.token).toBe('good');
		post.answer(200, { outcome: 'answer', session: 's2' });
		await flush();
		expect(replies).toEqual([['a-1', { outcome: 'answer', session: 's2' }]]);
		expect(lines[lines.length - 1]).toBe('http');
	});

	it('does not ask over a new WebSocket what is still on its way over HTTP', async () => {
		const connection = start();
		await blocked();
		connection.ask({ id: 'a-1', text: '问' });
		await vi.advanceTimersByTimeAsync(30000);
		last().welcomes();
		expect(last().asks()).toEqual([]);
		posts.filter(({ path }) => path === 'api/v1/ask')[0]?.fail();
		await flush();
		expect(last().asks().map((frame) => frame.id)).toEqual(['a-1']);
	});

	it('says that it is cut off when HTTP fails too, and keeps the question', async () => {
		const connection = start();
		await blocked();
		connection.ask({ id: 'a-1', text: '问' });
		posts.forEach((post) => post.fail());
		await flush();
		expect(lines[lines.length - 1]).toBe('broken');
		expect(replies).toEqual([]);
	});

	it('rates over HTTP', async () => {
		const connection = start();
		await blocked();
		const noted = connection.rate('A7KQ-2M9X', 'up');
		const post = posts.filter(({ path }) => path === 'api/v1/rate')[0] as Posted;
		expect(post.body).toEqual({ receipt: 'A7KQ-2M9X', value: 'up' });
		post.answer(404, null);
		expect(await noted).toBe(false);
	});
});

const postsTo = (path: string) => posts.filter((post) => post.path === path);

describe('where there is no WebSocket', () => {
	beforeEach(() => {
		opening = () => { throw new ReferenceError('WebSocket is not defined'); };
	});

	it('asks over HTTP at once', async () => {
		const connection = start();
		connection.ask({ id: 'a-1', text: '问' });
		expect(postsTo('api/v1/ask').map(({ body }) => body)).toEqual([{ id: 'a-1', text: '问', session: undefined }]);
		postsTo('healthz')[0]?.answer(200, null);
		postsTo('api/v1/ask')[0]?.answer(200, { outcome: 'answer', session: 's1' });
		await flush();
		expect(replies.map(([id]) => id)).toEqual(['a-1']);
		expect(lines[lines.length - 1]).toBe('http');
	});

	it('tries again later, and takes the one that opens then', async () => {
		start();
		opening = undefined;
		await vi.advanceTimersByTimeAsync(4000);
		last().welcomes();
		expect(lines[lines.length - 1]).toBe('open');
	});

	it('asks one question after the other, the second in the session of the first', async () => {
		const connection = start();
		connection.ask({ id: 'a-1', text: '一' });
		connection.ask({ id: 'a-2', text: '二' });
		expect(postsTo('api/v1/ask').length).toBe(1);
		postsTo('api/v1/ask')[0]?.answer(200, { outcome: 'ask', session: 's1' });
		await flush();
		expect(postsTo('api/v1/ask')[1]?.body).toEqual({ id: 'a-2', text: '二', session: 's1' });
	});
});

describe('a WebSocket that forwards nothing', () => {
	it('is given up 3 s after it was begun, and what waits goes over HTTP', async () => {
		const connection = start('s1');
		last().onopen?.();
		connection.ask({ id: 'a-1', text: '问' });
		await vi.advanceTimersByTimeAsync(2999);
		expect(posts).toEqual([]);
		await vi.advanceTimersByTimeAsync(1);
		expect(postsTo('api/v1/ask').map(({ body }) => body)).toEqual([{ id: 'a-1', text: '问', session: 's1' }]);
		expect(last().closed).toBe(true);
		connection.ask({ id: 'a-2', text: '又问' });
		postsTo('api/v1/ask')[0]?.answer(200, { outcome: 'answer', session: 's1' });
		await flush();
		expect(postsTo('api/v1/ask').length).toBe(2);
	});

	it('is still taken when it opens later than that', async () => {
		const connection = start('s1');
		connection.ask({ id: 'a-1', text: '问' });
		await vi.advanceTimersByTimeAsync(3000);
		expect(last().closed).toBe(false);
		postsTo('api/v1/ask')[0]?.answer(200, { outcome: 'answer', session: 's1' });
		await flush();
		last().welcomes('s1');
		connection.ask({ id: 'a-2', text: '又问' });
		expect(sockets.length).toBe(1);
		expect(last().asks().map((frame) => frame.id)).toEqual(['a-2']);
	});

	it('keeps nobody waiting at the later attempts, and begins no second session', async () => {
		const connection = start();
		last().onopen?.();
		await vi.advanceTimersByTimeAsync(3000 + 8000);
		expect(sockets.length).toBe(2);
		last().onopen?.();
		connection.ask({ id: 'a-1', text: '问' });
		expect(postsTo('api/v1/ask').length).toBe(1);
		expect(last().closed).toBe(true);
	});

	it('is given up as soon where another line was open before', async () => {
		start();
		last().welcomes();
		last().onclose?.();
		await vi.advanceTimersByTimeAsync(1000);
		last().onopen?.();
		await vi.advanceTimersByTimeAsync(2999);
		expect(last().closed).toBe(false);
		await vi.advanceTimersByTimeAsync(1);
		expect(last().closed).toBe(true);
		expect(postsTo('healthz').length).toBe(1);
	});
});

describe('where the server is busy', () => {
	const BUSY = { outcome: 'busy', reason: 'rate', text: '稍等' };
	const askedOver = (socket: FakeSocket) => socket.asks().map((frame) => frame.id);
	const posted = () => posts.filter(({ path }) => path === 'api/v1/ask');

	it('keeps the question, says that it waits, and asks again under the same id', async () => {
		luck = 0;
		const connection = start();
		last().welcomes();
		connection.ask({ id: 'a-1', text: '问' });
		last().says({ type: 'reply', to: 'a-1', ...BUSY });
		expect(replies).toEqual([]);
		expect(held).toEqual([true]);
		await vi.advanceTimersByTimeAsync(999);
		expect(askedOver(last())).toEqual(['a-1']);
		await vi.advanceTimersByTimeAsync(1);
		expect(askedOver(last())).toEqual(['a-1', 'a-1']);
		expect(held).toEqual([true, false]);
		last().says({ type: 'reply', to: 'a-1', outcome: 'answer' });
		expect(replies.map(([id, { outcome }]) => [id, outcome])).toEqual([['a-1', 'answer']]);
	});

	it('spreads those who wait over half as long again', async () => {
		const connection = start();
		last().welcomes();
		connection.ask({ id: 'a-1', text: '问' });
		last().says({ type: 'reply', to: 'a-1', ...BUSY });
		await vi.advanceTimersByTimeAsync(1499);
		expect(askedOver(last())).toEqual(['a-1']);
		await vi.advanceTimersByTimeAsync(1);
		expect(askedOver(last())).toEqual(['a-1', 'a-1']);
	});

	it('lets what is asked meanwhile wait behind it', async () => {
		const connection = start();
		last().welcomes();
		connection.ask({ id: 'a-1', text: '一' });
		last().says({ type: 'reply', to: 'a-1', ...BUSY });
		connection.ask({ id: 'a-2', text: '二' });
		expect(askedOver(last())).toEqual(['a-1']);
		await vi.advanceTimersByTimeAsync(1500);
		expect(askedOver(last())).toEqual(['a-1', 'a-1', 'a-2']);
	});

	it('waits longer each time, and after seven refusals leaves it to the person', async () => {
		luck = 0;
		const connection = start();
		last().welcomes();
		connection.ask({ id: 'a-1', text: '问' });
		for (const wait of [1000, 2000, 4000, 8000, 16000, 30000]) {
			last().says({ type: 'reply', to: 'a-1', ...BUSY });
			const before = last().asks().length;
			await vi.advanceTimersByTimeAsync(wait - 1);
			expect(last().asks().length, `before ${wait} ms`).toBe(before);
			await vi.advanceTimersByTimeAsync(1);
			expect(last().asks().length, `after ${wait} ms`).toBe(before + 1);
		}
		expect(sockets.length).toBe(1);
		expect(replies).toEqual([]);
		last().says({ type: 'reply', to: 'a-1', ...BUSY });
		expect(replies.map(([id, { outcome, text }]) => [id, outcome, text])).toEqual([['a-1', 'busy', '稍等']]);
		await vi.advanceTimersByTimeAsync(600000);
		expect(last().asks().length).toBe(7);
		expect(held[held.length - 1]).toBe(false);
	});

	it('asks what waited behind one that was given up', async () => {
		luck = 0;
		const connection = start();
		last().welcomes();
		connection.ask({ id: 'a-1', text: '一' });
		for (const wait of [1000, 2000, 4000, 8000, 16000, 30000]) {
			last().says({ type: 'reply', to: 'a-1', ...BUSY });
			await vi.advanceTimersByTimeAsync(wait);
		}
		connection.ask({ id: 'a-2', text: '二' });
		last().says({ type: 'reply', to: 'a-2', ...BUSY });
		last().says({ type: 'reply', to: 'a-1', ...BUSY });
		await vi.advanceTimersByTimeAsync(30000);
		expect(askedOver(last()).slice(-2)).toEqual(['a-2', 'a-2']);
	});

	it('asks over a new line when the pause is over, if the line broke in it', async () => {
		const connection = start();
		last().welcomes();
		connection.ask({ id: 'a-1', text: '问' });
		last().says({ type: 'reply', to: 'a-1', ...BUSY });
		last().onclose?.();
		await vi.advanceTimersByTimeAsync(1000);
		last().welcomes();
		expect(askedOver(last())).toEqual([]);
		await vi.advanceTimersByTimeAsync(500);
		expect(askedOver(last())).toEqual(['a-1']);
	});

	it('tries another line where not even hello is taken', async () => {
		start();
		last().onopen?.();
		last().says({ type: 'error', reason: 'connections', text: '稍后' });
		expect(sockets[0]?.closed).toBe(true);
		await vi.advanceTimersByTimeAsync(1000);
		expect(sockets.length).toBe(2);
	});

	it('waits over HTTP for as long as the server says', async () => {
		luck = 0;
		const connection = start();
		await blocked();
		connection.ask({ id: 'a-1', text: '问' });
		posted()[0]?.answer(429, BUSY, 5000);
		await flush();
		expect(replies).toEqual([]);
		await vi.advanceTimersByTimeAsync(4999);
		expect(posted().length).toBe(1);
		await vi.advanceTimersByTimeAsync(1);
		expect(posted()[1]?.body).toEqual(posted()[0]?.body);
	});

	it('takes the 502 of a proxy for a server that comes back', async () => {
		const connection = start();
		await blocked();
		connection.ask({ id: 'a-1', text: '问' });
		posted()[0]?.answer(502, null);
		await flush();
		expect(replies).toEqual([]);
		await vi.advanceTimersByTimeAsync(1500);
		posted()[1]?.answer(200, { outcome: 'answer', session: 's2' });
		await flush();
		expect(replies.map(([id, { outcome }]) => [id, outcome])).toEqual([['a-1', 'answer']]);
	});

	it('forgets what waits when it begins anew', async () => {
		const connection = start();
		last().welcomes();
		connection.ask({ id: 'a-1', text: '问' });
		last().says({ type: 'reply', to: 'a-1', ...BUSY });
		connection.reset();
		expect(held).toEqual([true, false]);
		last().welcomes('s2');
		await vi.advanceTimersByTimeAsync(60000);
		expect(askedOver(last())).toEqual([]);
	});
});

describe('the address of the WebSocket', () => {
	it('is beside the page, and as safe as the page', () => {
		expect(socketUrl({ protocol: 'http:', host: 'a:8080', pathname: '/' })).toBe('ws://a:8080/chat');
		expect(socketUrl({ protocol: 'https:', host: 'a.cn', pathname: '/faq/index.html' })).toBe('wss://a.cn/faq/chat');
	});
});
