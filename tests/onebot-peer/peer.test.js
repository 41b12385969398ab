/*
 * The peer against a small bot that behaves (example-bot.js), and against the same bot with one bad habit at a time:
 * a conformance run that finds nothing wrong with anybody would be of no use.
 */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { spawn } = require('node:child_process');
const { WebSocket } = require('ws');
const { Bot } = require('./example-bot.js');
const { Peer, POINTS, SWITCHES, check, cq, load, play, readScenario } = require('./index.js');

const TOKEN = 'a token';
const ALIAS = '100010002'; // what at.qq is where three texts name one account
const KNOWN = { ask: 'ping', answer: /^pong$/, group: 1, group2: 2, within: 5000, quiet: 60, probeWithin: 0 };

async function startBot(t, habits = {}) {
	const bot = await new Bot({ token: TOKEN, alias: ALIAS, ...habits }).listen();
	t.after(() => bot.close());
	return bot;
}

const address = (bot) => ({ url: `ws://127.0.0.1:${bot.port}/onebot`, token: TOKEN, scale: 0.02 });

async function connect(t, bot, switches = {}) {
	const peer = new Peer({ ...address(bot), ...switches });
	t.after(() => peer.close());
	return peer.connect();
}

/* --- CQ codes --- */

test('the examples of CQ codes are read and written', () => {
	assert.deepEqual(cq.segmentsOf('[CQ:at,qq=10001000,text=@政务助手] 身份证怎么补办？&#91;急&#93;&amp;'), [
		{ type: 'at', data: { qq: '10001000', text: '@政务助手' } }, { type: 'text', data: { text: ' 身份证怎么补办？[急]&' } }]);
	assert.equal(cq.stringOf([{ type: 'share', data: { title: 'a,b[c]&d' } }, { type: 'text', data: { text: 'a,b&#91;' } }]),
		'[CQ:share,title=a&#44;b&#91;c&#93;&amp;d]a,b&amp;#91;');
	assert.equal(cq.unescape('&amp;#91;&#44;'), '&#91;,');
	assert.deepEqual(cq.segmentsOf('[CQ:face,id=1'), [{ type: 'text', data: { text: '[CQ:face,id=1' } }]);
	assert.deepEqual(cq.segmentsOf('[CQ:x,a=b=c,d]'), [{ type: 'x', data: { a: 'b=c', d: '' } }]);
});

test('what is written as CQ codes is read back', () => {
	for (let i = 0; i < 500; i++) {
		const letters = Array.from({ length: i % 12 }, (_, n) => '&[],=;#a4办'[(i * 7 + n * n * 3) % 10]).join('');
		const segments = [{ type: 'at', data: { qq: `1${letters}` } }, { type: 'text', data: { text: `x${letters}` } }];
		assert.deepEqual(cq.segmentsOf(cq.stringOf(segments)), segments);
	}
});

/* --- the conformance run --- */

test('a bot that behaves passes every point', async (t) => {
	const bot = await startBot(t);
	const { totals, points } = await check(address(bot), KNOWN);
	assert.deepEqual(points.filter((one) => one.result === 'fail'), []);
	assert.equal(totals.pass, POINTS.length - 2); // the signature, and the probe
});

for (const [habit, found, over = {}] of [
	['answersAll', ['group.unasked', 'group.at-other', 'group.at-all'], { only: /^group/ }],
	['unescapesFirst', ['format.escapes'], { only: /^format/ }],
	['answersItself', ['own.sent'], { only: /^own/ }],
	['forgetsIds', ['duplicates'], { only: /^duplicates|^reconnect$/ }],
	['forgetsTheNewOne', ['reconnect.abrupt', 'reconnect.late-close'], { only: /^reconnect/, within: 400 }],
	['sendsAgain', ['sends.1200', 'sends.1200-lost', 'sends.async'], { only: /^sends\.(1200|async|silent)/ }],
	['letsAnyoneIn', ['token.missing', 'token.empty', 'token.wrong'], { only: /^token/ }],
	['actsOnEvent', ['split'], { only: /^split/ }],
	['numbersOnly', ['ids.string', 'ids.big-string'], { only: /^ids/ }],
	['quotesNothing', ['reply.quotes', 'reply.order'], { only: /^reply/ }],
	['diesOfBadFrames', ['malformed'], { only: /^malformed/, within: 400 }],
])
	test(`the run finds a bot that has the habit: ${habit}`, async (t) => {
		const bot = await startBot(t, { [habit]: true });
		const { points } = await check(address(bot), { ...KNOWN, ...over }, { only: (id) => over.only.test(id) });
		assert.deepEqual(points.filter((one) => one.result === 'fail').map((one) => one.id), found, JSON.stringify(points, null, 1));
	});

