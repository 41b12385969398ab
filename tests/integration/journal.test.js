'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Server, stopCleanly, until } = require('./harness.js');

const QUESTION = '能不能批量申请';
const ID_NUMBER = '11010519491231002X'; // the example of GB 11643-1999
const MOBILE = '13912345678';

/* All that stands in the journal's files. */
function journalBytes(server) {
	const folder = path.dirname(server.journalFile);
	return fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), 'utf8')).join('\n');
}

const written = (server, count) => until(
	async () => await server.metric('dayi_journal_written_total') >= count, `${count} turns in the journal`);

test('turns of the chat and of HTTP are kept, in a file for nobody else', async () => {
	const server = await Server.start();
	const chat = await server.chat();
	const { session } = await chat.hello();
	const reply = await chat.ask(QUESTION);
	const other = await (await server.ask({ text: '今天天气怎么样啊' })).json();
	await written(server, 2);
	const kept = journalBytes(server);
	for (const text of [reply.receipt, other.receipt, QUESTION, '今天天气怎么样啊', 'batch', reply.knowledge])
		assert.ok(kept.includes(text), `${text} is not in the journal`);
	assert.ok(!kept.includes(session), 'the session id is in the journal');
	assert.equal(fs.statSync(server.journalFile).mode & 0o777, 0o600);
	await chat.close();
	await stopCleanly(server);
});

test('identifiers are masked before anything is kept or logged', async () => {
	const server = await Server.start({ settings: { log: { level: 'debug' } } });
	const chat = await server.chat();
	const reply = await chat.ask(`${QUESTION}，我的身份证号是${ID_NUMBER}，电话 139 1234 5678`);
	assert.equal(reply.masked, true);
	const posted = await (await server.ask({ text: `${QUESTION}？手机${MOBILE}` })).json();
	assert.equal('asked' in await chat.ask(QUESTION, '3'), false);
	await server.ask(`{"text":"${ID_NUMBER}"`);
	await chat.ask(`${'长'.repeat(4001)}${ID_NUMBER}`, '2');
	chat.send(Buffer.concat([Buffer.from(ID_NUMBER), Buffer.from([0xff])]).toString('latin1'));
	await written(server, 3);
	for (const { asked } of [reply, posted])
		assert.ok(asked.startsWith(QUESTION) && journalBytes(server).includes(asked), `${asked} is what is kept`);
	for (const text of [journalBytes(server), server.log]) {
		for (const secret of [ID_NUMBER, '19491231', MOBILE, '139 1234', '1234 5678', '12345678'])
			assert.ok(!text.includes(secret), `${secret} was kept`);
	}
	assert.match(journalBytes(server), /我的身份证号是110\*+2X/);
	await stopCleanly(server);
});

test('what waits is written when the server ends', async () => {
	const server = await Server.start({ settings: { journal: { batch_ms: 60000 } } });
	const receipts = [];
	for (let i = 0; i < 50; i++)
		receipts.push((await (await server.ask({ text: QUESTION })).json()).receipt);
	server.signal('SIGTERM');
	assert.equal((await server.ended).code, 0);
	const kept = journalBytes(server);
	assert.equal(receipts.filter((receipt) => kept.includes(receipt)).length, 50);
	await server.stop();
});

test('a full queue drops turns and counts them, and the answers go on', async () => {
	const server = await Server.start({ settings: { journal: { queue: 5, batch_ms: 60000 } } });
	for (let i = 0; i < 30; i++)
		assert.equal((await server.ask({ text: QUESTION })).status, 200);
	assert.ok(await server.metric('dayi_journal_dropped_total{reason="queue_full"}') >= 20);
	await stopCleanly(server);
});

test('a repeated ask is no second turn', async () => {
	const server = await Server.start();
	const chat = await server.chat();
	for (let i = 0; i < 5; i++)
		await chat.ask(QUESTION, 'same');
	assert.equal(await server.metric('dayi_turns_total{outcome="answer"}'), 1);
	assert.equal(await server.metric('dayi_repeated_asks_total'), 4);
	await written(server, 1);
	assert.equal(await server.metric('dayi_journal_written_total'), 1);
	await chat.close();
	await stopCleanly(server);
});

test('without a journal the service works', async () => {
	const server = await Server.start({ settings: { journal: { file: '' } } });
	assert.equal((await server.ask({ text: QUESTION })).status, 200);
	assert.ok(!fs.existsSync(server.journalFile));
	await stopCleanly(server);
});

test('a journal that cannot be opened is no start, and the log says why and what to do', async () => {
	const { spawnSync } = require('node:child_process');
	for (const [file, reason] of [['/proc/none/journal.db', /its folder cannot be made: /],
		['/proc/journal.db', /the file cannot be made or opened: /]]) {
		const server = new Server({ settings: { journal: { file } } });
		const run = spawnSync(process.env.DAYI_BIN, ['serve', '--config', server.config], { encoding: 'utf8' });
		assert.equal(run.status, 3, run.stderr);
		assert.match(run.stderr, /error journal_open_failed .*set journal\.file to a file that this user may write/);
		assert.match(run.stderr, reason);
		await server.stop();
	}
});

test('a folder of the journal that does not exist is made', async () => {
	const server = new Server();
	fs.rmSync(path.dirname(server.journalFile), { recursive: true, force: true });
	await server.start();
	assert.ok(fs.existsSync(server.journalFile));
	await stopCleanly(server);
});
