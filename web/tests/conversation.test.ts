import { beforeEach, describe, expect, it } from 'vitest';
import type { Ask, Connection, Listener } from '../src/connection';
import type { Exchange } from '../src/http';
import { converse, KEY, TOKEN_KEY, wordsFor, type Conversation, type Storage, type Turn } from '../src/conversation';

class Memory implements Storage {
	kept: Record<string, string> = {};
	getItem(key: string) {
		return this.kept[key] ?? null;
	}
	setItem(key: string, value: string) {
		this.kept[key] = value;
	}
	removeItem(key: string) {
		delete this.kept[key];
	}
}

interface Opened {
	listener: Listener;
	session: string | undefined;
	token: string | undefined;
	asks: Ask[];
	resets: number;
	typings: number;
	rated: (noted: boolean) => void;
	polls: { after: number; answer(body: unknown): void }[];
}

let storage: Memory;
let looks: () => Promise<Exchange>;

function open(trial = false): [Conversation, Opened] {
	const opened: Opened = {
		listener: undefined as unknown as Listener, session: undefined, token: undefined, asks: [], resets: 0, typings: 0,
		rated: () => undefined, polls: [],
	};
	const connection: Connection = {
		ask: (ask) => opened.asks.push(ask),
		rate: () => new Promise((resolve) => { opened.rated = resolve; }),
		signIn: () => undefined,
		reset: () => opened.resets++,
		hurry: () => undefined,
		giveUp: () => undefined,
		events: (after) => new Promise((resolve) => { opened.polls.push({ after, answer: (body) => resolve({ status: 200, body }) }); }),
		callBack: () => Promise.resolve({ status: 204, body: null }),
		lookedAt: () => looks(),
		typing: () => opened.typings++,
	};
	const conversation = converse((listener, session, token) => {
		Object.assign(opened, { listener, session, token });
		return connection;
	}, storage, () => trial);
	return [conversation, opened];
}

const turnsOf = (conversation: Conversation) => conversation.state().turns;
const first = (conversation: Conversation) => turnsOf(conversation)[0] as Turn;

beforeEach(() => {
	storage = new Memory();
});

describe('a conversation', () => {
	it('tells who looked at the record, or why that is not known', async () => {
		const [conversation] = open();
		const body = { looks: [{ at: '2026-11-30T04:05:06Z', who: '王晓', why: '来电咨询' }], more: false };
		looks = () => Promise.resolve({ status: 200, body });
		expect(await conversation.lookedAt()).toEqual(body);
		looks = () => Promise.resolve({ status: 401, body: {} });
		expect(await conversation.lookedAt()).toBe('expired');
		looks = () => Promise.resolve({ status: 503, body: {} });
		expect(await conversation.lookedAt()).toBe('failed');
		looks = () => Promise.reject(new Error('no answer'));
		expect(await conversation.lookedAt()).toBe('failed');
	});

	it('names every question differently', () => {
		const [conversation, { asks }] = open();
		conversation.ask('一');
		conversation.ask('二');
		expect(asks.map(({ text }) => text)).toEqual(['一', '二']);
		expect(asks[0]?.id).not.toBe(asks[1]?.id);
	});

	it('can be tapped where it stands, and not where it stood', () => {
		const [conversation, { listener, asks }] = open();
		conversation.ask('一');
		listener.reply(asks[0]?.id as string, { outcome: 'ask' });
		expect(conversation.state().live).toBe(asks[0]?.id);
		conversation.tap(first(conversation), '有');
		expect(first(conversation).taken).toBe('有');
		listener.reply(asks[1]?.id as string, { outcome: 'answer' });
		expect(conversation.state().live).toBe(asks[1]?.id);
	});

	it('stays where it stands after a word of thanks, and frees the tapped button', () => {
		const [conversation, { listener, asks }] = open();
		conversation.ask('一');
		listener.reply(asks[0]?.id as string, { outcome: 'ask' });
		conversation.tap(first(conversation), '有');
		listener.reply(asks[1]?.id as string, { outcome: 'busy' });
		expect(conversation.state().live).toBe(asks[0]?.id);
		expect(first(conversation).taken).toBeUndefined();
	});

	it('can not be tapped any more when the server lost it', () => {
		const [conversation, { listener, asks }] = open();
		listener.welcome({ session: 's1' });
		conversation.ask('一');
		listener.reply(asks[0]?.id as string, { outcome: 'ask' });
		listener.welcome({ session: 's1' });
		expect(conversation.state().live).toBe(asks[0]?.id);
		expect(conversation.state().lost).toBe(false);
		listener.welcome({ session: 's2' });
		expect(conversation.state().live).toBeNull();
		expect(conversation.state().lost).toBe(true);
		conversation.ask('二');
		expect(conversation.state().lost).toBe(false);
		listener.reply(asks[1]?.id as string, { outcome: 'ask' });
		conversation.ask('三');
		listener.welcome({ session: 's3' });
		expect(conversation.state().lost).toBe(true);
		listener.reply(asks[2]?.id as string, { outcome: 'answer' });
		expect(conversation.state().lost).toBe(false);
	});

	it('shows and keeps the question as the server masked it', () => {
		const [conversation, { listener, asks }] = open();
		conversation.ask('我叫张三丰，证号 110105194912310020 查不到');
		listener.reply(asks[0]?.id as string, { outcome: 'answer', masked: true, asked: '我叫张**，证号 110***********0020 查不到' });
		expect(first(conversation).text).toBe('我叫张**，证号 110***********0020 查不到');
		expect(JSON.stringify(storage.kept)).not.toMatch(/110105194912310020|张三丰/);
		const [reloaded] = open();
		expect(first(reloaded).text).toBe('我叫张**，证号 110***********0020 查不到');
	});

	it('hides a question of which the server says only that something was masked', () => {
		const [conversation, { listener, asks }] = open();
		conversation.ask('我叫张三丰');
		listener.reply(asks[0]?.id as string, { outcome: 'answer', masked: true });
		expect(first(conversation).text).toBe('［含个人信息，已隐去］');
		expect(JSON.stringify(storage.kept)).not.toContain('张三丰');
	});

	it('keeps no number of a question that the server refused, which can still be asked again', () => {
		const [conversation, { listener, asks }] = open();
		conversation.ask('证号 110105194912310020 查不到');
		listener.reply(asks[0]?.id as string, { outcome: 'busy', masked: false });
		expect(first(conversation).text).toBe('证号 110105194912310020 查不到');
		expect(JSON.stringify(storage.kept)).not.toContain('110105194912310020');
	});

	it('tells of a rating whether it was noted', async () => {
		const [conversation, opened] = open();
		conversation.ask('一');
		opened.listener.reply(opened.asks[0]?.id as string, { outcome: 'answer', receipt: 'A7KQ-2M9X' });
		conversation.rate(first(conversation), 'down', '没解决');
		expect(first(conversation).rated).toEqual({ value: 'down', reason: '没解决', state: 'sending' });
		opened.rated(true);
		await Promise.resolve();
		expect(first(conversation).rated?.state).toBe('noted');
	});
});

