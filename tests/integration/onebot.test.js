/*
 * OneBot v11 over real sockets: who comes in, what is answered and how, which socket an answer
 * takes. A peer is a `ws` client without a subprotocol, as programs that hold a QQ account connect;
 * what it sends is what ../shared/BOTS.md has captured of them.
 */
'use strict';

const { test, describe, before, after } = require('node:test');
const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { WebSocket, WebSocketServer } = require('ws');
const { Server, freePort, stopCleanly, until } = require('./harness.js');
const { onebotFault } = require('./framed.js');

const PATH = '/onebot/v11/ws';
const TOKEN = 'a-token-of-thirty-two-characters';
const SELF = 10001000, ASKER = 20002000, GROUP = 123456;
const BATCH = '安管人员考核事项可以多人批量申请吗？';

function settings(more = {}) {
	const { onebot, ...others } = more;
	return { onebot: { path: PATH, ...onebot }, groups: { gather_ms: 0 }, ...others };
}

/* One connection of a program; actions are answered by `respond`, or not at all where it is null. */
class Peer {
	static async open(server, { headers = {}, query = '', token, self = SELF, role = 'Universal' } = {}) {
		const peer = new Peer();
		peer.socket = new WebSocket(`ws://127.0.0.1:${server.port}${PATH}${query}`, {
			perMessageDeflate: false,
			headers: { ...(self ? { 'X-Self-ID': String(self) } : {}), 'X-Client-Role': role,
				...(token !== undefined ? { Authorization: `Bearer ${token}` } : {}), ...headers },
		});
		peer.take(peer.socket);
		await new Promise((resolve, reject) => {
			peer.socket.once('open', resolve);
			peer.socket.once('unexpected-response', (request, response) => {
				request.destroy();
				reject(Object.assign(new Error(`refused with ${response.statusCode}`), { status: response.statusCode }));
			});
			peer.socket.once('error', reject);
		});
		return peer;
	}

	take(socket) {
		this.actions = [];
		this.respond ??= () => ({ status: 'ok', retcode: 0, data: { message_id: this.next = (this.next ?? 500) + 1 } });
		socket.on('message', (data) => {
			const action = JSON.parse(data);
			assert.equal(onebotFault(action), null);
			this.actions.push(action);
			const response = this.respond(action);
			if (response)
				socket.send(JSON.stringify({ ...response, echo: action.echo }));
		});
		socket.on('error', () => {});
	}

	event(event) {
		this.socket.send(typeof event === 'string' ? event : JSON.stringify(event));
	}

	sent() {
		return this.actions.filter((action) => action.action.startsWith('send_'));
	}

	/* The n-th message that was to be sent. */
	message(n = 0) {
		return until(() => this.sent()[n], `message ${n}`);
	}

	close() {
		this.socket.terminate();
	}
}

let messages = 0;
function asked(text, { at = SELF, user = ASKER, group = GROUP, id = ++messages, self = SELF, ...more } = {}) {
	return { time: 1795456993, self_id: self, post_type: 'message', message_type: 'group', sub_type: 'normal', message_id: id,
		group_id: group, user_id: user, anonymous: null, font: 0, sender: { user_id: user, nickname: '张三', role: 'member' },
		message: [...(at ? [{ type: 'at', data: { qq: String(at) } }] : []), { type: 'text', data: { text: ` ${text}` } }], ...more };
}

const segments = (action, type) => action.params.message.filter((one) => one.type === type).map((one) => one.data);
const textOf = (action) => segments(action, 'text').map((one) => one.text).join('');

async function refusal(server, options) {
	try {
		(await Peer.open(server, options)).close();
	} catch (error) {
		return error.status;
	}
	return 101;
}

