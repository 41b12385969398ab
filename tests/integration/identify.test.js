'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { Server, stopCleanly } = require('./harness.js');

const ROOT = path.resolve(__dirname, '../..');
const PERSON = { id_number: '419900198603120010', name: '张安一', certificate_number: '豫建安A（2025）9900001' };
const KNOWLEDGE = path.join(ROOT, 'knowledge');

/* A server with the sample records, not yet started. */
async function withRecords(settings = {}) {
	const server = new Server({ settings: { knowledge: { folder: KNOWLEDGE }, ...settings } });
	execFileSync(process.env.DAYI_BIN, ['records', 'import', '--out', path.join(server.folder, 'var/records.db'),
		path.join(ROOT, 'samples/records')]);
	return server.start();
}

function identify(chat, claim, id = 'i') {
	return chat.answerTo({ type: 'identify', id, ...claim });
}

let server;
before(async () => { server = await withRecords({ sign_in: { self: 'yes', self_failures: 3 } }); });
after(() => stopCleanly(server));

test('three things that belong together let a person see their own verdict', async () => {
	const chat = await server.chat();
	const found = await identify(chat, PERSON);
	assert.deepEqual([found.type, found.to, found.signed_in], ['identified', 'i', true]);
	const reply = await chat.ask('证书即将到期可以申请延续吗');
	assert.equal(reply.answers[0].cases[0].verdict, 'applies');
	assert.match(reply.answers[0].cases[0].because, /2028-03-31/);
	await chat.close();
});

test('with one of the three wrong nobody is signed in, and the answer does not tell which', async () => {
	const texts = new Set();
	for (const wrong of [{ name: '张安二' }, { certificate_number: '豫建安A（2025）9900002' }]) {
		const chat = await server.chat();
		const refused = await identify(chat, { ...PERSON, ...wrong });
		assert.equal(refused.signed_in, false);
		texts.add(refused.text);
		const reply = await chat.ask('证书即将到期可以申请延续吗');
		assert.ok(!reply.text.includes('2028'));
		/* What fits does not count against the person afterwards. */
		assert.equal((await identify(chat, PERSON)).signed_in, true);
		await chat.close();
	}
	assert.equal(texts.size, 1);
});

test('who guesses too often is locked out, and so is the ID number for everybody at an address that failed', async () => {
	const guessed = await withRecords({ sign_in: { self: 'yes', self_failures: 3 } });
	const chat = await guessed.chat();
	for (let i = 0; i < 3; i++)
		assert.match((await identify(chat, { ...PERSON, name: '某' })).text, /核对不上/);
	assert.match((await identify(chat, PERSON)).text, /次数太多/);
	const other = await guessed.chat();
	const locked = await identify(other, PERSON);
	assert.equal(locked.signed_in, false);
	assert.match(locked.text, /次数太多/);
	await chat.close();
	await other.close();
	await stopCleanly(guessed);
});

test('it is off unless the office switches it on', async () => {
	const usual = await withRecords();
	const chat = await usual.chat();
	const refused = await identify(chat, PERSON);
	assert.equal(refused.signed_in, false);
	assert.match(refused.text, /办事大厅/);
	await chat.close();
	await stopCleanly(usual);
});

test('somebody else on the same connection gets a session of their own', async () => {
	const chat = await server.chat();
	const first = await identify(chat, PERSON);
	const second = await identify(chat, { id_number: '419900199007250024', name: '李管二',
		certificate_number: certificateOf('419900199007250024') });
	assert.equal(second.signed_in, true);
	assert.notEqual(second.session, first.session);
	await chat.close();
});

test('an identification without its members is refused, and the connection lives', async () => {
	const chat = await server.chat();
	const refused = await chat.answerTo({ type: 'identify', id: 'i', id_number: PERSON.id_number });
	assert.deepEqual([refused.type, refused.reason], ['error', 'bad_member']);
	assert.equal((await chat.hello()).type, 'welcome');
	await chat.close();
});

function certificateOf(idNumber) {
	const rows = require('node:fs').readFileSync(path.join(ROOT, 'samples/records/certificate.csv'), 'utf8').split(/\r?\n/);
	return rows.find((row) => row.startsWith(idNumber)).split(',')[1];
}