/* --- ways to a bot --- */

test('over HTTP, a POST is signed and its answer is a quick operation', async (t) => {
	const bot = await startBot(t, { secret: 'key' });
	const where = { transport: 'http', url: `http://127.0.0.1:${bot.port}/`, secret: 'key', token: TOKEN };
	const { points } = await check(where, KNOWN, { only: (id) => /^(group|signature|form|notices|ids)/.test(id) });
	assert.deepEqual(points.filter((one) => one.result !== 'pass').map((one) => [one.id, one.detail]),
		[]);
	const careless = await startBot(t, { secret: 'key', letsAnyoneIn: true });
	const found = await check({ ...where, url: `http://127.0.0.1:${careless.port}/` }, KNOWN, { only: (id) => id === 'signature' });
	assert.equal(found.totals.fail, 1);
});

test('X-Signature is the HMAC of the body: the vector of the specification', async (t) => {
	const got = new Promise((resolve) => {
		const server = http.createServer((request, response) => {
			const parts = [];
			request.on('data', (part) => parts.push(part)).on('end', () => {
				response.writeHead(204).end();
				resolve({ headers: request.headers, body: Buffer.concat(parts).toString() });
			});
		}).listen(0, '127.0.0.1', () => {
			const peer = new Peer({ transport: 'http', url: `http://127.0.0.1:${server.address().port}/`, secret: 'key', lifecycle: 'none' });
			t.after(() => Promise.all([peer.close(), server.close()]));
			peer.connect().then(() => peer.frame('The quick brown fox jumps over the lazy dog'));
		});
	});
	const { headers, body } = await got;
	assert.equal(body, 'The quick brown fox jumps over the lazy dog');
	assert.equal(headers['x-signature'], 'sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9'); // HMAC-SHA1 of that text under "key"
	assert.equal(headers['x-self-id'], '10001000');
});

test('the HTTP API answers with the statuses of the specification', async (t) => {
	const peer = new Peer({ transport: 'http', url: 'http://127.0.0.1:9/', token: TOKEN });
	t.after(() => peer.close());
	await peer.connect({ wait: false });
	const call = (where, options = {}) => fetch(`http://127.0.0.1:${peer.port}/${where}`, options);
	const post = (where, body, type = 'application/json', token = TOKEN) => call(where, { method: 'POST', body,
		headers: { 'Content-Type': type, ...(token === null ? {} : { Authorization: `Bearer ${token}` }) } });
	const send = JSON.stringify({ group_id: 1, message: [{ type: 'text', data: { text: 'hello' } }] });
	assert.equal((await post('send_group_msg', send, undefined, null)).status, 401);
	assert.equal((await post('send_group_msg', send, undefined, 'x')).status, 403);
	assert.equal((await post('no_such_action', '{}')).status, 404);
	assert.equal((await post('send_group_msg', '{')).status, 400);
	assert.equal((await post('send_group_msg', send, 'text/plain')).status, 406);
	assert.equal(peer.said.length, 0);
	const done = await (await post('send_group_msg', send)).json();
	assert.deepEqual([done.status, done.retcode, typeof done.data.message_id], ['ok', 0, 'number']);
	const got = await (await call(`get_msg?access_token=${encodeURIComponent(TOKEN)}&message_id=${done.data.message_id}`)).json();
	assert.deepEqual(got.data.message, [{ type: 'text', data: { text: 'hello' } }]);
	const form = await (await post('send_private_msg', 'user_id=7&message=[CQ:face,id=1]&auto_escape=true', 'application/x-www-form-urlencoded')).json();
	assert.equal(form.retcode, 0);
	assert.equal(peer.said.at(-1).text, '[CQ:face,id=1]');
});

/* A bot that dials: events come at / or /event, actions go to / or /api. */
function dial(port, where, token = TOKEN) {
	return new Promise((resolve, reject) => {
		const socket = new WebSocket(`ws://127.0.0.1:${port}${where}`, { headers: token ? { Authorization: `Bearer ${token}` } : {} });
		const frames = [];
		socket.on('message', (data) => frames.push(JSON.parse(data)));
		socket.once('open', () => resolve({ socket, frames }));
		socket.once('error', reject);
	});
}

