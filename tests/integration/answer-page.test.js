/*
 * The pages behind the links in group chats: the whole of an answer, and the way out of the group.
 * The links come as people get them: in what a bot is told to send.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { test, describe, before, after } = require('node:test');
const assert = require('node:assert');
const { WebSocket } = require('ws');
const { Server, stopCleanly, until } = require('./harness.js');

const BATCH = '安管人员考核事项可以多人批量申请吗？';
const PATH = '/onebot/v11/ws';
const BASE = 'https://faq.example.cn/dayi';
const ID_NUMBER = '419900198603120010';

/* More than the three messages that an answer may take in a QQ group. */
const LONG = Array.from({ length: 150 }, (_, i) => `第${i + 1}步，请核对第${i + 1}栏。`).join('');

/* What a bot was told to send, as one text each. */
class Bot {
	constructor(server) {
		this.said = [];
		this.messages = 0;
		this.socket = new WebSocket(`ws://127.0.0.1:${server.port}${PATH}`, { headers: { 'X-Self-ID': '1', 'X-Client-Role': 'Universal' } });
		this.socket.on('message', (data) => this.take(JSON.parse(data)));
		this.opened = new Promise((resolve, reject) => this.socket.once('open', resolve).once('error', reject));
	}

	take(action) {
		if (!action.action.startsWith('send_')) {
			this.socket.send(JSON.stringify({ status: 'ok', retcode: 0, data: {}, echo: action.echo }));
			return;
		}
		const text = action.params.message.filter((one) => one.type === 'text').map((one) => one.data.text).join('');
		this.said.push(text);
		this.socket.send(JSON.stringify({ status: 'ok', retcode: 0, data: { message_id: 1 }, echo: action.echo }));
	}

	async ask(text, pattern) {
		const before = this.said.length;
		this.socket.send(JSON.stringify({ post_type: 'message', message_type: 'group', sub_type: 'normal', self_id: 1, time: 1795456993,
			message_id: ++this.messages, group_id: 5, user_id: 100 + this.messages, sender: {},
			message: [{ type: 'at', data: { qq: '1' } }, { type: 'text', data: { text } }] }));
		return until(() => this.said.slice(before).map((said) => pattern.exec(said)).find(Boolean), `${pattern} of ${text}`);
	}

	async wholeAnswer(text) {
		return (await this.ask(text, /查看全文：https:\/\/faq\.example\.cn\/dayi(\/a\/[A-Z0-9-]+)/))[1];
	}

	async wayOut(text) {
		return (await this.ask(text, /https:\/\/faq\.example\.cn\/dayi(\/p\/[0-9a-f]{32})/))[1];
	}
}

function settings(more = {}) {
	return { onebot: { path: PATH }, groups: { gather_ms: 0, public_url: `${BASE}/` }, ...more };
}