describe('after a reload', () => {
	it('shows what was said, goes on in the session and asks what is not answered under its id', () => {
		const [before, { listener, asks }] = open();
		listener.welcome({ session: 's1' });
		before.ask('一');
		listener.reply(asks[0]?.id as string, { outcome: 'answer', text: '答' });
		before.ask('二');
		before.leave();
		const [after, opened] = open();
		expect(opened.session).toBe('s1');
		expect(turnsOf(after).map(({ text, restored }) => [text, restored])).toEqual([['一', true], ['二', true]]);
		expect(opened.asks).toEqual([asks[1]]);
		after.ask('三');
		expect(asks.map(({ id }) => id)).not.toContain(opened.asks[1]?.id);
	});

	it('of a copied tab begins a session of its own and asks nothing twice', () => {
		const [before, { listener, asks }] = open();
		listener.welcome({ session: 's1' });
		before.ask('一');
		listener.reply(asks[0]?.id as string, { outcome: 'answer', text: '答' });
		before.ask('二');
		const [copy, opened] = open();
		expect(opened.session).toBeUndefined();
		expect(opened.asks).toEqual([]);
		expect(turnsOf(copy).map(({ text }) => text)).toEqual(['一']);
	});

	it('parts from another tab that goes on with the same conversation', () => {
		const [before, { listener, asks }] = open();
		listener.welcome({ session: 's1' });
		before.ask('一');
		listener.reply(asks[0]?.id as string, { outcome: 'ask' });
		before.ask('二');
		before.leave();
		const [copy, opened] = open();
		expect(copy.name()).toBe(before.name());
		copy.part();
		expect(copy.name()).not.toBe(before.name());
		expect(opened.resets).toBe(1);
		expect(copy.state().live).toBeNull();
		expect(turnsOf(copy).map(({ text }) => text)).toEqual(['一']);
		copy.ask('三');
		expect(asks.map(({ id }) => id)).not.toContain(opened.asks[1]?.id);
	});

	it('is empty where the tab kept something else', () => {
		storage.kept[KEY] = '{"turns":7}';
		const [conversation] = open();
		expect(turnsOf(conversation)).toEqual([]);
	});
});