test('over forward WebSocket, /event has the events and /api the actions', async (t) => {
	const peer = new Peer({ transport: 'forward', token: TOKEN });
	t.after(() => peer.close());
	await peer.connect({ wait: false });
	await assert.rejects(dial(peer.port, '/', null), /401/);
	await assert.rejects(dial(peer.port, '/', 'x'), /403/);
	const [events, api, both] = [await dial(peer.port, '/event'), await dial(peer.port, '/api'), await dial(peer.port, '/')];
	peer.say({ group: 1, user: 2, at: true, text: 'ping' });
	api.socket.send(JSON.stringify({ action: 'send_group_msg', params: { group_id: 1, message: 'pong' }, echo: { deep: [1] } }));
	await peer.next();
	while (!api.frames.length || events.frames.length < 2 || both.frames.length < 2)
		await new Promise((resolve) => setTimeout(resolve, 5));
	assert.deepEqual(events.frames.map((frame) => frame.post_type), ['meta_event', 'message']);
	assert.deepEqual(both.frames.map((frame) => frame.post_type), ['meta_event', 'message']);
	assert.deepEqual(api.frames.map((frame) => [frame.status, frame.echo]), [['ok', { deep: [1] }]]);
	for (const { socket } of [events, api, both])
		socket.terminate();
});

test('an implementation that lets a wrong token in closes with 1002', async (t) => {
	const peer = new Peer({ transport: 'forward', token: TOKEN, refuse: '1002' });
	t.after(() => peer.close());
	await peer.connect({ wait: false });
	const { socket } = await dial(peer.port, '/', 'x');
	assert.equal(await new Promise((resolve) => socket.once('close', resolve)), 1002);
});

/* --- what is sent --- */

test('a group message has the members of the specification, and those of oicq', async (t) => {
	const bot = await startBot(t);
	const spec = (await connect(t, bot)).say({ group: 123456, user: 20002000, at: true, text: '身份证怎么补办？[急]&' }).event;
	assert.deepEqual(Object.keys(spec).sort(), ['anonymous', 'font', 'group_id', 'message', 'message_id', 'message_type', 'post_type',
		'raw_message', 'self_id', 'sender', 'sub_type', 'time', 'user_id']);
	assert.deepEqual(spec.message, [{ type: 'at', data: { qq: '10001000' } }, { type: 'text', data: { text: ' 身份证怎么补办？[急]&' } }]);
	assert.ok(Number.isInteger(spec.message_id) && spec.message_id < 2 ** 31);
	const oicq = (await connect(t, bot, { form: 'oicq' })).say({ group: 123456, user: 20002000, at: true, text: '身份证怎么补办？[急]&' }).event;
	assert.equal(oicq.raw_message, '[CQ:at,qq=10001000,text=@政务助手] 身份证怎么补办？&#91;急&#93;&amp;'); // captured from oicq
	assert.equal(typeof oicq.message_id, 'string');
	assert.equal(oicq.font, '宋体');
	const onebots = (await connect(t, bot, { form: 'onebots' })).say({ group: 1, user: 2, at: true, text: 'x' }).event;
	assert.ok(onebots.group_id > 2 ** 32 && Number.isSafeInteger(onebots.group_id));
	assert.notEqual(String(onebots.self_id), onebots.message[0].data.qq);
});

test('an unknown switch, and a value that a switch does not have, are errors', () => {
	assert.throws(() => new Peer({ tokne: 'x' }), /no such switch: tokne/);
	assert.throws(() => new Peer({ form: 'mirai' }), /form is one of spec, /);
	assert.throws(() => new Peer({ sends: ['ok', 'never'] }), /sends is one of/);
	assert.throws(() => new Peer({ scale: '2' }), /scale is a number/);
});

/* --- scenarios --- */

test('the scenarios of the folder pass with a bot that behaves, and fail with others', async (t) => {
	const values = { ASK: 'ping', ANSWER: '^pong$' };
	const steps = (name) => readScenario(fs.readFileSync(path.join(__dirname, 'scenarios', name), 'utf8'), name);
	const run = async (name, habits) => (await play(steps(name), address(await startBot(t, habits)), values));
	assert.equal((await run('manners.jsonl')).result, 'pass');
	assert.equal((await run('unsure.jsonl')).result, 'pass');
	const talks = await run('manners.jsonl', { answersAll: true });
	assert.equal(talks.line, 9, JSON.stringify(talks));
	assert.match(talks.detail, /^not expected|^nothing more/);
	assert.equal((await run('unsure.jsonl', { sendsAgain: true })).line, 3);
});