describe('with a token', () => {
	let server;
	before(async () => {
		server = new Server({ settings: settings({ onebot: { token_file: 'token' } }) });
		fs.writeFileSync(path.join(server.folder, 'token'), `${TOKEN}\n`, { mode: 0o600 });
		await server.start();
	});
	after(() => stopCleanly(server));

	test('it is taken in the header or in the query, and whatever else is refused before the upgrade', async () => {
		assert.strictEqual(await refusal(server, { token: TOKEN }), 101);
		assert.strictEqual(await refusal(server, { query: `?access_token=${TOKEN}` }), 101);
		/* NapCat sends an empty one in the header always. */
		assert.strictEqual(await refusal(server, { token: '', query: `?access_token=${TOKEN}` }), 101);
		assert.strictEqual(await refusal(server, {}), 401);
		assert.strictEqual(await refusal(server, { token: '' }), 401);
		assert.strictEqual(await refusal(server, { token: `${TOKEN}x` }), 403);
		assert.strictEqual(await refusal(server, { query: '?access_token=x' }), 403);
		assert.strictEqual(await refusal(server, { token: TOKEN, role: 'Other' }), 400);
		assert.strictEqual(await refusal(server, { token: TOKEN, role: 'API', self: '' }), 400);
	});

	test('an answer quotes the question and calls who asked', async () => {
		const peer = await Peer.open(server, { token: TOKEN });
		const event = asked(BATCH, { id: 'AAHiQAExNNAAAAACQZMaXGsEf+EB' });
		peer.event(event);
		const action = await peer.message();
		assert.strictEqual(action.action, 'send_group_msg');
		assert.strictEqual(action.params.group_id, GROUP);
		assert.deepStrictEqual(segments(action, 'reply'), [{ id: event.message_id }]);
		assert.deepStrictEqual(segments(action, 'at'), [{ qq: String(ASKER) }]);
		assert.match(textOf(action), /一人一事项/);
		peer.close();
	});

	test('a group whose id is a string gets it back as one', async () => {
		const peer = await Peer.open(server, { token: TOKEN });
		peer.event(asked(BATCH, { group: '87042257591', user: '87042257592' }));
		assert.strictEqual((await peer.message()).params.group_id, '87042257591');
		peer.event(asked(BATCH, { group: 87042257591, user: 87042257592 }));
		assert.strictEqual((await peer.message(1)).params.group_id, 87042257591);
		peer.close();
	});

	test('nothing is said to who does not call the bot, calls everybody, or is the bot', async () => {
		const peer = await Peer.open(server, { token: TOKEN });
		peer.event(asked(BATCH, { at: null }));
		peer.event(asked(BATCH, { at: 'all' }));
		peer.event(asked(BATCH, { at: 777 }));
		peer.event(asked(BATCH, { user: SELF }));
		peer.event({ ...asked(BATCH), post_type: 'message_sent' });
		peer.event('not JSON');
		peer.event(asked(BATCH));
		await peer.message();
		assert.strictEqual(peer.sent().length, 1);
		peer.close();
	});

	test('quoting an answer of the bot calls it', async () => {
		const peer = await Peer.open(server, { token: TOKEN });
		peer.event(asked(BATCH, { user: 41 }));
		await peer.message();
		await until(() => peer.next, 'the response');
		peer.event(asked('', { at: null, user: 42, message: `[CQ:reply,id=${peer.next}]${BATCH}` }));
		peer.event(asked('', { at: null, user: 43, message: `[CQ:reply,id=1]${BATCH}` }));
		assert.deepStrictEqual(segments(await peer.message(1), 'at'), [{ qq: '42' }]);
		peer.close();
	});

	test('a message that comes twice is answered once', async () => {
		const peer = await Peer.open(server, { token: TOKEN });
		const event = asked(BATCH, { user: 51 });
		peer.event(event);
		peer.event(event);
		await peer.message();
		peer.event(asked(BATCH, { user: 52 }));
		await peer.message(1);
		assert.deepStrictEqual(peer.sent().map((action) => segments(action, 'at')[0].qq), ['51', '52']);
		peer.close();
	});

	test('a private message is answered to the person', async () => {
		const peer = await Peer.open(server, { token: TOKEN });
		peer.event({ time: 1515204254, self_id: SELF, post_type: 'message', message_type: 'private', sub_type: 'friend', message_id: 1212,
			user_id: 12345678, message: BATCH, raw_message: BATCH, font: 456, sender: { user_id: 12345678, nickname: '小不点', sex: 'male', age: 18 } });
		const action = await peer.message();
		assert.strictEqual(action.action, 'send_private_msg');
		assert.strictEqual(action.params.user_id, 12345678);
		assert.deepStrictEqual(segments(action, 'at'), []);
		peer.close();
	});

	test('events and actions of a split pair take a socket each', async () => {
		const events = await Peer.open(server, { token: TOKEN, role: 'Event', self: 61 });
		const api = await Peer.open(server, { token: TOKEN, role: 'API', self: 61 });
		events.event(asked(BATCH, { at: 61, self: 61 }));
		await api.message();
		assert.strictEqual(events.actions.length, 0);
		events.close();
		api.close();
	});

	test('the late close of an old connection does not remove the new one: ten times of ten', async () => {
		for (let round = 0; round < 10; round++) {
			const old = await Peer.open(server, { token: TOKEN, self: 71 });
			const young = await Peer.open(server, { token: TOKEN, self: 71 });
			old.close();
			young.event(asked(BATCH, { at: 71, self: 71, user: 700 + round }));
			await young.message();
			assert.strictEqual(old.sent().length, 0);
			young.close();
		}
	});

	test('an event of the HTTP POST kind needs a signature', async () => {
		const body = JSON.stringify(asked(BATCH, { user: 81 }));
		const post = (headers) => server.fetch(PATH, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'X-Self-ID': String(SELF), ...headers } });
		const signature = `sha1=${crypto.createHmac('sha1', TOKEN).update(body).digest('hex')}`;
		assert.strictEqual((await post({})).status, 401);
		assert.strictEqual((await post({ 'X-Signature': `sha1=${'0'.repeat(40)}` })).status, 403);
		const response = await post({ 'X-Signature': signature });
		assert.strictEqual(response.status, 200);
		const operation = await response.json();
		assert.strictEqual(operation.at_sender, false);
		assert.deepStrictEqual(operation.reply.filter((one) => one.type === 'at'), [{ type: 'at', data: { qq: '81' } }]);
		/* The same event again, and one that is nobody's question. */
		assert.strictEqual((await post({ 'X-Signature': signature })).status, 204);
	});
});

