// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { contrast, readColour, textColourOn } from '../src/widget/colour';
import { isFromChat, openLine, type Stage } from '../src/widget/line';
import { recall, remember } from '../src/widget/memory';
import { originOf } from '../src/widget/origin';
import { readSettings, type Settings } from '../src/widget/settings';
import { fetchToken } from '../src/widget/token';

const PORTAL = 'https://portal.example.cn';
const CHAT = { address: 'https://faq.example/dayi/', origin: 'https://faq.example' };

function read(attributes: Record<string, string>): { settings: Settings; warnings: string[] } {
	const warnings: string[] = [];
	const settings = readSettings({
		attribute: (name) => attributes[name] ?? null,
		absolute: (address) => new URL(address, `${PORTAL}/affairs/`).href,
		origin: PORTAL,
		warn: (text) => warnings.push(text),
	});
	return { settings, warnings };
}

describe('the attributes of the script', () => {
	it('may all be missing', () => {
		const { settings, warnings } = read({});
		expect(settings).toEqual({ title: '在线答疑', named: false, colour: '#0b5f73', textColour: '#ffffff', side: 'right',
			bottom: 24, question: '', tokenUrl: '' });
		expect(warnings).toEqual([]);
	});

	it('are taken where they are good', () => {
		const { settings, warnings } = read({
			'data-title': ' 考务答疑 ', 'data-color': '#FC0', 'data-text-color': '#1a1a1a', 'data-position': 'left',
			'data-bottom': '80', 'data-question': '照片上传不了', 'data-token-url': '../dayi-token',
		});
		expect(settings).toEqual({ title: '考务答疑', named: true, colour: '#ffcc00', textColour: '#1a1a1a', side: 'left',
			bottom: 80, question: '照片上传不了', tokenUrl: `${PORTAL}/dayi-token` });
		expect(warnings).toEqual([]);
	});

	for (const [name, value, remedy] of [
		['data-title', '一二三四五六七八九十一二三四五六七', /at most 16 characters/],
		['data-color', 'red;}', /#rrggbb/],
		['data-text-color', '#6b6b6b', /contrast of at least 4\.5:1 with #0b5f73/],
		['data-position', 'top', /left or right/],
		['data-bottom', '401', /0 to 400/],
		['data-bottom', '2em', /0 to 400/],
		['data-question', '问'.repeat(4001), /at most 4000 characters/],
		['data-token-url', 'https://elsewhere.example/token', /own origin/],
		['data-token-url', 'javascript:alert(1)', /own origin/],
	] as [string, string, RegExp][])
		it(`fall back with a warning that names the remedy: ${name}=${value.slice(0, 40)}`, () => {
			const { settings, warnings } = read({ [name]: value });
			expect(settings).toEqual(read({}).settings);
			expect(warnings).toHaveLength(1);
			expect(warnings[0]).toContain(name);
			expect(warnings[0]).toMatch(remedy);
		});
});

describe('colours', () => {
	it('are read in three or six hexadecimal digits alone', () => {
		expect(readColour('#AbC')).toBe('#aabbcc');
		expect(readColour('#0B5F73')).toBe('#0b5f73');
		for (const text of ['red', '0b5f73', '#12345', '#gggggg', '#0b5f73;', 'rgb(0,0,0)'])
			expect(readColour(text)).toBeNull();
	});

	/* WCAG 2.2: black on white is 21:1; #767676 on white is the well-known 4.54:1. */
	it('have the contrast that WCAG defines', () => {
		expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
		expect(contrast('#ffffff', '#767676')).toBeCloseTo(4.54, 2);
	});

	it('get a text colour of at least 4.5:1, whatever they are', () => {
		for (let grey = 0; grey < 256; grey++) {
			const colour = `#${grey.toString(16).padStart(2, '0').repeat(3)}`;
			expect(contrast(textColourOn(colour), colour)).toBeGreaterThanOrEqual(4.5);
		}
		expect(textColourOn('#ffcc00')).toBe('#000000');
		expect(textColourOn('#0b5f73')).toBe('#ffffff');
	});
});

describe('an origin', () => {
	it('is scheme, host and port, without the usual port', () => {
		expect(originOf('HTTPS://Faq.Example:443/a/widget.js?v=1')).toBe('https://faq.example');
		expect(originOf('http://127.0.0.1:8080/widget.js')).toBe('http://127.0.0.1:8080');
		expect(originOf('http://a.example:80#x')).toBe('http://a.example');
	});

	it('is none where the address is no web address', () => {
		for (const address of ['file:///widget.js', 'javascript:1', '/widget.js', '', 'data:text/html,x', 'https://portal.example.cn@evil.example/'])
			expect(originOf(address)).toBe('');
	});
});

describe('the line to the chat', () => {
	let frame: HTMLIFrameElement;
	let stages: Stage[];
	let said: string[];

	function open() {
		const line = openLine(frame, CHAT, '考务答疑', { stage: (stage) => stages.push(stage), said: (type) => said.push(type) });
		line.load();
		return line;
	}

	const hear = (data: unknown, from: { source?: unknown; origin?: string } = {}) =>
		window.dispatchEvent(new MessageEvent('message', { data, origin: CHAT.origin, source: frame.contentWindow, ...from } as MessageEventInit));

	beforeEach(() => {
		vi.useFakeTimers();
		frame = document.createElement('iframe');
		document.body.appendChild(frame);
		stages = [];
		said = [];
	});

	afterEach(() => {
		frame.remove();
		vi.useRealTimers();
	});

	it('believes the frame alone, and only while it shows the chat', () => {
		const inside = {};
		expect(isFromChat({ source: inside, origin: CHAT.origin }, inside, CHAT.origin)).toBe(true);
		expect(isFromChat({ source: {}, origin: CHAT.origin }, inside, CHAT.origin)).toBe(false);
		expect(isFromChat({ source: inside, origin: 'https://faq.example.evil' }, inside, CHAT.origin)).toBe(false);
		expect(isFromChat({ source: null, origin: CHAT.origin }, null, CHAT.origin)).toBe(false);
	});

	it('greets the chat at its own origin, and gives way to its bar', () => {
		open();
		const post = vi.spyOn(frame.contentWindow as Window, 'postMessage').mockImplementation(() => undefined);
		hear({ type: 'dayi-ready' });
		expect(post.mock.calls).toEqual([[{ type: 'dayi-widget', title: '考务答疑' }, CHAT.origin]]);
		hear({ type: 'dayi-shown' });
		expect(stages).toEqual(['loading', 'whole']);
		vi.advanceTimersByTime(60000);
		expect(stages).toEqual(['loading', 'whole']);
	});

	it('passes on nothing that others say', () => {
		open();
		hear({ type: 'dayi-shown' }, { origin: 'https://elsewhere.example' });
		hear({ type: 'dayi-close' }, { source: window });
		hear('dayi-close');
		hear(null);
		hear({ type: 7 });
		expect(stages).toEqual(['loading']);
		expect(said.filter(Boolean)).toEqual([]);
		hear({ type: 'dayi-close' });
		expect(said.filter(Boolean)).toEqual(['dayi-close']);
	});

	it('says nothing before the chat listens', () => {
		const line = open();
		const post = vi.spyOn(frame.contentWindow as Window, 'postMessage').mockImplementation(() => undefined);
		expect(line.say({ type: 'dayi-token', token: 'x' })).toBe(false);
		expect(post).not.toHaveBeenCalled();
		hear({ type: 'dayi-ready' });
		expect(line.say({ type: 'dayi-token', token: 'x' })).toBe(true);
		expect(post.mock.lastCall).toEqual([{ type: 'dayi-token', token: 'x' }, CHAT.origin]);
	});

	it('is silent when nothing is heard, soon after the frame has loaded, and recovers', () => {
		open();
		vi.advanceTimersByTime(4000);
		expect(stages).toEqual(['loading']);
		frame.dispatchEvent(new Event('load'));
		vi.advanceTimersByTime(4000);
		expect(stages).toEqual(['loading', 'silent']);
		vi.spyOn(frame.contentWindow as Window, 'postMessage').mockImplementation(() => undefined);
		hear({ type: 'dayi-ready' });
		hear({ type: 'dayi-shown' });
		expect(stages).toEqual(['loading', 'silent', 'whole']);
	});

	it('keeps its own bar where the chat draws none', () => {
		open();
		vi.spyOn(frame.contentWindow as Window, 'postMessage').mockImplementation(() => undefined);
		hear({ type: 'dayi-ready' });
		vi.advanceTimersByTime(4000);
		expect(stages).toEqual(['loading', 'there']);
	});
});

describe('the memory of a tab', () => {
	afterEach(() => {
		vi.restoreAllMocks();
		sessionStorage.clear();
	});

	it('holds over a change of page', () => {
		remember({ open: true, unread: 2, asked: '问' });
		expect(recall()).toEqual({ open: true, unread: 2, asked: '问' });
	});

	it('begins anew from what is broken or forbidden', () => {
		const fresh = { open: false, unread: 0, asked: '' };
		sessionStorage.setItem('dayi-widget', '{"open":');
		expect(recall()).toEqual(fresh);
		vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => { throw new Error('denied'); });
		vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => { throw new Error('denied'); });
		expect(recall()).toEqual(fresh);
		expect(() => remember(fresh)).not.toThrow();
	});
});

