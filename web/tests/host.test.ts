// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listenToHost, takeOpeningQuestion, type Host } from '../src/host';
import type { Office } from '../src/protocol';
import { lifeOf, renew } from '../src/renewal';
import type { State } from '../src/conversation';

const PORTAL = 'https://portal.example.cn';
const office = (origins: string[]) => Promise.resolve({ embed_origins: origins } as Office);

describe('the page in a frame', () => {
	const parent = { postMessage: vi.fn() };
	let calls: unknown[][];
	let host: Host;

	function listen(known: Promise<Office>) {
		const mine: unknown[][] = [];
		const note = (name: string) => (...args: unknown[]) => { mine.push([name, ...args]); };
		calls = mine;
		host = listenToHost(known, {
			signIn: note('signIn'), signOut: note('signOut'), ask: note('ask'), enter: note('enter'), widget: note('widget'),
		});
	}

	async function hear(data: unknown, origin = PORTAL, source: unknown = parent) {
		window.dispatchEvent(new MessageEvent('message', { data, origin, source } as MessageEventInit));
		await new Promise((resolve) => setTimeout(resolve));
	}

	beforeEach(() => {
		parent.postMessage.mockClear();
		vi.spyOn(window, 'parent', 'get').mockReturnValue(parent as unknown as Window);
	});

	afterEach(() => vi.restoreAllMocks());

	it('takes the words of a listed origin, and from then on speaks to it alone', async () => {
		listen(office([PORTAL]));
		expect(parent.postMessage.mock.calls).toEqual([[{ type: 'dayi-ready' }, '*']]);
		host.say('dayi-reply');
		expect(parent.postMessage).toHaveBeenCalledTimes(1);
		await hear({ type: 'dayi-widget', title: '考务答疑' });
		await hear({ type: 'dayi-token', token: 'a.b.c' });
		await hear({ type: 'dayi-token', token: '' });
		await hear({ type: 'dayi-ask', text: ' 问 ' });
		await hear({ type: 'dayi-focus' });
		expect(calls).toEqual([['widget', '考务答疑'], ['signIn', 'a.b.c'], ['signOut'], ['ask', '问'], ['enter']]);
		host.say('dayi-reply');
		expect(parent.postMessage.mock.lastCall).toEqual([{ type: 'dayi-reply' }, PORTAL]);
	});

	for (const [name, known, origin, source] of [
		['another origin', office([PORTAL]), 'https://portal.example.cn.evil', parent],
		['an origin that is a part of a listed one', office([PORTAL]), 'https://portal.example', parent],
		['a listed origin in another window', office([PORTAL]), PORTAL, {}],
		['anybody while the office is unknown', new Promise(() => undefined), PORTAL, parent],
	] as [string, Promise<Office>, string, unknown][])
		it(`believes nothing of ${name}, and tells it nothing`, async () => {
			listen(known);
			await hear({ type: 'dayi-token', token: 'a.b.c' }, origin, source);
			await hear({ type: 'dayi-widget', title: 'x' }, origin, source);
			host.say('dayi-reply');
			expect(calls).toEqual([]);
			expect(parent.postMessage).toHaveBeenCalledTimes(1);
		});

	it('asks nothing where the text is none', async () => {
		listen(office([PORTAL]));
		for (const data of [{ type: 'dayi-ask' }, { type: 'dayi-ask', text: '  ' }, { type: 'dayi-ask', text: {} }, 'dayi-ask', null, { type: 'other' }])
			await hear(data);
		expect(calls).toEqual([]);
	});
});

describe('a question in the address', () => {
	const open = (search: string) => {
		history.replaceState(null, '', `/faq/${search}`);
		return { question: takeOpeningQuestion(), left: location.pathname + location.search + location.hash };
	};

	it('is taken out of it, and nothing else', () => {
		expect(open('?q=%E7%85%A7%E7%89%87+a%2Bb')).toEqual({ question: '照片 a+b', left: '/faq/' });
		expect(open('?a=1&q=x&b=2#trial')).toEqual({ question: 'x', left: '/faq/?a=1&b=2#trial' });
		expect(open('?q=x&b=2')).toEqual({ question: 'x', left: '/faq/?b=2' });
		expect(open('?faq=x')).toEqual({ question: '', left: '/faq/?faq=x' });
	});

	it('is none where it is not encoded in UTF-8', () => {
		for (const search of ['?q=%', '?q=%E7%85', '?q=%D5%D5%C6%AC', '?q=%zz', '?q='])
			expect(open(search)).toEqual({ question: '', left: '/faq/' });
	});
});

describe('the renewal of a token', () => {
	const token = (claims: object) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
	const state = (part: Partial<State>) => ({ signedIn: false, refused: '', ...part }) as State;

	beforeEach(() => { vi.useFakeTimers(); });
	afterEach(() => { vi.useRealTimers(); });

	it('knows how long a token lives, whatever the time is here', () => {
		expect(lifeOf(token({ iat: 1000, exp: 1600, name: '张三' }))).toBe(600);
		for (const text of ['', 'x', 'a.b.c', token({}), token({ iat: 5, exp: 5 }), token({ exp: 'x' })])
			expect(lifeOf(text)).toBe(0);
	});

	it('comes before the token ends, and not any more for one that was replaced', () => {
		const want = vi.fn();
		const renewal = renew(want);
		renewal.given(token({ iat: 0, exp: 100 }));
		vi.advanceTimersByTime(70000);
		renewal.given(token({ iat: 0, exp: 100 }));
		vi.advanceTimersByTime(70000);
		expect(want).not.toHaveBeenCalled();
		vi.advanceTimersByTime(10000);
		expect(want).toHaveBeenCalledTimes(1);
	});

	it('does not come at once for a token that lives for years', () => {
		const want = vi.fn();
		renew(want).given(token({ iat: 0, exp: 10 * 365 * 86400 }));
		vi.advanceTimersByTime(86400000);
		expect(want).not.toHaveBeenCalled();
	});

	it('is asked for once where a token is refused, and again only after one was taken', () => {
		const want = vi.fn();
		const renewal = renew(want);
		renewal.changed(state({ refused: '登录已过期' }));
		renewal.changed(state({ refused: '登录已过期' }));
		expect(want).toHaveBeenCalledTimes(1);
		renewal.changed(state({ signedIn: true }));
		renewal.changed(state({ refused: '登录已过期' }));
		expect(want).toHaveBeenCalledTimes(2);
	});
});