describe('the pages behind links of group chats', () => {
	let server, bot;
	const get = (where, options = {}) => fetch(`http://127.0.0.1:${server.port}${where}`, { redirect: 'manual', ...options });
	before(async () => {
		server = new Server({ settings: settings() });
		const file = path.join(server.knowledge, 'anguan/01-batch.json');
		fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(fs.readFileSync(file, 'utf8')), answer: `${LONG}<b>"&` }));
		await server.start();
		bot = new Bot(server);
		await bot.opened;
	});
	after(() => {
		bot.socket.terminate();
		return stopCleanly(server);
	});

	test('a whole answer is the FAQ\'s text and no script', async () => {
		const where = await bot.wholeAnswer(BATCH);
		assert.ok(bot.said.length <= 3 && !bot.said.join('').includes('第150步'));
		const response = await get(where);
		const html = await response.text();
		assert.strictEqual(response.status, 200);
		assert.strictEqual(response.headers.get('content-type'), 'text/html; charset=utf-8');
		assert.strictEqual(response.headers.get('content-security-policy'),
			'default-src \'none\'; style-src \'self\'; base-uri \'none\'; form-action \'self\'; frame-ancestors \'none\'');
		assert.strictEqual(response.headers.get('cache-control'), 'no-store');
		assert.ok(html.includes(`<h2>${BATCH}</h2>`));
		assert.ok(html.includes(`${LONG}&lt;b&gt;&quot;&amp;`));
		assert.ok(!/<script|\s(style|on[a-z]+)=/.test(html));
		const head = await get(where, { method: 'HEAD' });
		assert.strictEqual(head.status, 200);
		assert.strictEqual(await head.text(), '');
		const style = await get(`${where.replace(/[^/]+$/, '')}style.css`);
		assert.strictEqual(style.headers.get('content-type'), 'text/css; charset=utf-8');
	});

	test('a receipt of a conversation apart from groups, an unknown one and none are an honest 404', async () => {
		const asked = await get('/api/v1/ask', { method: 'POST', headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ text: BATCH }) });
		const { receipt } = await asked.json();
		assert.match(receipt, /^[A-Z0-9]{4}-[A-Z0-9]{4}$/);
		for (const where of [`/a/${receipt}`, '/a/AAAA-AAAA', '/a/', '/a/x', `/a/${'A'.repeat(500)}`, '/a/%27--%20', '/p/', `/p/${'0'.repeat(32)}`, '/p/x']) {
			const response = await get(where);
			assert.strictEqual(response.status, 404, where);
			assert.match(await response.text(), /这个链接没有对应的内容/);
		}
		assert.strictEqual((await get('/a/AAAA-AAAA', { method: 'POST' })).status, 405);
		assert.strictEqual((await get('/p/x', { method: 'DELETE' })).status, 405);
	});

	test('a way out carries the question over, once; looking at it does not use it up', async () => {
		const where = await bot.wayOut('转人工');
		for (let i = 0; i < 2; i++) {
			const page = await get(where);
			assert.strictEqual(page.status, 200);
			assert.match(await page.text(), /<form method="post"><button type="submit">打开咨询网页<\/button><\/form>/);
		}
		const opened = await get(where, { method: 'POST', body: '', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
		assert.strictEqual(opened.status, 303);
		const location = opened.headers.get('location');
		assert.match(location, /^\.\.\/\?q=/);
		assert.strictEqual(decodeURIComponent(location.slice('../?q='.length)), '转人工');
		assert.strictEqual((await get(where, { method: 'POST' })).status, 404);
		assert.strictEqual((await get(where)).status, 404);
	});

	test('what was typed beside an ID number is carried over without it', async () => {
		const where = await bot.wayOut(`我的身份证是${ID_NUMBER}，成绩查不到`);
		assert.ok(bot.said.every((text) => !text.includes(ID_NUMBER)));
		assert.match(bot.said[bot.said.length - 1], /撤回/);
		const location = (await get(where, { method: 'POST' })).headers.get('location');
		const question = decodeURIComponent(location.slice('../?q='.length));
		assert.match(question, /成绩查不到/);
		assert.ok(!question.includes('19860312'));
	});

	test('what happens in groups is counted', async () => {
		const metrics = await (await get('/metrics')).text();
		assert.match(metrics, /^dayi_channel_said_total\{channel="onebot",kind="answer"\} [1-9]/m);
	});
});

describe('the limits of these pages', () => {
	let server;
	before(() => {
		server = new Server({ settings: settings({ limits: { rate_per_address: 1, burst_per_address: 5 } }) });
		return server.start();
	});
	after(() => stopCleanly(server));

	test('who tries receipts is told to wait', async () => {
		const statuses = [];
		for (let i = 0; i < 20; i++)
			statuses.push((await fetch(`http://127.0.0.1:${server.port}/a/AAAA-AAA${'ABCDEFGHJKLMNPQRSTUV'[i]}`)).status);
		assert.ok(statuses.includes(404));
		assert.ok(statuses.includes(429));
	});
});

test('without a channel there are no such pages', async () => {
	const server = new Server();
	await server.start();
	const response = await fetch(`http://127.0.0.1:${server.port}/a/AAAA-AAAA`);
	assert.strictEqual(response.status, 404);
	assert.strictEqual(response.headers.get('content-type'), 'application/json; charset=utf-8');
	await stopCleanly(server);
});