describe('signing in', () => {
	it('keeps a token for a trial only', () => {
		open()[0].signIn('good');
		expect(storage.kept[TOKEN_KEY]).toBeUndefined();
		open(true)[0].signIn('good');
		expect(open(true)[1].token).toBe('good');
		expect(open(false)[1].token).toBeUndefined();
	});

	it('ends with nothing left on the computer', () => {
		const [conversation, opened] = open(true);
		conversation.signIn('good');
		opened.listener.welcome({ session: 's1', signed_in: true });
		conversation.ask('一');
		conversation.signOut();
		expect(storage.kept).toEqual({});
		expect(turnsOf(conversation)).toEqual([]);
		expect(opened.resets).toBe(1);
	});

	it('stays where somebody signs out who never signed in', () => {
		const [conversation, opened] = open();
		conversation.ask('一');
		conversation.signOut();
		expect(turnsOf(conversation)).toHaveLength(1);
		expect(opened.resets).toBe(0);
	});

	it('of somebody who was signed in before the reload ends with signing out', () => {
		const [before, opened] = open();
		before.signIn('good');
		opened.listener.welcome({ session: 's1', signed_in: true });
		before.ask('一');
		before.leave();
		const [after] = open();
		after.signOut();
		expect(turnsOf(after)).toEqual([]);
		expect(storage.kept).toEqual({});
	});

	it('shows nothing of the one who was signed in to another', () => {
		const [conversation, opened] = open();
		conversation.signIn('one');
		opened.listener.welcome({ session: 's1', signed_in: true });
		conversation.ask('一');
		conversation.signIn('other');
		opened.listener.welcome({ session: 's2', signed_in: true });
		expect(turnsOf(conversation)).toEqual([]);
	});

	it('goes on where the same person signs in again', () => {
		const [conversation, opened] = open();
		conversation.signIn('one');
		opened.listener.welcome({ session: 's1', signed_in: true });
		conversation.ask('一');
		conversation.signIn('renewed');
		opened.listener.welcome({ session: 's1', signed_in: true });
		expect(turnsOf(conversation)).toHaveLength(1);
	});

	it('forgets a token that the server refused', () => {
		const [conversation, opened] = open(true);
		conversation.signIn('stale');
		opened.listener.welcome({ session: 's1', signed_in: false, sign_in: '登录凭证已过期。' });
		expect(conversation.state().refused).toBe('登录凭证已过期。');
		expect(storage.kept[TOKEN_KEY]).toBeUndefined();
	});
});

describe('a person at the office', () => {
	const said = (n: number, kind = 'said') => ({ n, kind, from: '王晓', text: `第${n}句` });
	const heard = (conversation: Conversation) => turnsOf(conversation).map((turn) => (turn.heard || []).map(({ n }) => n));
	const flush = () => new Promise((resolve) => { setTimeout(resolve, 0); });

	function waiting(): [Conversation, Opened] {
		const [conversation, opened] = open();
		opened.listener.welcome({ session: 's1' });
		conversation.ask('转人工');
		opened.listener.reply(opened.asks[0]?.id as string, { outcome: 'handoff' });
		return [conversation, opened];
	}

	it('is listened to once one is asked for, and speaks behind what was said last', async () => {
		const [conversation, { polls, listener, asks }] = waiting();
		polls[0]?.answer({ state: 'with', with: '王晓', last: 3, events: [said(1, 'asked'), said(2, 'queued'), said(3)] });
		await flush();
		conversation.ask('好的');
		listener.reply(asks[1]?.id as string, { outcome: 'handoff', reason: 'passed_on', text: '已转给工作人员王晓。' });
		listener.event(said(4, 'asked'));
		listener.event(said(5));
		expect(heard(conversation)).toEqual([[2, 3], [5]]);
		expect(wordsFor(turnsOf(conversation))).toBe(3);
		expect(listener.lastEvent()).toBe(5);
	});

	it('is not listened to without need', () => {
		const [conversation, { listener, asks, polls }] = open();
		conversation.ask('一');
		listener.reply(asks[0]?.id as string, { outcome: 'answer' });
		expect(polls).toEqual([]);
	});

	it('is heard on after a reload, from where it stood', async () => {
		const [conversation, { polls }] = waiting();
		polls[0]?.answer({ state: 'with', with: '王晓', last: 2, events: [said(1), said(2)] });
		await flush();
		conversation.leave();
		const [again, opened] = open();
		expect(opened.polls.map(({ after }) => after)).toEqual([2]);
		expect(again.state().desk?.with).toBe('王晓');
		opened.listener.welcome({ session: 's1' });
		opened.polls[0]?.answer({ state: 'with', with: '王晓', last: 3, events: [said(2), said(3)] });
		await flush();
		expect(first(again).heard?.map(({ n, restored }) => [n, restored])).toEqual([[1, true], [2, true], [3, false]]);
	});

	it('of another conversation is nobody', async () => {
		const [conversation, { polls, listener }] = waiting();
		polls[0]?.answer({ state: 'with', with: '王晓', last: 1, events: [said(1)] });
		await flush();
		listener.welcome({ session: 's2' });
		expect([conversation.state().desk, listener.lastEvent()]).toEqual([null, 0]);
	});

	it('may see numbers that the browser does not keep', () => {
		const [conversation, { listener, asks }] = waiting();
		conversation.ask('我的身份证号是410102199003074557');
		listener.reply(asks[1]?.id as string, { outcome: 'handoff', reason: 'passed_on' });
		expect(turnsOf(conversation)[1]?.text).toContain('410102199003074557');
		expect(storage.kept[KEY]).not.toContain('410102199003074557');
	});
});