test('a wrong line of a scenario is named', () => {
	assert.throws(() => readScenario('{"wait":1}\n{"wait":', 'x.jsonl'), /^Error: x\.jsonl:2: /);
	assert.throws(() => readScenario('\n{"shout":1}', 'x.jsonl'), /x\.jsonl:2: a step has one of/);
	assert.throws(() => readScenario('{"expect":{}}', 'x.jsonl'), /x\.jsonl:1: expect is a list/);
});

/* --- load --- */

test('a load counts what is lost, doubled and unasked', async (t) => {
	const what = { groups: 10, messages: 10, reconnects: 4, text: () => 'ping', settle: 50, within: 5000 };
	const good = { asked: 100, answered: 100, lost: 0, renewed: 4, doubled: 0, unasked: 0, disordered: 0 };
	assert.deepEqual(await load([await connect(t, await startBot(t))], { ...what, repeat: 3 }), good);
	const forgets = await load([await connect(t, await startBot(t, { forgetsIds: true }))], { ...what, repeat: 3 });
	assert.deepEqual(forgets, { ...good, doubled: 27 });
	const all = await load([await connect(t, await startBot(t, { answersAll: true }))], what);
	assert.deepEqual(all, { ...good, unasked: 100 });
	const mute = await load([await connect(t, await startBot(t, { quotesNothing: true }))], { ...what, within: 100 });
	assert.deepEqual(mute, { ...good, answered: 0, lost: 100, unasked: 100 });
});

/* --- the program --- */

function program(words, input = '') {
	return new Promise((resolve) => {
		const child = spawn(process.execPath, [path.join(__dirname, 'onebot-peer.js'), ...words]);
		let [out, err] = ['', ''];
		child.stdout.on('data', (data) => { out += data; });
		child.stderr.on('data', (data) => { err += data; });
		child.on('close', (status) => resolve({ status, out, err }));
		child.stdin.end(input);
	});
}

test('the program talks, line by line and with --say', async (t) => {
	const bot = await startBot(t);
	const where = ['--url', address(bot).url, '--token', TOKEN];
	const said = await program(['talk', ...where, '--say', 'ping']);
	assert.equal(said.status, 0, said.err);
	assert.match(said.out, /^20001 in 1 \[\d+\]: ping\nbot \(quotes \d+\) @20001: pong\n$/);
	assert.match((await program(['talk', ...where, '--private'], 'ping\n')).out, /: pong\n$/);
	const none = await program(['talk', ...where, '--say', 'what?', '--wait', '50']);
	assert.equal(none.status, 1);
	assert.match(none.out, /no answer within 50 ms/);
});

test('the program ends with 1 where a must point fails, 2 for wrong use and 3 without a bot', async (t) => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'onebot-peer-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const bot = await startBot(t, { answersAll: true });
	const where = ['--url', address(bot).url, '--token', TOKEN];
	const file = path.join(folder, 'report.json');
	const known = ['--ask', 'ping', '--answer', '^pong$', '--quiet', '60'];
	const failed = await program(['check', ...where, ...known, '--only', 'group', '--report', file]);
	assert.equal(failed.status, 1, failed.err);
	assert.match(failed.out, /FAIL must {3}group\.at-other/);
	const report = JSON.parse(fs.readFileSync(file, 'utf8'));
	assert.deepEqual(report.totals, { pass: 1, fail: 3, failed_must: 1, skip: 0 });
	assert.doesNotMatch(JSON.stringify(report), new RegExp(TOKEN));
	assert.equal((await program(['check', ...where, ...known, '--only', 'private'])).status, 0);
	for (const words of [['check', ...where], ['dance'], [], ['talk'], ['talk', '--scale', 'x'], ['talk', ...where, '--group', 'x'], ['talk', '--bla']])
		assert.equal((await program(words)).status, 2, words.join(' '));
	assert.equal((await program(['talk', '--url', 'ws://127.0.0.1:9/', '--say', 'x'])).status, 3);
	assert.equal((await program(['talk', '--url', address(bot).url, '--token', 'x', '--say', 'ping'])).status, 3);
});

test('--help names every switch', async () => {
	const { out, status } = await program(['--help']);
	assert.equal(status, 0);
	for (const { name, kind } of SWITCHES.filter((entry) => entry.name))
		assert.ok(out.includes(`${kind === 'flag' ? '' : '--'}${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`), name);
});