describe('a choice', () => {
	let server;
	before(async () => { server = await Server.start({ settings: settings({ match: { answer_at: 1, choose_at: 0 } }) }); });
	after(() => stopCleanly(server));

	test('is made by number, by each person for themselves', async () => {
		const peer = await Peer.open(server, {});
		peer.event(asked('证书过期了还能延续吗', { user: 1 }));
		assert.match(textOf(await peer.message()), /1\. .*延续/);
		/* Who was offered nothing gets the entry of that number. */
		peer.event(asked('1', { user: 2 }));
		assert.match(textOf(await peer.message(1)), /一人一事项/);
		peer.event(asked('1', { user: 1 }));
		const chosen = textOf(await peer.message(2));
		assert.match(chosen, /延续/);
		assert.doesNotMatch(chosen, /一人一事项/);
		peer.close();
	});
});

describe('a connection that fails', () => {
	let server;
	before(async () => { server = await Server.start({ settings: settings({ onebot: { action_s: 1 } }) }); });
	after(() => stopCleanly(server));

	test('what is not known to be sent is not sent again', async () => {
		const peer = await Peer.open(server, { self: 91 });
		peer.respond = (action) => (action.action === 'get_status' ? { status: 'ok', retcode: 0, data: {} }
			: { status: 'failed', retcode: 1200, data: null, message: 'Timeout: NTEvent' });
		peer.event(asked(BATCH, { at: 91, self: 91 }));
		await peer.message();
		await server.logged(/onebot_unsent outcome="unknown"/);
		peer.respond = (action) => (action.action === 'get_status' ? { status: 'ok', retcode: 0, data: {} } : null);
		peer.event(asked(BATCH, { at: 91, self: 91, user: 92 }));
		await peer.message(1);
		await until(() => server.log.match(/onebot_unsent outcome="unknown"/g).length === 2, 'the time-out');
		await until(() => peer.actions.some((one) => one.action === 'get_status'), 'a probe');
		assert.strictEqual(peer.sent().length, 2);
		peer.close();
	});

	test('an answer that found no connection takes the next one', async () => {
		const peer = await Peer.open(server, { self: 95, role: 'Event' });
		peer.event(asked(BATCH, { at: 95, self: 95 }));
		const next = await Peer.open(server, { self: 95 });
		await next.message();
		peer.close();
		next.close();
	});
});

