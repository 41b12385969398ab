/*
 * OneBot v11 with a program that was written for QQ, oicq 1 with its OneBot server, in each of the four ways. Only QQ's
 * own servers are played (oicq.js).
 */
'use strict';

const { test, describe } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { fork } = require('node:child_process');
const { Server, freePort, pause, stopCleanly, until } = require('./harness.js');
const { FULL } = require('./records.js');

const PATH = '/onebot/v11/ws';
const TOKEN = 'a-token-of-thirty-two-characters';
const SECRET = 'a-secret-of-thirty-two-characters';
const ACCOUNT = 10001000, ASKER = 20002000, GROUP = 123456;

function isInstalled() {
	try {
		return Boolean(require.resolve('oicq'));
	} catch {
		return false;
	}
}
const skip = isInstalled() ? false : 'oicq is not installed (npm ci in tests/)';

class Program {
	static async start(t, configure) {
		const program = new Program();
		const home = fs.mkdtempSync(path.join(os.tmpdir(), 'oicq-'));
		fs.mkdirSync(path.join(home, '.oicq', String(ACCOUNT)), { recursive: true });
		fs.writeFileSync(path.join(home, '.oicq', String(ACCOUNT), 'password'), ''); // else it asks for one
		program.said = [];
		program.lastSeq = 0;
		program.child = fork(path.join(__dirname, 'oicq.js'), { env: { ...process.env, HOME: home }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
		const ended = new Promise((resolve) => program.child.once('exit', resolve));
		t.after(async () => {
			program.child.kill();
			await ended;
			fs.rmSync(home, { recursive: true, force: true });
		});
		program.child.on('message', ({ online, said }) => {
			program.online ||= online;
			if (said)
				program.said.push(said);
		});
		program.child.send({ configure });
		await until(() => program.online, 'oicq to be online');
		return program;
	}

	say(text, { at = true, user = ASKER, seq = ++this.lastSeq } = {}) {
		this.child.send({ say: { group: GROUP, user, at, text, seq } });
		return seq;
	}

	/* What quotes that message. */
	answerTo(seq) {
		return until(() => this.said.find((one) => one.quotes === seq), `an answer to ${seq}`);
	}
}

async function startServer(t, onebot, files = {}) {
	const server = new Server({ knowledge: FULL, settings: { onebot, groups: { gather_ms: 0 } } });
	t.after(() => stopCleanly(server));
	for (const [name, text] of Object.entries({ token: TOKEN, ...files }))
		fs.writeFileSync(path.join(server.folder, name), `${text}\n`, { mode: 0o600 });
	return server.start();
}

/* Spoken to, not spoken to, told twice, and with all that must be escaped. */
async function converse(program) {
	const aside = program.say('照片传不上去咋办', { at: false });
	const first = program.say('照片传不上去咋办');
	const answer = await program.answerTo(first);
	assert.equal(answer.group, GROUP);
	assert.deepEqual(answer.ats, [ASKER]);
	assert.match(answer.text, /照片/);
	program.say('照片传不上去咋办', { seq: first });
	const other = program.say('能不能批量申请[急]&,', { user: ASKER + 1 });
	const next = await program.answerTo(other);
	assert.deepEqual(next.ats, [ASKER + 1]);
	assert.notEqual(next.text, answer.text);
	const of = (seq) => program.said.filter((one) => one.quotes === seq).length;
	assert.deepEqual([of(aside), of(first), of(other), program.said.length], [0, 1, 1, 2]);
}

describe('oicq', { skip }, () => {
	for (const format of ['array', 'string']) {
		test(`dials in and tells messages as ${format}: it is answered`, async (t) => {
			const server = await startServer(t, { path: PATH, token_file: 'token' });
			const program = await Program.start(t, { access_token: TOKEN, post_message_format: format,
				ws_reverse_url: [`ws://127.0.0.1:${server.port}${PATH}`], enable_heartbeat: true, heartbeat_interval: 500 });
			await server.logged(/onebot_linked/);
			await converse(program);
		});
	}

	test('is held back by QQ, and says so after five seconds: nothing is sent twice', async (t) => {
		const server = await startServer(t, { path: PATH, token_file: 'token' });
		const program = await Program.start(t, { access_token: TOKEN, resend: false, ws_reverse_url: [`ws://127.0.0.1:${server.port}${PATH}`] });
		await server.logged(/onebot_linked/);
		program.child.send({ hold: true });
		const first = program.say('照片传不上去咋办');
		await server.logged(/onebot_unsent [^\n]*outcome="failed"/);
		await pause(2000);
		assert.deepEqual(program.said.map((one) => one.quotes), [first]);
	});

	test('is dialled: it is answered', async (t) => {
		const port = await freePort();
		const program = await Program.start(t, { access_token: TOKEN, use_ws: true, host: '127.0.0.1', port });
		const server = await startServer(t, { connect: `ws://127.0.0.1:${port}/`, token_file: 'token' });
		await server.logged(/onebot_linked/);
		await converse(program);
	});

	test('posts what it hears and is answered over its HTTP API', async (t) => {
		const port = await freePort();
		const server = await startServer(t, { path: PATH, token_file: 'token', secret_file: 'secret', api: `http://127.0.0.1:${port}` }, { secret: SECRET });
		const program = await Program.start(t, { access_token: TOKEN, secret: SECRET, use_http: true, host: '127.0.0.1', port,
			post_url: [`http://127.0.0.1:${server.port}${PATH}`] });
		await converse(program);
	});

	test('posts what it hears and is answered in the response', async (t) => {
		const server = await startServer(t, { path: PATH, token_file: 'token' });
		const program = await Program.start(t, { secret: TOKEN, post_url: [`http://127.0.0.1:${server.port}${PATH}`] });
		await converse(program);
	});
});
