/* Programs that ask with a key: what each may do, how fast, and what is the same when sent again. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { startAgain } = require('./again');
const { Server, until } = require('./harness');
const { FULL, allUnknown, importSamples, sign, verdicts } = require('./records');

/* `dayi key` for a server's own folder. */
function key(server, ...args) {
	return execFileSync(path.resolve(process.env.DAYI_BIN), ['key', ...args, '--config', server.config],
		{ cwd: server.folder, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

async function start(t, keys, settings = {}) {
	const server = new Server({ settings });
	const tokens = {};
	for (const [name, args] of Object.entries(keys))
		tokens[name] = key(server, 'add', name, ...args);
	await server.start();
	t.after(() => server.stop());
	return { server, tokens };
}

const bearer = (token) => ({ Authorization: `Bearer ${token}` });

test('each scope opens its own use and no other', async (t) => {
	const { server, tokens } = await start(t, { asker: ['ask'], bot: ['group'], listener: ['events'], all: ['ask,group,events'] });
	const uses = {
		ask: (token) => server.ask({ text: '照片', conversation: 'c' }, bearer(token)),
		group: (token) => server.ask({ text: '照片', conversation: 'c', in_group: true }, bearer(token)),
		events: (token) => server.fetch('/api/v1/events?conversation=c', { headers: bearer(token) }),
	};
	const may = { asker: ['ask'], bot: ['group'], listener: ['events'], all: ['ask', 'group', 'events'] };
	for (const [name, allowed] of Object.entries(may)) {
		for (const [use, run] of Object.entries(uses)) {
			const response = await run(tokens[name]);
			const body = await response.json();
			if (allowed.includes(use))
				assert.equal(response.status, 200, `${name} ${use}`);
			else
				assert.deepEqual([response.status, body.reason], [403, 'scope'], `${name} ${use}`);
		}
	}
});

test('a wrong key is told nothing, and locked out after a while, a right one never', async (t) => {
	const { server, tokens } = await start(t, { bot: ['ask'] }, { sign_in: { self_failures: 3 } });
	const wrong = `dayi_${'0'.repeat(64)}`;
	const tries = [];
	for (const headers of [bearer(wrong), { 'X-Api-Key': wrong }, { 'X-Api-Key': 'x' }, bearer(wrong), bearer(wrong)]) {
		const response = await server.ask({ text: '照片' }, headers);
		const body = await response.json();
		assert.doesNotMatch(JSON.stringify(body), /bot|revoked|unknown/);
		tries.push(response.status);
	}
	assert.deepEqual(tries, [401, 401, 401, 429, 429]);
	await until(() => server.log.includes('key_refused'), 'a refusal in the log');
	assert.equal(server.log.match(/key_refused/g).length, 3, 'who is locked out does not fill the log');
	assert.equal((await server.ask({ text: '照片' }, bearer(tokens.bot))).status, 200);
	assert.equal((await server.ask({ text: '照片' })).status, 200, 'without a key all is as it was');
	assert.ok(!server.log.includes(wrong) && !server.log.includes(tokens.bot), 'no key is logged');
});

test('a key that is made or revoked counts within seconds', async (t) => {
	const { server, tokens } = await start(t, { old: ['ask'] });
	const status = async (token) => (await server.ask({ text: '照片' }, bearer(token))).status;
	assert.equal(await status(tokens.old), 200);
	key(server, 'revoke', 'old');
	const fresh = key(server, 'add', 'new', 'ask');
	await until(async () => (await status(fresh)) === 200, 'the new key to count');
	assert.notEqual(await status(tokens.old), 200);
});

test('keys can be required', async (t) => {
	const { server, tokens } = await start(t, { bot: ['ask'] }, { http: { key_required: 'yes' } });
	const refused = await server.ask({ text: '照片' });
	assert.deepEqual([refused.status, (await refused.json()).reason], [401, 'key']);
	assert.equal((await server.fetch('/api/v1/events?session=x')).status, 401);
	assert.equal((await server.ask({ text: '照片' }, { 'X-Api-Key': tokens.bot })).status, 200);
	assert.equal((await server.fetch('/api/v1/office')).status, 200, 'what the page reads stays open');
});

test('a conversation has the name that its program gives it, and is nobody else\'s', async (t) => {
	const { server, tokens } = await start(t, { one: ['ask,group'], two: ['ask'] });
	const session = async (token, body) => (await (await server.ask({ text: '照片', ...body }, bearer(token))).json()).session;
	const mine = await session(tokens.one, { conversation: '张三' });
	assert.match(mine, /^[0-9a-f]{32}$/);
	assert.equal(await session(tokens.one, { conversation: '张三' }), mine);
	assert.notEqual(await session(tokens.one, { conversation: '李四' }), mine);
	assert.notEqual(await session(tokens.two, { conversation: '张三' }), mine);
	assert.notEqual(await session(tokens.one, { conversation: '张三', in_group: true }), mine);
	assert.notEqual(await session(tokens.one, {}), await session(tokens.one, {}));
	for (const body of [{ conversation: '' }, { conversation: 'a'.repeat(129) }, { conversation: 7 }, { conversation: 'a', session: mine },
		{ in_group: 'yes' }, { session: mine, in_group: true }])
		assert.equal((await server.ask({ text: '照片', ...body }, bearer(tokens.one))).status, 400, JSON.stringify(body));
	for (const body of [{ conversation: 'a' }, { in_group: true }])
		assert.equal((await server.ask({ text: '照片', ...body })).status, 401, 'without a key nothing is named');
});

test('an ID number that others read is not repeated, not kept, and to be withdrawn', async (t) => {
	const { server, tokens } = await start(t, { bot: ['ask,group'] }, { groups: { public_url: 'https://dayi.example' } });
	const ask = async (text, body = {}) => (await server.ask({ text, conversation: 'c', id: '1', ...body }, bearer(tokens.bot))).json();
	const number = '419900198603120010';
	for (const text of [number, `我叫张安一，身份证${number}，照片传不上去`, '419900-19860312-0010照片传不上去']) {
		const reply = await ask(text, { in_group: true });
		assert.deepEqual([reply.outcome, reply.reason, reply.receipt], ['decline', 'withdraw', null], text);
		assert.match(reply.text, /撤回/);
		assert.doesNotMatch(JSON.stringify(reply), /1986|张安一/);
		const token = /https:\/\/dayi\.example\/p\/([0-9a-f]{32})$/.exec(reply.text)[1];
		const use = () => server.fetch(`/p/${token}`, { method: 'POST', redirect: 'manual' });
		const used = await use();
		assert.equal(used.status, 303);
		assert.doesNotMatch(used.headers.get('location'), /1986/);
		assert.equal((await use()).status, 404, 'it leads there once');
	}
	assert.equal((await ask(`照片传不上去，身份证${number}`)).masked, true, 'alone with the program it is a question');
	assert.notEqual((await ask('照片传不上去', { in_group: true })).reason, 'withdraw');
	server.signal('SIGTERM');
	await server.ended;
	const kept = fs.readdirSync(server.folder, { recursive: true }).filter((name) => /^var\/.*\.db/.test(name))
		.map((name) => fs.readFileSync(path.join(server.folder, name), 'latin1')).join('') + server.log;
	assert.ok(kept.includes(Buffer.from('照片传不上去').toString('latin1')), 'what may be kept is found');
	assert.ok(!kept.includes(number) && !kept.includes('19860312') && !kept.includes(Buffer.from('张安一').toString('latin1')));
});

test('what a person was told alone is not told to a group under the same Idempotency-Key', async (t) => {
	const server = new Server({ knowledge: FULL, settings: {} });
	t.after(() => server.stop());
	importSamples(server);
	const token = key(server, 'add', 'bot', 'ask,group');
	await server.start();
	const ask = async (body) => (await server.ask({ text: '获取不到成绩', ...body },
		{ ...bearer(sign(server, '张安一')), 'X-Api-Key': token, 'Idempotency-Key': 'a' })).json();
	const alone = await ask({});
	assert.ok(Object.values(verdicts(alone)).includes('excluded'));
	const group = await ask({ in_group: true });
	assert.ok(allUnknown(group));
	assert.notEqual(group.session, alone.session);
	assert.equal((await ask({ in_group: true })).receipt, group.receipt, 'a repeat');
	assert.equal((await ask({})).receipt, alone.receipt, 'a repeat');
});

test('what needs a record or a person leads from a group to where nobody reads along', async (t) => {
	const server = new Server({ knowledge: FULL, settings: { groups: { public_url: 'https://dayi.example' } } });
	t.after(() => server.stop());
	importSamples(server);
	const token = key(server, 'add', 'bot', 'ask,group');
	await server.start();
	const ask = async (text, body = {}) => (await server.ask({ text, conversation: 'c', ...body }, bearer(token))).json();
	const link = ({ text }) => (/https:\/\/dayi\.example\/p\/[0-9a-f]{32}$/.exec(text) || [''])[0];
	const group = { in_group: true };
	for (const text of ['获取不到成绩', '转人工']) {
		const reply = await ask(text, { ...group, id: text });
		assert.ok(link(reply), reply.text);
		assert.equal(link(await ask(text, { ...group, id: text })), link(reply), 'a repeat gives no second one');
		assert.equal(link(await ask(text)), '', 'alone with the program there is nowhere to go');
		const use = () => server.fetch(new URL(link(reply)).pathname, { method: 'POST', redirect: 'manual' });
		const used = await use();
		assert.equal(used.status, 303);
		assert.ok(decodeURIComponent(used.headers.get('location')).includes(text), 'what was asked is asked there');
		assert.equal((await use()).status, 404, 'it leads there once');
	}
	assert.equal(link(await ask('能不能批量申请', group)), '', 'an answer that is the same for all stays');
});

test('a conversation goes on after a restart', async (t) => {
	const { server, tokens } = await start(t, { bot: ['ask'] });
	const ask = async () => (await server.ask({ text: '照片', id: '1', conversation: 'c' }, bearer(tokens.bot))).json();
	const first = await ask();
	server.signal('SIGTERM');
	await server.ended;
	await startAgain(server);
	const again = await ask();
	assert.equal(again.session, first.session);
	assert.equal(again.receipt, first.receipt, 'the kept reply');
});

test('the same Idempotency-Key gets the same reply, with a conversation and without', async (t) => {
	const { server, tokens } = await start(t, { bot: ['ask'] });
	const ask = async (id, body = {}) => {
		const response = await server.ask({ text: '照片', ...body }, { ...bearer(tokens.bot), 'Idempotency-Key': id });
		return [response.status, (await response.json()).receipt];
	};
	const [, receipt] = await ask('a');
	assert.ok(receipt);
	assert.deepEqual(await ask('a'), [200, receipt]);
	assert.notEqual((await ask('b'))[1], receipt);
	const [, named] = await ask('a', { conversation: 'c' });
	assert.notEqual(named, receipt, 'in another conversation it is another message');
	assert.deepEqual(await ask('a', { conversation: 'c' }), [200, named]);
	assert.equal((await ask('a'.repeat(65)))[0], 400);
});

test('an Idempotency-Key that was used for other words is another message', async (t) => {
	const { server, tokens } = await start(t, { bot: ['ask'] });
	const ask = async (id, text, body = {}) => {
		const response = await server.ask({ text, ...body }, { ...bearer(tokens.bot), 'Idempotency-Key': id });
		const { outcome, answers, choices, receipt } = await response.json();
		return { status: response.status, receipt, of: [outcome, [...answers, ...choices].map((one) => one.entry)] };
	};
	const [one, other] = ['能不能批量申请', '系统无法上传照片'];
	for (const body of [{}, { conversation: 'c' }, { conversation: 'd', id: 'x' }]) {
		const apart = body.conversation ? { conversation: 'apart' } : {};
		const wanted = await ask(`apart ${body.id}`, other, apart);
		const first = await ask('1', one, body);
		const second = await ask('1', other, body);
		assert.notDeepEqual(first.of, wanted.of, 'the two have different answers');
		assert.deepEqual(second.of, wanted.of, 'what was asked is what is answered');
		assert.notEqual(second.receipt, first.receipt);
		assert.equal((await ask('1', one, body)).receipt, first.receipt, 'each is known when it comes again');
		assert.equal((await ask('1', other, body)).receipt, second.receipt);
	}
});

test('a key has its own rate, whatever its address sends', async (t) => {
	const { server, tokens } = await start(t, { slow: ['ask', '--rate', '1'], fast: ['ask', '--rate', '1000'] }, { limits: { rate_per_address: 1, burst_per_address: 1 } });
	const statuses = async (token, count) => {
		const all = [];
		for (let i = 0; i < count; i++)
			all.push((await server.ask({ text: '照片' }, bearer(token))).status);
		return all;
	};
	assert.ok((await statuses(tokens.fast, 12)).every((status) => status === 200));
	const slow = await statuses(tokens.slow, 12);
	assert.deepEqual(slow.slice(0, 4), [200, 200, 200, 200], 'four at once');
	assert.ok(slow.includes(429));
});

test('the journal names the program', async (t) => {
	const { server, tokens } = await start(t, { 'qq-bot': ['ask'] });
	await server.ask({ text: '照片' }, bearer(tokens['qq-bot']));
	await until(() => execFileSync('sqlite3', [server.journalFile, 'SELECT channel FROM turn'], { encoding: 'utf8' }) === 'qq-bot\n', 'the turn in the journal');
});