test('who is not on this machine needs a token: the server says so and does not start', () => {
	const server = new Server({ settings: settings({ server: { host: '0.0.0.0', port: 0 } }) });
	const { status, stdout, stderr } = spawnSync(path.resolve(process.env.DAYI_BIN), ['serve', '--config', server.config, '--check-config'],
		{ cwd: server.folder, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
	const line = fs.readFileSync(server.config, 'utf8').split('\n').indexOf(`path = ${PATH}`) + 1;
	assert.notStrictEqual(status, 0);
	assert.match(stdout + stderr, new RegExp(`dayi\\.ini:${line}: onebot\\.path: .*onebot\\.token_file`));
	fs.rmSync(server.folder, { recursive: true, force: true });
});

test('a path of the server itself, and a token that is easily guessed, are refused by line and with a remedy', () => {
	for (const [onebot, key, remedy] of [[{ path: '/chat' }, 'path', /own/], [{ path: PATH, token_file: 'short' }, 'token_file', /longer random text/]]) {
		const server = new Server({ settings: settings({ onebot }) });
		fs.writeFileSync(path.join(server.folder, 'short'), 'secret\n', { mode: 0o600 });
		const { status, stdout, stderr } = spawnSync(path.resolve(process.env.DAYI_BIN), ['serve', '--config', server.config, '--check-config'],
			{ cwd: server.folder, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
		const line = fs.readFileSync(server.config, 'utf8').split('\n').indexOf(`${key} = ${onebot[key]}`) + 1;
		assert.notStrictEqual(status, 0);
		assert.match(stdout + stderr, new RegExp(`dayi\\.ini:${line}: onebot\\.${key}: .*${remedy.source}`));
		fs.rmSync(server.folder, { recursive: true, force: true });
	}
});

test('a page in a browser on this machine does not come in without a token', async () => {
	const server = await Server.start({ settings: settings() });
	try {
		assert.strictEqual(await refusal(server, { headers: { Origin: 'http://127.0.0.1' } }), 403);
		assert.strictEqual(await refusal(server, {}), 101);
	} finally {
		await stopCleanly(server);
	}
});

test('we connect to a program that waits for us, and again when it went', async () => {
	const port = await freePort();
	const listen = () => new WebSocketServer({ port, host: '127.0.0.1', path: '/' });
	const peer = new Peer();
	const seen = [];
	let listening = listen();
	const accept = (socket, request) => {
		seen.push(request.headers.authorization);
		peer.socket = socket;
		peer.take(socket);
		socket.send(JSON.stringify({ time: 1, self_id: SELF, post_type: 'meta_event', meta_event_type: 'lifecycle', sub_type: 'connect' }));
	};
	listening.on('connection', accept);
	const server = new Server({ settings: settings({ onebot: { path: '', connect: `ws://127.0.0.1:${port}/`, token_file: 'token' } }) });
	fs.writeFileSync(path.join(server.folder, 'token'), TOKEN, { mode: 0o600 });
	await server.start();
	try {
		await until(() => peer.socket, 'a connection');
		assert.strictEqual(seen[0], `Bearer ${TOKEN}`);
		peer.event(asked(BATCH));
		await peer.message();
		peer.socket.terminate();
		peer.socket = null;
		await until(() => peer.socket, 'another connection');
		peer.event(asked(BATCH, { user: 5 }));
		await peer.message();
	} finally {
		await stopCleanly(server);
		listening.close();
	}
});

test('what was asked before the end is answered before it', async () => {
	const server = new Server({ settings: settings({ groups: { gather_ms: 2000 } }) });
	await server.start();
	try {
		const peer = await Peer.open(server);
		peer.event(asked('可以多人批量申请吗', { user: 6 }));
		await until(async () => (await server.metric('dayi_channel_messages_total{channel="onebot"}')) === 1, 'the message');
		server.signal('SIGTERM');
		assert.match(textOf(await peer.message()), /一人一事项/);
		await server.ended;
		assert.match(server.log, / drained /);
	} finally {
		await stopCleanly(server);
	}
});

test('an answer goes by the HTTP API where one is configured', async () => {
	const posts = [];
	const api = http.createServer((request, response) => {
		let body = '';
		request.on('data', (data) => { body += data; });
		request.on('end', () => {
			posts.push({ url: request.url, token: request.headers.authorization, body: JSON.parse(body) });
			response.setHeader('Content-Type', 'application/json');
			response.end(JSON.stringify({ status: 'ok', retcode: 0, data: { message_id: 77 } }));
		});
	});
	await new Promise((resolve) => api.listen(0, '127.0.0.1', resolve));
	const server = new Server({ settings: settings({ onebot: { api: `http://127.0.0.1:${api.address().port}`, token_file: 'token' } }) });
	fs.writeFileSync(path.join(server.folder, 'token'), TOKEN, { mode: 0o600 });
	await server.start();
	try {
		const body = JSON.stringify(asked(BATCH));
		const response = await server.fetch(PATH, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'X-Self-ID': String(SELF),
			'X-Signature': `sha1=${crypto.createHmac('sha1', TOKEN).update(body).digest('hex')}` } });
		assert.strictEqual(response.status, 204);
		await until(() => posts.length > 0, 'a post');
		assert.strictEqual(posts[0].url, '/send_group_msg');
		assert.strictEqual(posts[0].token, `Bearer ${TOKEN}`);
		assert.strictEqual(posts[0].body.group_id, GROUP);
		assert.strictEqual(posts[0].body.message[1].data.qq, String(ASKER));
	} finally {
		await stopCleanly(server);
		api.close();
	}
});

describe('a program behind TLS', () => {
	const run = (folder, ...args) => {
		const made = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
		assert.equal(made.status, 0, made.stderr);
	};

	/* An authority of its own, and a certificate for localhost. */
	function certify(folder) {
		run(folder, 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=authority', '-days', '2', '-keyout', 'ca.key', '-out', 'ca.pem');
		run(folder, 'req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=localhost', '-keyout', 'bot.key', '-out', 'bot.csr');
		fs.writeFileSync(path.join(folder, 'names'), 'subjectAltName=DNS:localhost\n');
		run(folder, 'x509', '-req', '-in', 'bot.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names', '-out', 'bot.pem');
	}

	/* `name` by which it is called; `known`: whether the authority is told to the server. */
	async function start(t, { name, known }) {
		const port = await freePort();
		const folder = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'dayi-tls-'));
		t.after(() => fs.rmSync(folder, { recursive: true }));
		certify(folder);
		const https = require('node:https').createServer({ key: fs.readFileSync(path.join(folder, 'bot.key')), cert: fs.readFileSync(path.join(folder, 'bot.pem')) });
		const program = new WebSocketServer({ server: https });
		await new Promise((resolve) => https.listen(port, 'localhost', resolve));
		t.after(() => { program.clients.forEach((client) => client.terminate()); https.close(); });
		const seen = { tokens: [] };
		program.on('connection', (socket, request) => seen.tokens.push(request.headers.authorization));
		const server = await Server.start({ settings: { onebot: { connect: `wss://${name}:${port}/`, token_file: 'token' }, fetch: known ? { ca_file: path.join(folder, 'ca.pem') } : {} } });
		t.after(() => server.stop());
		return { server, seen };
	}

	test('it is connected to where its certificate is good for its name', async (t) => {
		const { server, seen } = await start(t, { name: 'localhost', known: true });
		await until(() => seen.tokens.length === 1, 'the connection');
		assert.match(seen.tokens[0], /^Bearer [0-9A-Za-z]{32,}/);
		await until(() => server.log.includes('onebot_linked'), 'the link');
	});

	test('nothing is sent where nobody vouches for it', async (t) => {
		const { server, seen } = await start(t, { name: 'localhost', known: false });
		await until(() => server.log.includes('onebot_connect_failed'), 'the refusal');
		assert.match(server.log, /unable to get local issuer certificate/);
		assert.match(server.log, /onebot_connect_failed .*hint="[^"]*certificate/);
		assert.deepEqual(seen.tokens, []);
	});

	test('nothing is sent where the certificate is good for another name', async (t) => {
		/* A name of this machine that is not in the certificate. */
		const name = require('node:os').hostname();
		const found = await new Promise((resolve) => require('node:dns').lookup(name, (error) => resolve(!error)));
		if (!found || name === 'localhost' || !/^[A-Za-z0-9.-]*[A-Za-z][A-Za-z0-9-]*$/.test(name)) {
			t.skip(`this machine does not know itself by a name: ${name}`);
			return;
		}
		const { server, seen } = await start(t, { name, known: true });
		await until(() => server.log.includes('onebot_connect_failed'), 'the refusal');
		assert.deepEqual(seen.tokens, []);
	});

	test('a name that nobody knows is said to be one', async (t) => {
		const { server } = await start(t, { name: 'nobody.invalid', known: true });
		await until(() => server.log.includes('onebot_connect_failed'), 'the refusal');
		assert.equal((await server.ask({ text: '能不能批量申请' })).status, 200);
	});
});
