/* A conversation goes on where it was after the server was killed or started anew. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const { execFileSync, spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Server, UNSURE, stopCleanly, until } = require('./harness.js');
const { startAgain } = require('./again.js');
const { FULL, chatOf, idOf, startWithRecords, verdicts } = require('./records.js');

const written = (server) => until(async () => await server.metric('dayi_sessions_unwritten') === 0, 'the sessions on the disk');

async function kill(server) {
	await written(server);
	server.signal('SIGKILL');
	await server.ended;
}

async function resumed(server, session) {
	const chat = await server.chat();
	const welcome = await chat.hello(session);
	assert.equal(welcome.resumed, true);
	assert.equal(welcome.session, session);
	return chat;
}

const without = ({ took_us, ...reply }) => reply; // eslint-disable-line no-unused-vars

for (const how of ['kill', 'stop'])
	test(`after a ${how} the choices can still be taken, and the same id gets the same reply`, async () => {
		const server = await Server.start({ settings: UNSURE });
		const chat = await server.chat();
		const { session } = await chat.hello();
		const offered = await chat.ask('证书延续', 'a');
		assert.equal(offered.outcome, 'choose');
		if (how === 'kill') {
			await kill(server);
		} else {
			server.signal('SIGTERM');
			await server.ended;
		}
		await startAgain(server);
		const again = await resumed(server, session);
		assert.deepEqual(await again.ask('证书延续', 'a'), offered);
		const chosen = await again.ask('2', 'b');
		assert.equal(chosen.outcome, 'answer');
		assert.equal(chosen.answers[0].entry, offered.choices[1].entry);
		assert.equal(chosen.answers[0].by, 'choice');
		assert.notEqual(chosen.receipt, offered.receipt);
		assert.deepEqual(await again.answerTo({ type: 'rate', receipt: offered.receipt, value: 'up' }),
			{ type: 'rated', receipt: offered.receipt });
		await again.close();
		await stopCleanly(server);
	});

test('a self-check goes on with its next question, and what was answered is remembered', async () => {
	const server = await Server.start({ knowledge: FULL });
	const chat = await server.chat();
	const { session } = await chat.hello();
	const never = await server.chat(); // says the same, without a break
	await never.hello();
	const say = async (one, text, id) => without(await one.ask(text, id));
	const receiptless = ({ receipt, ...reply }) => reply; // eslint-disable-line no-unused-vars
	const told = [];
	for (const [i, text] of ['获取不到成绩', '自查', '合格，也没超过保留期限'].entries()) {
		await say(chat, text, `${i}`);
		told.push(receiptless(await say(never, text, `${i}`)));
	}
	assert.equal(told[2].next.number, 2);
	const rest = ['核对过，没有错', '上一题', '有错', '第一个'];
	for (const [i, text] of rest.entries())
		told.push(receiptless(await say(never, text, `r${i}`)));
	await kill(server);
	await startAgain(server);
	for (const [i, text] of rest.entries()) {
		const again = await resumed(server, session);
		assert.deepEqual(receiptless(await say(again, text, `r${i}`)), told[3 + i]);
		await again.close();
		await kill(server);
		await startAgain(server);
	}
	await stopCleanly(server);
});

test('over HTTP as over the chat, and asks that come at once keep their order', async () => {
	const server = await Server.start({ settings: UNSURE });
	const first = await (await server.ask({ text: '证书延续', id: 'a' })).json();
	await kill(server);
	await startAgain(server);
	const chat = await server.chat();
	chat.send({ type: 'hello', resume: first.session });
	chat.send({ type: 'ask', id: 'a', text: '证书延续' });
	chat.send({ type: 'ask', id: 'b', text: '2' });
	chat.send({ type: 'ask', id: 'b', text: '2' });
	assert.equal((await chat.next()).resumed, true);
	assert.equal((await chat.next()).receipt, first.receipt);
	const chosen = await chat.next();
	assert.equal(chosen.answers[0].entry, first.choices[1].entry);
	assert.deepEqual(await chat.next(), chosen);
	await chat.close();
	await kill(server);
	await startAgain(server);
	const repeated = await (await server.ask({ text: '2', id: 'b', session: first.session })).json();
	assert.equal(repeated.receipt, chosen.receipt);
	assert.equal(repeated.session, first.session);
	await stopCleanly(server);
});

test('whoever signed in stays signed in; the files hold nothing of them that could be read', async (t) => {
	const server = await startWithRecords(t);
	const chat = await chatOf(server, '张安一');
	const { session } = chat.welcome;
	const judged = await chat.ask('获取不到成绩，我的手机号是13912345678', 'a');
	await kill(server);
	const files = fs.readdirSync(path.join(server.folder, 'var')).filter((name) => name.startsWith('sessions.db'));
	assert.ok(files.length > 0);
	for (const name of files) {
		const bytes = fs.readFileSync(path.join(server.folder, 'var', name));
		for (const secret of [idOf('张安一'), '13912345678', '张安一', '获取不到成绩', session, judged.receipt, 'exam-result-missing'])
			assert.ok(!bytes.includes(Buffer.from(secret)), `${name} holds ${secret}`);
		assert.equal(fs.statSync(path.join(server.folder, 'var', name)).mode & 0o077, 0);
	}
	await startAgain(server);
	const again = await server.chat();
	const welcome = await again.hello(session);
	assert.deepEqual([welcome.resumed, welcome.signed_in], [true, true]);
	assert.deepEqual(verdicts(await again.ask('获取不到成绩', 'b')), verdicts(judged));
	await again.close();
});

test('a second server over the same file does not start, and says what to set; the first one goes on', async () => {
	const server = await Server.start();
	const dayi = (...args) => spawnSync(path.resolve(process.env.DAYI_BIN), ['serve', '--config', server.config, ...args],
		{ cwd: server.folder, env: { ...process.env, LC_ALL: 'C' }, encoding: 'utf8', timeout: 60000 });
	const second = dayi();
	assert.equal(second.status, 3, second.stderr);
	assert.match(second.stderr, /error sessions_in_use file="var\/sessions\.db" hint=".*server\.var/);
	assert.equal(dayi('--check-config').status, 0);
	assert.equal((await (await server.ask({ text: '能不能批量申请' })).json()).outcome, 'answer');
	fs.writeFileSync(server.config, fs.readFileSync(server.config, 'utf8').replace('[server]\n', '[server]\nvar = my-var\n'));
	await kill(server);
	await startAgain(server);
	assert.ok(fs.existsSync(path.join(server.folder, 'my-var/sessions.db')));
	assert.ok(fs.existsSync(path.join(server.folder, 'my-var/accounts.db')));
	await stopCleanly(server);
});

test('of two servers that start over the same file at the same moment one does not', async () => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-both-'));
	try {
		for (let round = 0; round < 5; round++) {
			const servers = [0, 1].map((n) => {
				fs.writeFileSync(path.join(folder, `${n}.ini`), '[server]\nport = 0\nvar = var\n[session]\nbusy_ms = 100\n');
				return spawn(path.resolve(process.env.DAYI_BIN), ['serve', '--config', `${n}.ini`],
					{ cwd: folder, env: { ...process.env, LC_ALL: 'C' } });
			});
			const ends = await Promise.all(servers.map((server) => new Promise((resolve) => {
				let told = '';
				server.stdout.resume();
				server.stderr.on('data', (data) => {
					told += data;
					if (told.includes(' listening'))
						resolve('listening');
				});
				server.on('exit', () => resolve(/sessions_in_use/.test(told) ? 'refused' : told));
			})));
			await Promise.all(servers.map((server) => new Promise((resolve) => {
				if (server.exitCode !== null)
					return resolve();
				server.on('exit', resolve);
				server.kill('SIGTERM');
			})));
			assert.deepEqual(ends.sort(), ['listening', 'refused']);
		}
	} finally {
		fs.rmSync(folder, { recursive: true });
	}
});

test('without a file, or with another key, a conversation ends with the server', async () => {
	for (const settings of [{ session: { file: '' } }, {}]) {
		const server = await Server.start({ settings });
		const chat = await server.chat();
		const { session } = await chat.hello();
		await chat.ask('能不能批量申请');
		await kill(server);
		if (!settings.session)
			fs.unlinkSync(path.join(server.folder, 'var/session.key'));
		await startAgain(server);
		const again = await server.chat();
		const welcome = await again.hello(session);
		assert.equal(welcome.resumed, false);
		assert.notEqual(welcome.session, session);
		assert.equal((await again.ask('能不能批量申请')).outcome, 'answer');
		await again.close();
		await stopCleanly(server);
	}
});

test('a conversation whose time is over leaves no row behind', async () => {
	const server = await Server.start({ settings: { session: { keep_s: 1 } } });
	const chat = await server.chat();
	await chat.hello();
	await chat.ask('能不能批量申请');
	await written(server);
	await chat.close();
	await until(async () => await server.metric('dayi_sessions') === 0, 'the end of the session');
	server.signal('SIGTERM');
	await server.ended;
	const count = execFileSync('sqlite3', [path.join(server.folder, 'var/sessions.db'),
		'SELECT (SELECT count(*) FROM session) + (SELECT count(*) FROM session_reply)']);
	assert.equal(String(count).trim(), '0');
	await server.stop();
});
