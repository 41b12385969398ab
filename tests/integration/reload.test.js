'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Server, UNSURE, stopCleanly, until } = require('./harness.js');

const QUESTION = '能不能批量申请';
const OLD = '不可以。必须一人一事项分别申请。';
const NEW = '可以。自本年起可以批量申请。';
const ENTRY = 'anguan/01-batch.json';

function rewrite(server, change) {
	const file = path.join(server.knowledge, ENTRY);
	fs.writeFileSync(file, change(fs.readFileSync(file, 'utf8')));
}

const toNew = (text) => text.replace(OLD, NEW);
const reloads = (server, result) => server.metric(`dayi_reloads_total{result="${result}"}`);

test('a changed folder is served after SIGHUP, while questions go on', async () => {
	const server = await Server.start();
	const chat = await server.chat();
	const { knowledge } = await chat.hello();
	let asking = true;
	let asked = 0;
	const seen = new Set();
	const traffic = (async () => {
		for (; asking; asked++) {
			const reply = await chat.ask(QUESTION, `t${asked}`);
			assert.equal(reply.outcome, 'answer');
			seen.add(`${reply.knowledge === knowledge ? 'old' : 'new'}: ${reply.answers[0].answer}`);
		}
	})();
	await until(() => asked > 10, 'some traffic');
	rewrite(server, toNew);
	server.signal('SIGHUP');
	await until(() => reloads(server, 'ok'), 'the reload');
	const then = asked;
	await until(() => asked > then + 10, 'traffic after the reload');
	asking = false;
	await traffic;
	assert.deepEqual([...seen], [`old: ${OLD}`, `new: ${NEW}`]);
	await chat.close();
	await stopCleanly(server);
});