describe('a token from the portal\'s address', () => {
	function answer(status: number, responseText: string) {
		const given: string[] = [];
		const warnings: string[] = [];
		class Exchange {
			status = status;
			responseText = responseText;
			onload: () => void = () => undefined;
			onerror: () => void = () => undefined;
			open() { /* nothing to open */ }
			send() {
				if (status)
					this.onload();
				else
					this.onerror();
			}
		}
		vi.stubGlobal('XMLHttpRequest', Exchange);
		fetchToken(`${PORTAL}/dayi-token`, (token) => given.push(token), (text) => warnings.push(text));
		vi.unstubAllGlobals();
		return { given, warned: warnings.length };
	}

	it('is given where it is one', () => {
		expect(answer(200, 'aaa.bbb.c-_c\n')).toEqual({ given: ['aaa.bbb.c-_c'], warned: 0 });
	});

	it('is none where nobody is signed in', () => {
		for (const status of [204, 401, 403])
			expect(answer(status, '')).toEqual({ given: [''], warned: 0 });
	});

	it('is none, with a warning, where a page to sign in comes instead', () => {
		expect(answer(200, '<!DOCTYPE html><title>登录</title>')).toEqual({ given: [''], warned: 1 });
	});

	it('changes nothing where the portal fails', () => {
		expect(answer(503, '')).toEqual({ given: [], warned: 1 });
		expect(answer(0, '')).toEqual({ given: [], warned: 1 });
	});
});
