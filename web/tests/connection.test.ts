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
	answer(status: number, body: unknown): void;
	fail(): void;
}

let sockets: FakeSocket[];
let posts: Posted[];
let lines: Line[];
let replies: [string, Reply][];
let welcomes: Welcome[];

function start(session?: string, token?: string): Connection {
	return connect({
		openSocket() {
			sockets.push(new FakeSocket());
			return sockets[sockets.length - 1] as unknown as WebSocket;
		},
		request: (_method, path, body, given) => new Promise<Exchange>((resolve, reject) => {
			posts.push({
				path, body, token: given,
				answer: (status, answered) => resolve({ status, body: answered }),
				fail: () => reject(new Error('no answer')),
			});
		}),
		random: () => 1,
	}, {
		line: (line) => lines.push(line),
		welcome: (welcome) => welcomes.push(welcome),
		session: () => undefined,
		reply: (id, reply) => replies.push([id, reply]),
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
});

afterEach(() => {
	vi.useRealTimers();
});

describe('over WebSocket', () => {
	it('says hello with the session and the token, and asks only once it is welcome', () => {
		const connection = start('s0', 'good');
		connection.ask({ id: 'a-1', text: '问' });
		last().onopen?.();
		expect(last().sent).toEqual([{ type: 'hello', resume: 's0', token: 'good' }]);
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
		expect(last().sent).toEqual([{ type: 'hello', token: 'early' }, { type: 'hello', token: 'late' }]);
	});

	it('forgets session, token and open questions when it begins anew', () => {
		const connection = start('s1', 'good');
		last().welcomes();
		connection.ask({ id: 'a-1', text: '问' });
		connection.reset();
		expect(sockets[0]?.closed).toBe(true);
		last().welcomes('s2');
		expect(last().sent).toEqual([{ type: 'hello' }]);
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
		expect(last().sent).toEqual([{ type: 'hello', resume: 's2' }]);
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

describe('the address of the WebSocket', () => {
	it('is beside the page, and as safe as the page', () => {
		expect(socketUrl({ protocol: 'http:', host: 'a:8080', pathname: '/' })).toBe('ws://a:8080/chat');
		expect(socketUrl({ protocol: 'https:', host: 'a.cn', pathname: '/faq/index.html' })).toBe('wss://a.cn/faq/chat');
	});
});