test('a bad folder is refused with its faults in the log, and the old knowledge stays', async () => {
	const server = await Server.start();
	const chat = await server.chat();
	const { knowledge } = await chat.hello();
	for (const bad of [(text) => text.slice(0, -10), (text) => text.replace('"answer"', '"anwser"'), () => '']) {
		const before = fs.readFileSync(path.join(server.knowledge, ENTRY));
		const refused = await reloads(server, 'refused');
		server.log = '';
		rewrite(server, bad);
		server.signal('SIGHUP');
		await until(async () => await reloads(server, 'refused') > refused, 'the refusal');
		await server.logged(/error knowledge_fault fault=".*01-batch\.json/);
		const reply = await chat.ask(QUESTION, String(refused));
		assert.equal(reply.knowledge, knowledge);
		assert.equal(reply.answers[0].answer, OLD);
		assert.equal((await server.fetch('/readyz')).status, 200);
		fs.writeFileSync(path.join(server.knowledge, ENTRY), before);
	}
	rewrite(server, toNew);
	server.signal('SIGHUP');
	await until(() => reloads(server, 'ok'), 'the reload of the mended folder');
	assert.equal((await chat.ask(QUESTION, 'mended')).answers[0].answer, NEW);
	await chat.close();
	await stopCleanly(server);
});

test('a missing folder is refused, too', async () => {
	const server = await Server.start();
	fs.renameSync(server.knowledge, `${server.knowledge}-away`);
	server.signal('SIGHUP');
	await until(() => reloads(server, 'refused'), 'the refusal');
	assert.equal((await (await server.ask({ text: QUESTION })).json()).answers[0].answer, OLD);
	await stopCleanly(server);
});

test('a watched folder is reloaded without a signal, and a bad one tried only once', async () => {
	const server = await Server.start({ settings: { reload: { watch_s: 1 } } });
	rewrite(server, toNew);
	await until(() => reloads(server, 'ok'), 'the reload');
	assert.equal((await (await server.ask({ text: QUESTION })).json()).answers[0].answer, NEW);
	rewrite(server, () => '{');
	await until(() => reloads(server, 'refused'), 'the refusal');
	fs.writeFileSync(path.join(server.knowledge, ENTRY), JSON.stringify({ id: 'batch', number: 1,
		question: '安管人员考核事项可以多人批量申请吗？', also: [QUESTION], answer: OLD }));
	await until(async () => await reloads(server, 'ok') === 2, 'the reload of the mended folder');
	assert.equal(await reloads(server, 'refused'), 1);
	await stopCleanly(server);
});

test('a watched folder that vanishes is told once, the old knowledge stays, and its return too', async () => {
	const server = await Server.start({ settings: { reload: { watch_s: 1 } } });
	fs.renameSync(server.knowledge, `${server.knowledge}-away`);
	await server.logged(/error knowledge_unreadable .*no such folder.*the knowledge in use stays/);
	assert.equal((await (await server.ask({ text: QUESTION })).json()).answers[0].answer, OLD);
	assert.equal((await server.fetch('/readyz')).status, 200);
	fs.renameSync(`${server.knowledge}-away`, server.knowledge);
	rewrite(server, toNew);
	await server.logged(/info knowledge_readable/);
	await until(() => reloads(server, 'ok'), 'the reload');
	assert.equal((await (await server.ask({ text: QUESTION })).json()).answers[0].answer, NEW);
	assert.equal(server.log.match(/knowledge_unreadable/g).length, 1);
	await stopCleanly(server);
});

const LOST = { golden: [{ q: QUESTION, entry: 'before-expiry' }] };
const KEPT = { golden: [{ q: QUESTION, entry: 'batch' }] };

function writeGolden(server, golden) {
	fs.writeFileSync(path.join(server.knowledge, 'golden.json'), JSON.stringify(golden));
}

function runOnce(server) {
	const { spawnSync } = require('node:child_process');
	return spawnSync(process.env.DAYI_BIN, ['serve', '--config', server.config], { encoding: 'utf8' });
}

test('a folder in which a golden question lost its answer is refused at a reload, with what to do', async () => {
	const server = await Server.start();
	const { knowledge } = await (await server.ask({ text: QUESTION })).json();
	writeGolden(server, LOST);
	server.signal('SIGHUP');
	await until(() => reloads(server, 'refused'), 'the refusal');
	await server.logged(/error knowledge_fault fault="\S*\/golden\.json: golden\[0\]\.q: .*lost its answer before-expiry/);
	await server.logged(/error knowledge_refused .*golden questions must keep their answers/);
	await server.logged(/error reload_refused .*the knowledge in use stays/);
	assert.equal((await (await server.ask({ text: QUESTION })).json()).knowledge, knowledge);
	writeGolden(server, KEPT);
	server.signal('SIGHUP');
	await until(() => reloads(server, 'ok'), 'the reload of the mended folder');
	await stopCleanly(server);
});

test('a lost golden question is no start, with what to do and exit status 1, unless knowledge.golden is warn', async () => {
	const strict = new Server();
	writeGolden(strict, LOST);
	const run = runOnce(strict);
	assert.equal(run.status, 1, run.stderr);
	assert.match(run.stderr, /lost its answer before-expiry/);
	assert.match(run.stderr, /knowledge_refused .*knowledge\.golden = warn/);
	await strict.stop();
	const lenient = new Server({ settings: { knowledge: { golden: 'warn' } } });
	writeGolden(lenient, LOST);
	await lenient.start();
	await lenient.logged(/warn knowledge_fault fault="\S*\/golden\.json: warning: golden\[0\]\.q: /);
	assert.equal((await lenient.ask({ text: QUESTION })).status, 200);
	await stopCleanly(lenient);
});

test('a knowledge folder that is not there is no start, with what to do', async () => {
	const server = new Server();
	fs.renameSync(server.knowledge, `${server.knowledge}-away`);
	const run = runOnce(server);
	assert.equal(run.status, 1, run.stderr);
	assert.match(run.stderr, /there is no such folder/);
	assert.match(run.stderr, /dayi\.ini:\d+: knowledge\.folder: .*no such folder; .*--knowledge/);
	await server.stop();
});

test('many signals at once do no harm', async () => {
	const server = await Server.start();
	const chat = await server.chat();
	for (let i = 0; i < 20; i++) {
		rewrite(server, (text) => `${text.trimEnd()}\n${'\n'.repeat(i % 2)}`);
		server.signal('SIGHUP');
		assert.equal((await chat.ask(QUESTION, String(i))).outcome, 'answer');
	}
	await until(async () => await reloads(server, 'ok') >= 1, 'a reload');
	await chat.close();
	await stopCleanly(server);
});

/* Whether it holds signals back, so that none of them ends it: /proc has the mask. */
function holdsSignals(child) {
	try {
		return !/^SigBlk:\s+0+$/m.test(fs.readFileSync(`/proc/${child.pid}/status`, 'utf8'));
	} catch {
		return false;
	}
}

test('signals that come while it starts do no harm', async () => {
	const server = new Server();
	let going = true;
	const started = server.start().finally(() => { going = false; });
	await until(() => !going || holdsSignals(server.child), 'a server that holds signals back');
	while (going) {
		server.signal('SIGHUP');
		await new Promise((resolve) => setImmediate(resolve));
	}
	await started;
	await server.logged(/reload_asked by="signal"/);
	assert.equal((await server.fetch('/readyz')).status, 200);
	await stopCleanly(server);
});

test('a conversation goes on over a reload: what was offered can still be chosen', async () => {
	const server = await Server.start({ settings: UNSURE });
	const chat = await server.chat();
	const offered = await chat.ask('证书延续', 'a');
	assert.equal(offered.outcome, 'choose');
	server.signal('SIGHUP');
	await until(() => reloads(server, 'ok'), 'the reload');
	const chosen = await chat.ask('1', 'b');
	assert.equal(chosen.outcome, 'answer');
	assert.equal(chosen.answers[0].entry, offered.choices[0].entry);
	await chat.close();
	await stopCleanly(server);
});

test('a folder that is bad from the start is no start: the faults are told and the exit status is 1', async () => {
	const server = new Server();
	rewrite(server, () => '{"id": 5}');
	const { spawnSync } = require('node:child_process');
	const run = spawnSync(process.env.DAYI_BIN, ['serve', '--config', server.config], { encoding: 'utf8' });
	assert.equal(run.status, 1, run.stderr);
	assert.match(run.stderr, /01-batch\.json/);
	await server.stop();
});
